"""The template variable `is_demo`, for the notice that this is the demonstration."""

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from intranet.demo.loader import is_loaded
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency

CACHE_KEY = "demonstration"


def init_app(app: Flask) -> None:
    """Provide `is_demo` to templates."""
    app.context_processor(_tell)


def _tell() -> dict[str, bool]:
    """Return `is_demo`.

    The demonstration is only loaded into an empty installation: the answer is cached once there
    is an agency.
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
