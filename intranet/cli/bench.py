"""`intranet bench`: figures against those to be held."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask

from intranet.bench.chat import percentile
from intranet.bench.site import empty_app

if TYPE_CHECKING:
    from intranet.bench.directory import Times

MILLI = 1000


@click.group()
def bench() -> None:
    """Measure the site on this machine."""


@bench.command()
@click.option("--people", multiple=True, type=int, default=(200, 1_000, 2_000), show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="How long each part takes.")
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
@click.option("--peers", is_flag=True, help="Measure others beside it: tools/peers.")
def chat(
    people: Sequence[int], seconds: float, *, sqlite: bool, postgresql: bool, peers: bool
) -> None:
    """Post in a channel of so many people, each on a WebSocket of their own."""
    from intranet.bench import contenders, report
    from intranet.bench.channel import measure
    from intranet.bench.servers import services

    with ExitStack() as stack:
        chosen = contenders.peers() if peers else []
        if sqlite:
            chosen.append(contenders.on_sqlite())
        if postgresql and (given := stack.enter_context(services(say=click.echo))):
            chosen += contenders.on_postgresql(given)
        click.echo(f"{report.legend()}\n{report.HEAD}")
        found = []
        for size in people:
            for one in chosen:
                if size <= one.most:
                    found.append(measure(one, size, seconds))
                    click.echo(report.line(found[-1]))
        click.echo("\n".join(map(str, report.verdicts(found))))


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
