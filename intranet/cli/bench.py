"""`intranet bench`: figures against those to be held."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask

from intranet.bench.chat import Result, measure, percentile

if TYPE_CHECKING:
    from intranet.bench.directory import Times

MILLI = 1000
MICRO = 1_000_000


@click.group()
def bench() -> None:
    """Measure the site on this machine."""


@bench.command()
@click.option("--people", multiple=True, type=int, default=(50, 200), show_default=True)
@click.option("--posts-per-second", default=50, show_default=True)
@click.option("--seconds", default=10, show_default=True)
def chat(people: Sequence[int], posts_per_second: int, seconds: int) -> None:
    """Post in a channel of so many people, each on a WebSocket of their own."""
    for size in people:
        with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
            app = empty_app(Path(folder))
            result = measure(app, size, posts_per_second=posts_per_second, seconds=seconds)
        click.echo(_report(result))


@bench.command()
@click.option("--people", default=50_000, show_default=True)
def announce(people: int) -> None:
    """Announce to so many people while fifty others talk."""
    from intranet.bench.announcing import measure as measure_announcing

    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        figures = measure_announcing(empty_app(Path(folder)), people)
    idle, meanwhile = (percentile(run, 0.95) for run in (figures.idle, figures.meanwhile))
    click.echo(
        f"{people:,} people: preview {figures.preview * MILLI:.0f} ms, "
        f"published after {figures.publish:.2f} s, all told after {figures.told:.1f} s; "
        f"posting meanwhile p95 {meanwhile * MILLI:.1f} ms, "
        f"{meanwhile / idle:.2f} times the {idle * MILLI:.1f} ms when idle"
    )


@bench.command()
@click.option("--people", default=100_000, show_default=True)
@click.option("--messages", default=200_000, show_default=True)
@click.option("--rounds", default=20, show_default=True)
def pages(people: int, messages: int, rounds: int) -> None:
    """Time the main pages on the demonstration, then on a large site."""
    from intranet.bench.large import load
    from intranet.bench.pages import demonstration, timed

    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        app = empty_app(Path(folder))
        click.echo("On the demonstration")
        click.echo(timed(app, demonstration(app), rounds=rounds))
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        app = empty_app(Path(folder))
        click.echo(f"With {people:,} people and {messages:,} messages (loading …)")
        click.echo(timed(app, load(app, people, messages), rounds=rounds))


@bench.command()
@click.option(
    "--people", multiple=True, type=int, default=(10_000, 100_000, 1_000_000), show_default=True
)
@click.option("--rounds", default=5, show_default=True)
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
def directory(people: Sequence[int], rounds: int, *, sqlite: bool, postgresql: bool) -> None:
    """Time finding in networks of so many people, on both databases, and how it grows."""
    from intranet.bench.servers import databases

    with databases(sqlite=sqlite, postgresql=postgresql, say=click.echo) as kinds:
        for name, new_url in kinds.items():
            before: dict[str, Times] = {}
            for size in people:
                with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
                    app = empty_app(Path(folder), new_url())
                    click.echo(f"{name}, {size:,} people (loading …)")
                    before = _directory(app, size, rounds, before)


@bench.command()
@click.option("--share", default=1.0, show_default=True, help="This part of it all.")
@click.option("--rounds", default=20, show_default=True)
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
def shared(share: float, rounds: int, *, sqlite: bool, postgresql: bool) -> None:
    """Time what agencies share: groups, initiatives and questions by the thousand."""
    from intranet.bench.pages import timed
    from intranet.bench.servers import databases
    from intranet.bench.shared import load
    from intranet.extensions import db

    with databases(sqlite=sqlite, postgresql=postgresql, say=click.echo) as kinds:
        for name, new_url in kinds.items():
            with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
                app = empty_app(Path(folder), new_url())
                click.echo(f"{name} (loading …)")
                click.echo(timed(app, load(app, share), rounds=rounds))
                with app.app_context():
                    db.engine.dispose()


def _directory(
    app: Flask, people: int, rounds: int, before: Mapping[str, "Times"]
) -> dict[str, "Times"]:
    from intranet.bench.directory import measure
    from intranet.bench.network import load
    from intranet.extensions import db

    began = time.perf_counter()
    who = load(app, people)
    click.echo(f"  loaded in {time.perf_counter() - began:.0f} s")
    taken = measure(app, who, rounds=rounds)
    for times in taken:
        click.echo(times.line(before.get(times.name)))
    with app.app_context():
        db.engine.dispose()
    return {times.name: times for times in taken}


def empty_app(folder: Path, database_url: str = "") -> Flask:
    """An application on a new database, else on SQLite in a folder of its own."""
    from intranet.app import create_app
    from intranet.config import read_settings
    from intranet.core import schema

    given = {"INTRANET_DATABASE_URL": database_url} if database_url else {}
    settings = read_settings({"INTRANET_DATA_DIR": str(folder), **given})
    app = create_app(replace(settings, posts_per_10s=1_000_000))
    schema.upgrade(app)
    return app


def _report(result: Result) -> str:
    run = result.run
    per_delivery = result.cpu_seconds * MICRO / max(result.deliveries, 1)
    faults = " · ".join(f"{name} {count}" for name, count in result.faults().items())
    return "\n".join(
        (
            f"{result.people} people, {result.posts} posts in {result.seconds:.1f} s",
            f"  post → acknowledged  {_spread(run.answered_after)}",
            f"  post → delivered     {_spread(run.delivered_after)}",
            f"  deliveries           {result.deliveries / result.seconds:,.0f} per second",
            f"  server CPU           {per_delivery:.1f} µs per delivery",
            f"  {faults} · refused {run.refused}",
        )
    )


def _spread(seconds: Sequence[float]) -> str:
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    return " · ".join(
        f"{name} {percentile(seconds, share) * MILLI:.1f} ms" for name, share in shares
    )
