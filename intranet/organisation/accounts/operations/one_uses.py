"""Remember a question until its one answer, and ids that are never taken twice.

A cookie does not do for this: an answer that is sent again comes with the cookie of the first time.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from intranet.extensions import db
from intranet.organisation.accounts.models import OneUse
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.platform.core import clock
from intranet.platform.core.database import insert_into
from intranet.platform.core.unit_of_work import unit_of_work

LIFETIME = timedelta(minutes=10)


def begin(purpose: str, payload: Mapping[str, Any], secret: str | None = None) -> str:
    """Remember a payload of JSON for ten minutes; return the secret by which `take` gives it.

    Args:
        purpose: a word; the secret of one purpose is nothing for another.
        secret: a secret that a library drew; without, one is drawn here.
    """
    secret = secret or new_secret()
    with unit_of_work() as work:
        work.add(
            OneUse(
                key=_key(purpose, secret),
                payload=dict(payload),
                expires_at=clock.now() + LIFETIME,
            )
        )
    return secret


def take(purpose: str, secret: str) -> dict[str, Any] | None:
    """Return what `begin` remembered, and forget it; None if it was taken or has expired."""
    with unit_of_work():
        found = db.session.execute(
            delete(OneUse)
            .where(OneUse.key == _key(purpose, secret), OneUse.payload.is_not(None))
            .returning(OneUse.payload, OneUse.expires_at)
        ).first()
    if found is None or found.expires_at <= clock.now():
        return None
    payload: dict[str, Any] = found.payload
    return payload


def is_first(purpose: str, given: str, until: datetime) -> bool:
    """Return whether an id is seen for the first time; it is remembered until an instant.

    Args:
        until: when what carries the id is no longer valid by itself.
    """
    row = {"key": _key(purpose, given), "payload": None, "expires_at": until}
    with unit_of_work():
        kept = insert_into(OneUse).values(row).on_conflict_do_nothing().returning(OneUse.key)
        return db.session.execute(kept).first() is not None


def forget_expired() -> None:
    """Delete what has expired."""
    with unit_of_work():
        db.session.execute(delete(OneUse).where(OneUse.expires_at < clock.now()))


def _key(purpose: str, secret: str) -> str:
    return hash_of(f"{purpose}\0{secret}")
