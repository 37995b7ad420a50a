"""Epochs: a copy that is brought back begins a new one, for then numbers are given again.

What was written between the copy and its return is gone, with its places and revisions. Whoever
was told of it has to notice, whatever is written under those numbers afterwards.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model, db
from intranet.platform.core import clock
from intranet.platform.core.database import ask
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import UTCDateTime

FIRST = "0"
NAME_LIMIT = 32


class Epoch(Model):
    """An epoch that began with bringing back a copy; the first, from the beginning, has no row.

    Two that were begun from the same copy have the same `number` and never the same `name`.
    `rev` is the revision at which every conversation stood when it began: all that are lower were
    given before, and of those some were lost.
    """

    __tablename__ = "epochs"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(
        String(NAME_LIMIT), default=lambda: secrets.token_hex(NAME_LIMIT // 2)
    )
    rev: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    copied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def all_epochs() -> Sequence[Epoch]:
    """The epochs that began with bringing back a copy, the first of them first."""
    return db.session.scalars(ALL).all()


ALL = select(Epoch).order_by(Epoch.number)
NEWEST = select(Epoch.name).order_by(Epoch.number.desc()).limit(1)


@per_request
def current() -> str:
    """The name of the epoch that is now.

    Not remembered for longer: a copy may be brought back below a process that runs.
    """
    return ask(NEWEST).scalar() or FIRST
