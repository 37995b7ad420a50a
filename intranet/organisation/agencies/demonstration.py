"""Tells from the data whether this is the demonstration, which the site itself does not contain."""

from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency

CODES = frozenset(
    {
        *("A09900103", "BRW-001", "E09900018", "L01990012", "L01990029", "L01990035"),
        *("L02990005", "U09900017"),
    }
)
CACHE_KEY = "demonstration"


def init_app(app: Flask) -> None:
    """Provide `is_demo` to templates, for the notice on every page."""
    app.context_processor(_tell)


def is_loaded() -> bool:
    """Return whether this installation holds all agencies of the demonstration."""
    there = select(func.count()).select_from(Agency).where(Agency.code.in_(CODES))
    return db.session.scalar(there) == len(CODES)


def _tell() -> dict[str, bool]:
    """Return the template variable `is_demo`.

    It is cached once there is an agency, because the demonstration is loaded only into an empty
    installation.
    """
    known: bool | None = current_app.extensions.get(CACHE_KEY)
    if known is None:
        try:
            known = is_loaded()
            if known or db.session.scalar(select(Agency.id).limit(1)):
                current_app.extensions[CACHE_KEY] = known
        except SQLAlchemyError:
            return {"is_demo": False}  # the page may be the one that reports the error
    return {"is_demo": known}
