"""Epochs: a restore begins a new one, because later positions and revisions are then reused.

Changes made after the backup are lost, and their positions and revisions are given out again.
Clients that saw the lost changes have to notice this, and compare epochs.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, select
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import UTCDateTime

FIRST = "0"
NAME_LIMIT = 32


class Epoch(Model):
    """An epoch that began with the restore of a backup. The first epoch of a site has no row.

    Two epochs begun from the same backup have the same `number`, but different names. `rev` is the
    revision of every conversation at its beginning: lower ones belong to an earlier epoch.
    """

    __tablename__ = "epochs"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(
        String(NAME_LIMIT), default=lambda: secrets.token_hex(NAME_LIMIT // 2)
    )
    rev: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    copied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def all_epochs() -> Sequence[Row[Any]]:
    """Return `name` and `rev` of the epochs that began with a restore, the oldest first."""
    return execute_prepared(ALL).all()


def newest_of(known: Sequence[Row[Any]]) -> str:
    """Return the name of the current epoch, given those of `all_epochs`."""
    return known[-1].name if known else FIRST


ALL = select(Epoch.name, Epoch.rev).order_by(Epoch.number)
NEWEST = select(Epoch.name).order_by(Epoch.number.desc()).limit(1)


@per_request
def current() -> str:
    """Return the name of the current epoch.

    It is cached for one request only, because a backup may be restored under a running process.
    """
    return execute_prepared(NEWEST).scalar() or FIRST
