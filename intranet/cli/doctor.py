"""The command that says whether everything is in place, one line each."""

import os
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from intranet.cli.at_work import application
from intranet.config import BadSettingError, Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask

LEAST_FREE_MB = 500
Check = Callable[["Flask", Settings], str]


class WrongError(Exception):
    """Something is not in place; the text says what to do."""


@click.command()
def doctor() -> None:
    """Check the settings and the services, and say what to do about each fault."""
    try:
        settings = read_settings()
    except BadSettingError as error:
        _say("settings", str(error), fine=False)
        sys.exit(1)
    _say("settings", f"read; the data folder is {settings.data_dir}", fine=True)
    with application(settings) as app:
        found = [_passes(name, check, app, settings) for name, check in CHECKS.items()]
    sys.exit(0 if all(found) else 1)


def _passes(name: str, check: Check, app: "Flask", settings: Settings) -> bool:
    try:
        _say(name, check(app, settings), fine=True)
    except (WrongError, OSError) as error:
        _say(name, str(error), fine=False)
        return False
    return True


def _say(name: str, words: str, *, fine: bool) -> None:
    click.echo(f"{'ok   ' if fine else 'WRONG'} {name}: {words}")


def _folder(_app: "Flask", settings: Settings) -> str:
    if not os.access(settings.data_dir, os.W_OK):
        message = f"{settings.data_dir} may not be written: give it to this user."
        raise WrongError(message)
    free_mb = shutil.disk_usage(settings.data_dir).free // 1_000_000
    if free_mb < LEAST_FREE_MB:
        message = f"{free_mb} MB are free and {LEAST_FREE_MB} MB are needed: make room."
        raise WrongError(message)
    return f"may be written, {free_mb} MB are free"


def _database(app: "Flask", settings: Settings) -> str:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from intranet.core import schema
    from intranet.extensions import db

    try:
        with app.app_context():
            version = (
                "sqlite_version()" if settings.on_sqlite else "current_setting('server_version')"
            )
            answer = db.session.scalar(text(f"SELECT {version}"))
        current = schema.is_current(app)
    except SQLAlchemyError as error:
        message = f"does not answer ({type(error).__name__}): see INTRANET_DATABASE_URL."
        raise WrongError(message) from error
    if not current:
        raise WrongError("its tables are not current: run `intranet migrate`.")
    return f"{'SQLite' if settings.on_sqlite else 'PostgreSQL'} {answer}, tables current"


def _redis(app: "Flask", settings: Settings) -> str:
    from intranet.core.health import missing_services

    if not settings.redis_url:
        return "not set, and not needed with one worker"
    with app.app_context():
        if "redis" in missing_services():
            raise WrongError("does not answer: see INTRANET_REDIS_URL.")
    return "answers"


def _mail(_app: "Flask", settings: Settings) -> str:
    import smtplib

    if not settings.smtp_url:
        return (
            f"goes into {settings.data_dir / 'mail'}; nobody gets it until INTRANET_SMTP_URL is set"
        )
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(url.hostname or "localhost", url.port or 0, timeout=5) as server:
            server.noop()
    except OSError as error:
        message = f"{url.hostname} does not answer: see INTRANET_SMTP_URL."
        raise WrongError(message) from error
    return f"goes out over {url.hostname}, from {settings.mail_from}"


def _address(_app: "Flask", settings: Settings) -> str:
    host = urlsplit(settings.base_url).hostname or ""
    is_here = host in {"localhost", "127.0.0.1", "::1"}
    if not settings.secure_cookies and not is_here:
        message = (
            f"{settings.base_url} is without TLS, so passwords and cookies can be read on the way: "
            "put a proxy with https before it and set INTRANET_BASE_URL."
        )
        raise WrongError(message)
    return f"links in mails begin with {settings.base_url}"


CHECKS: dict[str, Check] = {
    "data folder": _folder,
    "database": _database,
    "redis": _redis,
    "mail": _mail,
    "address": _address,
}
