"""Telling every page whether this installation is the demonstration, so that it says so."""

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from intranet.demo.loader import is_loaded
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency

KNOWN = "demonstration"


def init_app(app: Flask) -> None:
    """Let templates ask `is_demo`."""
    app.context_processor(_tell)


def _tell() -> dict[str, bool]:
    """The demonstration is loaded where nobody is, so the answer stays once somebody is there."""
    known: bool | None = current_app.extensions.get(KNOWN)
    if known is None:
        try:
            known = is_loaded()
            if known or db.session.scalar(select(Agency.id).limit(1)):
                current_app.extensions[KNOWN] = known
        except SQLAlchemyError:
            return {"is_demo": False}  # the page may be the one that says so
    return {"is_demo": known}
