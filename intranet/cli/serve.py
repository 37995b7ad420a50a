"""The commands that serve: the site itself, and a process for the jobs alone."""

import os
import signal
import sys
import threading
import webbrowser
from dataclasses import replace
from typing import Any

import click

from intranet.cli.at_work import application
from intranet.config import Settings, check_mix, read_settings

LINK = "/first-agency/"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Which port; 0 takes any that is free.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many processes; more than one needs PostgreSQL and Redis.",
)
@click.option("--empty", is_flag=True, help="Start with nobody in it, without the demonstration.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
def serve(host: str, port: int, workers: int, *, empty: bool, no_browser: bool) -> None:
    """Serve the site; on first use make its tables, and the demonstration unless --empty."""
    settings = read_settings()
    check_mix(settings, workers=workers, greenlets=False)
    if workers > 1:
        _use_greenlets()
    from intranet.cli import serving
    from intranet.core import logs

    logs.set_up(settings.log)
    try:
        held = serving.hold_folder(settings.data_dir) if settings.on_sqlite else None
    except serving.InUseError as error:
        raise click.ClickException(str(error)) from error
    listener = serving.bind(host, port)
    shown = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    if not settings.is_base_url_given:
        settings = replace(settings, base_url=shown)

    lines = _prepare(settings, empty=empty)
    opens = not no_browser and _has_screen()

    def announce() -> None:
        click.echo(f"Serving on {shown}")
        for line in lines:
            click.echo(line)
        if opens:
            webbrowser.open(shown)

    from intranet import schedule
    from intranet.app import create_app

    what = serving.Serving(
        settings=settings,
        listener=listener,
        workers=workers,
        make_app=create_app,
        clockwork_of=schedule.clockwork if workers == 1 else None,
        announce=announce,
    )
    try:
        serving.Server(what).run()
    finally:
        del held


@click.command()
def worker() -> None:
    """Do the jobs, such as sending mail, in a process of its own beside several servers."""
    from intranet import schedule
    from intranet.core import schema

    settings = read_settings()
    if settings.on_sqlite:
        raise click.ClickException(
            "With SQLite the server does the jobs itself. "
            "A worker is for PostgreSQL: set INTRANET_DATABASE_URL."
        )
    with application(settings) as app:
        schema.upgrade(app)
        clockwork = schedule.clockwork(app)
        asked_to_end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_given: asked_to_end.set())
        clockwork.start()
        click.echo("Working")
        sys.stdout.flush()
        asked_to_end.wait()
        clockwork.stop()


def _prepare(settings: Settings, *, empty: bool) -> list[str]:
    """Make the tables and, on first use, what is in them; give lines to say when it is served."""
    from intranet.core import schema

    # A connection must not be shared with the workers: the application is put away again.
    with application(settings) as app:
        if not schema.is_current(app):
            click.echo("Preparing the database …")
            schema.upgrade(app)
        return _fill(app, empty=empty)


def _fill(app: Any, *, empty: bool) -> list[str]:
    from intranet.accounts.operations.agencies import is_anybody_there, new_first_agency_link
    from intranet.cli import demo

    with app.app_context():
        is_used = is_anybody_there()
        if empty and not is_used:
            address = new_first_agency_link()
            return [
                "Nobody is in it yet. Make the first agency and its administrator here, once:",
                address,
            ]
    return demo.sign_ins(app) if is_used else demo.load(app)


def _use_greenlets() -> None:
    """Let gevent take over, before anything that makes threads or sockets is imported."""
    from gevent import monkey

    monkey.patch_all()


def _has_screen() -> bool:
    """Whether a browser could be seen here."""
    if sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
