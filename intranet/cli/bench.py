"""`intranet bench`: figures against those to be held."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from intranet.bench.chat import Result, measure, percentile

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


def empty_app(folder: Path) -> Flask:
    """An application on a new SQLite database in a folder of its own."""
    from intranet.app import create_app
    from intranet.config import read_settings
    from intranet.core import schema

    settings = read_settings({"INTRANET_DATA_DIR": str(folder)})
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
