"""`intranet bench`: measure the site against its targets."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from flask import Flask

from intranet.app import close_app
from tools.bench import channel, contenders, leaving, report
from tools.bench.announcing import measure as measure_announcing
from tools.bench.chat import percentile
from tools.bench.country.apart import replicas, shards
from tools.bench.country.loader import is_filled, load
from tools.bench.country.measuring import HEAD, Times, measure
from tools.bench.servers import databases, services
from tools.bench.site import empty_app
from tools.bench.storm import storms

MILLISECONDS_PER_SECOND = 1000


@click.group()
def bench() -> None:
    """Measure how fast the site is on this machine."""


@bench.command()
@click.option("--people", multiple=True, type=int, default=(200, 1_000, 2_000), show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="How long each part takes.")
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
@click.option("--peers", is_flag=True, help="Also measure other products: tools/peers.")
@click.option("--polling", is_flag=True, help="Use clients that poll, without WebSockets.")
def chat(
    people: Sequence[int],
    seconds: float,
    *,
    sqlite: bool,
    postgresql: bool,
    peers: bool,
    polling: bool,
) -> None:
    """Measure posting in a channel of many people, each on a WebSocket."""
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
                    found.append(channel.measure(one, size, seconds, polling=polling))
                    click.echo(report.line(found[-1]))
        if not polling:
            click.echo("\n".join(map(str, report.verdicts(found))))


@bench.command()
@click.option("--people", default=50_000, show_default=True)
def announce(people: int) -> None:
    """Measure an announcement to many people while fifty others chat."""
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        figures = measure_announcing(empty_app(Path(folder)), people)
    idle, meanwhile = (percentile(run, 0.95) for run in (figures.idle, figures.meanwhile))
    click.echo(
        f"{people:,} people: preview {figures.preview * MILLISECONDS_PER_SECOND:.0f} ms, "
        f"published after {figures.publish:.2f} s, all told after {figures.told:.1f} s; "
        f"posting meanwhile p95 {meanwhile * MILLISECONDS_PER_SECOND:.1f} ms, "
        f"{meanwhile / idle:.2f} times the {idle * MILLISECONDS_PER_SECOND:.1f} ms when idle"
    )


@bench.command()
@click.option(
    "--share",
    multiple=True,
    type=float,
    default=(0, 0.01, 0.1),
    show_default=True,
    help="Shares to measure, beside the demonstration.",
)
@click.option("--rounds", default=10, show_default=True)
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
@click.option("--database", help="Fill and keep this database, or measure it if filled.")
def country(
    share: Sequence[float], rounds: int, *, sqlite: bool, postgresql: bool, database: str | None
) -> None:
    """Measure every main page with 5,000 agencies and a million people, or a share of them."""
    if database:
        with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
            _country(empty_app(Path(folder), database), share[-1], rounds, {})
        return
    with databases(sqlite=sqlite, postgresql=postgresql, say=click.echo) as kinds:
        for name, new_url in kinds.items():
            before: dict[tuple[str, str], Times] = {}
            for part in share:
                with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
                    click.echo(f"{name}, {part:g} of the country")
                    before = _country(empty_app(Path(folder), new_url()), part, rounds, before)


@bench.command()
@click.option("--people", default=1_000, show_default=True)
@click.option("--messages", default=100_000, show_default=True)
@click.option("--sqlite/--no-sqlite", default=True, help="Measure on SQLite.")
@click.option("--postgresql/--no-postgresql", default=True, help="Measure on PostgreSQL.")
def leave(people: int, messages: int, *, sqlite: bool, postgresql: bool) -> None:
    """Measure the export of an agency, and its import into an empty installation."""
    with databases(sqlite=sqlite, postgresql=postgresql, say=click.echo) as kinds:
        for name, new_url in kinds.items():
            click.echo(f"{name}, {people:,} people and {messages:,} messages")
            with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
                for measured in leaving.measure(Path(folder), new_url, people, messages):
                    click.echo(f"  {measured}")


@bench.command()
def apart() -> None:
    """Simulate replicas and several databases, and measure what crosses between them."""
    for line in (*replicas(), *shards()):
        click.echo(line)


@bench.command()
def storm() -> None:
    """Simulate a restart under many clients, with the costs of one process."""
    for line in storms():
        click.echo(line)


def _country(
    app: Flask, share: float, rounds: int, before: Mapping[tuple[str, str], Times]
) -> dict[tuple[str, str], Times]:
    with app.app_context():
        there = is_filled()
    if not there:
        load(app, share, click.echo)
    click.echo(HEAD)
    found: dict[tuple[str, str], Times] = {}
    for times in measure(app, rounds=rounds):
        click.echo(times.line(before.get(times.key)))
        found[times.key] = times
    close_app(app)
    return found
