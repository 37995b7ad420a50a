"""`intranet serve` and `intranet worker`: the site, and a process for jobs alone."""

import os
import signal
import sys
import threading
import webbrowser
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from intranet.cli import server_locks
from intranet.cli.app_context import application
from intranet.cli.child_processes import do_apart
from intranet.cli.shared_metrics import forget_mine, share_figures
from intranet.config import BadSettingError, Settings, check_mix, read_settings
from intranet.platform.core import logs
from intranet.platform.core.memory import loading
from intranet.trace_settings import is_traced

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen on. 0 takes any free one.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Number of server processes. Two or more need PostgreSQL and Redis.",
)
@click.option("--empty", is_flag=True, help="Start empty, without the demonstration.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
def serve(host: str, port: int, workers: int, *, empty: bool, no_browser: bool) -> None:
    """Start the site. The first start also creates the tables and the demonstration."""
    settings = read_settings()
    logs.set_up(settings.log)
    check_mix(settings, workers=workers)
    is_traced()
    try:
        held = server_locks.lock_folder(settings.data_dir) if settings.on_sqlite else None
    except server_locks.InUseError as error:
        raise click.ClickException(str(error)) from error
    # With several machines it does not listen until it can answer, so that the proxy uses another
    # machine meanwhile. It would send new requests to a machine that listens, however slow.
    listener = server_locks.bind(host, port, listens=not settings.redis_url)
    shown = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    if not settings.is_base_url_given:
        settings = replace(settings, base_url=shown)

    share_figures(settings)
    if not settings.on_sqlite:
        _use_greenlets()
    with loading():  # once, for all processes below this one
        from intranet.app import create_app
        from intranet.cli import background, gunicorn_server
    do_apart(lambda: prepare(settings, empty=empty))

    opens = not no_browser and _has_screen()

    def announce(app: "Flask") -> None:
        click.echo(f"Serving on {shown}")
        for line in _what_next(app):
            click.echo(line)
        click.echo("Press Ctrl+C to stop. The log follows, with a line for each event.")
        if opens:
            webbrowser.open(shown)

    what = gunicorn_server.Serving(
        settings=settings,
        listener=listener,
        workers=workers,
        make_app=create_app,
        clockwork_of=background.clockwork if workers == 1 else None,
        announce=announce,
    )
    try:
        gunicorn_server.Server(what).run()
    finally:
        del held


@click.command()
def worker() -> None:
    """Run background jobs, such as sending mail, in a separate process."""
    settings = read_settings()
    logs.set_up(settings.log)
    if settings.on_sqlite:
        raise click.ClickException(
            "With SQLite the server does the jobs itself. "
            "A worker is for PostgreSQL: set INTRANET_DATABASE_URL."
        )
    is_traced()
    share_figures(settings)
    from intranet.cli import background
    from intranet.cli.watching import watch
    from intranet.delivery.files.storage import check_storage
    from intranet.platform.core import schema
    from intranet.platform.core.memory import tune_interpreter

    check_storage(settings)
    with application(settings) as app:
        _refuse_moved(app)
        schema.upgrade(app)
        tune_interpreter()
        end_watch = watch(app, settings)
        clockwork = background.clockwork(app)
        asked_to_end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_given: asked_to_end.set())
        clockwork.start()
        click.echo("Working")
        sys.stdout.flush()
        asked_to_end.wait()
        clockwork.stop()
        end_watch()


def prepare(settings: Settings, *, empty: bool) -> None:
    """Make the tables and, on first use, fill them with the demonstration."""
    from intranet.cli import demo
    from intranet.delivery.files.storage import check_storage
    from intranet.organisation.accounts.operations.agencies import is_anybody_there
    from intranet.platform.core import replica_checks, schema, slow_statements

    check_storage(settings)
    replica_checks.check_replica(settings)
    with slow_statements.expected(), application(settings) as app:
        _refuse_moved(app)
        if not schema.is_current(app):
            click.echo("Preparing the database …")
            schema.upgrade(app)
        with app.app_context():
            is_used = is_anybody_there()
        if not (is_used or empty):
            demo.load(app)
    forget_mine()


def _refuse_moved(app: "Flask") -> None:
    """Refuse to start on the database that a move has left.

    Raises:
        BadSettingError: nothing could be written there.
    """
    from intranet.platform.core import read_only

    with app.app_context():
        found = read_only.read()
    if found and found.moved_to:
        raise BadSettingError(
            f"This installation moved to {found.moved_to}: set INTRANET_DATABASE_URL to that "
            "database. To go on with this one instead, run `intranet move --cancel` first."
        )


def _what_next(app: "Flask") -> list[str]:
    """Return lines on how to sign in to the demonstration, or how to create the first agency."""
    from intranet.cli import demo
    from intranet.organisation.accounts.operations.agencies import (
        is_anybody_there,
        new_first_agency_link,
    )

    with app.app_context():
        if not is_anybody_there():
            return [
                "The site is empty. Open this link once to create the first agency:",
                new_first_agency_link(),
            ]
    return demo.sign_ins(app)


def _use_greenlets() -> None:
    """Apply gevent's patches, before anything that makes threads or sockets is imported."""
    from gevent import monkey

    monkey.patch_all()


def _has_screen() -> bool:
    """Return whether a browser could be opened here."""
    if sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
