"""Short ways to owe something in the outbox that a test does."""

from collections.abc import Sequence
from typing import Any

from intranet.extensions import db
from intranet.platform.core.outbox import OutboxRow, enqueue
from intranet.platform.core.unit_of_work import unit_of_work


def owed(*payloads: dict[str, Any]) -> None:
    """Owe a row of the kind `tests.do` for each of these."""
    with unit_of_work() as work:
        for payload in payloads:
            enqueue(work, "tests.do", payload)


def rows() -> Sequence[OutboxRow]:
    """The rows of the kind `tests.do` that there are."""
    return db.session.query(OutboxRow).filter_by(kind="tests.do").all()
