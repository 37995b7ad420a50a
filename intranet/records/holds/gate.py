"""The gate between placing a hold and destroying content: never both at once.

Whoever destroys content passes the gate first, in the same transaction, and asks what is held only
afterwards; many can pass together. Placing or resuming a hold closes it. So a hold either covers
what is about to go, or it was placed when that had gone already.
"""

import hashlib

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.unit_of_work import Work

_KEY = int.from_bytes(hashlib.sha256(b"legal holds").digest()[:8], signed=True)


def pass_gate(work: Work) -> None:
    """Wait while a hold is being placed, and keep others from placing one until the commit.

    SQLite has a single writer, so a transaction there needs nothing more.
    """
    if not on_sqlite():
        work.wait_outside()
        db.session.execute(select(func.pg_advisory_xact_lock_shared(_KEY)))


def close_gate(work: Work) -> None:
    """Wait until nobody destroys anything, and keep everyone from it until the commit."""
    if not on_sqlite():
        work.wait_outside()
        db.session.execute(select(func.pg_advisory_xact_lock(_KEY)))
