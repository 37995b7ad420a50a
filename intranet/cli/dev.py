"""`intranet dev`: the demonstration on Werkzeug's server, for people who change the code.

Two processes take part. The first one binds the port, prepares the data and starts the second one,
which serves. When a file changes, the second process ends and the first one starts it again.
Requests and sockets are served by threads, as `intranet serve` does with SQLite, and never by
gevent: Werkzeug's reloader and debugger do not work under it.
"""

import glob
import logging
import os
import socket
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import WSGIRequestHandler, is_running_from_reloader, run_simple

from intranet.cli import server_locks
from intranet.cli.child_processes import die_with, do_apart
from intranet.config import Settings, read_settings
from intranet.platform.core.memory import loading

if TYPE_CHECKING:
    from flask import Flask

    from intranet.platform.core.jobs import Clockwork

Wsgi = Callable[..., Any]

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
"""The only address served: anyone who reaches the debugger and its PIN can run any code."""
FOLDER = ROOT / ".dev"
# Python finds these by itself, or makes them.
NOT_WATCHED = {".py", ".pyc", ".mo"}


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen on. 0 takes any free one.",
)
@click.option(
    "--folder",
    default=FOLDER,
    show_default=".dev",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder. Delete it to start again.",
)
def dev(port: int, folder: Path) -> None:
    """Serve the demonstration while you change the code: reload, debugger, mail at /dev/mail."""
    # The environment is ignored: a shell set up for a real site must not lend it to the debugger.
    settings = read_settings({"INTRANET_DATA_DIR": str(folder)})
    if not is_running_from_reloader():
        _start(settings, port)
        return
    die_with(os.getppid())
    with socket.fromfd(
        int(os.environ["WERKZEUG_SERVER_FD"]), socket.AF_INET, socket.SOCK_STREAM
    ) as bound:
        address = f"http://{HOST}:{bound.getsockname()[1]}"
    _serve(replace(settings, base_url=address))


def make_app(settings: Settings) -> "Flask":
    """Make the application with what only development has: debugger, mails, checked answers."""
    from intranet.app import create_app
    from intranet.cli import dev_mail
    from intranet.pages.api import checking
    from intranet.platform.core.database import GONE

    app = create_app(settings)
    app.debug = True  # templates, stylesheets and scripts are read again when they change
    for kind in (Exception, *GONE):
        app.register_error_handler(kind, _raise)
    dev_mail.init_app(app)
    checking.init_app(app)
    return app


def _start(settings: Settings, port: int) -> None:
    """Prepare the data, then serve in a second process until Ctrl+C."""
    with closing(server_locks.bind(HOST, port, listens=False)) as free:
        port = free.getsockname()[1]
    do_apart(lambda: _fill(settings))
    click.echo("Requests and sockets are served by threads on SQLite. Press Ctrl+C to stop.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the second process says the same
    _run(port, _nothing)


def _fill(settings: Settings) -> None:
    """Make the tables and the demonstration if they are missing, and print how to sign in."""
    from intranet.cli import demo, serve
    from intranet.cli.app_context import application

    held = _hold(settings)
    serve.prepare(settings, empty=False)
    with application(settings) as app:
        for line in demo.sign_ins(app):
            click.echo(line)
    held.close()


def _serve(settings: Settings) -> None:
    """Serve until a file changes or the first process ends."""
    from intranet.platform.core import logs, shutdown

    logs.set_up(settings.log)
    held = _hold(settings)
    app, clockwork = _make(settings)
    click.echo(f"Serving on {settings.base_url} · mail: {settings.base_url}/dev/mail")
    try:
        _run(int(settings.base_url.rpartition(":")[2]), app)
    finally:
        shutdown.stop()  # open pages are told to connect again
        if clockwork:
            clockwork.stop()
        held.close()


def _make(settings: Settings) -> "tuple[Wsgi, Clockwork | None]":
    """Make the application and start its jobs; where it cannot be made, show why on every page."""
    try:
        with loading():
            from intranet.cli import background
            from intranet.platform.core import schema

            app = make_app(settings)
        if not schema.is_current(app):
            click.echo("The tables are out of date. Stop and start `dev` to migrate them.")
        clockwork = background.clockwork(app)
        clockwork.start()
    except Exception as error:  # noqa: BLE001 - a half-written line must not end the reloader
        traceback.print_exc()
        return DebuggedApplication(_failing(error), evalex=True), None
    return _debugged(app), clockwork


def _debugged(app: Wsgi) -> Wsgi:
    """Wrap pages in the debugger, but not sockets, which end by raising an exception."""
    from intranet.delivery.realtime.origin_check import PATH

    pages = DebuggedApplication(app, evalex=True)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        is_socket = environ.get("PATH_INFO", "").startswith(PATH)
        return (app if is_socket else pages)(environ, start_response)

    return answer


def _failing(error: Exception) -> Wsgi:
    def answer(_environ: dict[str, Any], _start_response: Any) -> NoReturn:
        raise error from None

    return answer


def _nothing(_environ: dict[str, Any], _start_response: Any) -> NoReturn:
    """Stand in for the application in the first process, which answers no requests."""
    raise RuntimeError("The first process answers no requests.")


def _raise(error: Exception) -> NoReturn:
    """Raise a server error again, so that the debugger shows it instead of an error page."""
    raise error


def _hold(settings: Settings) -> Any:
    try:
        return server_locks.lock_folder(settings.data_dir)
    except server_locks.InUseError as error:
        raise click.ClickException(str(error)) from error


class _Quiet(WSGIRequestHandler):
    """Logs no requests: the application does."""

    def log_request(self, *_given: object) -> None:
        """Log nothing."""


def _run(port: int, app: Wsgi) -> None:
    run_simple(
        HOST,
        port,
        app,
        use_reloader=True,
        reloader_type="stat",
        threaded=True,
        request_handler=_Quiet,
        extra_files=[
            str(path)
            for path in (ROOT / "intranet").rglob("*")
            if path.is_file() and path.suffix not in NOT_WATCHED
        ],
        exclude_patterns=[
            f"{glob.escape(str(ROOT))}/{name}/*" for name in (".*", "tests", "tools")
        ],
    )
