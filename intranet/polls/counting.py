"""Counting votes: each adds to the counters in the database, and nothing is read to be rewritten.

The caller has said that somebody has voted, in the same transaction; the row of the poll, which
rises first, lets one count after the other.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, case, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from intranet.core.errors import Conflict
from intranet.core.i18n import _l
from intranet.extensions import db
from intranet.polls.models import Poll, PollKind, PollOption, ResultsWhen, Suits
from intranet.polls.sealing import STEP, Seal

Ballot = Mapping[int, Suits]
"""What somebody chose: numbers of options, each with whether it suits them."""

FEWEST = 5
"""A poll by totals only in which fewer voted shows no results, now or later."""

OVER = _l("This poll is closed: no more votes are taken.")
ANOTHER_KEY = _l(
    "The key of this installation was changed while this poll was open. Its votes cannot be read"
    " any more, and no more are taken."
)


def rise(poll_id: UUID, now: datetime, by: int = 1) -> int:
    """Let one more have voted, or nobody more; say how many have. It holds the poll till the end.

    Raises:
        Conflict: the poll is over.
    """
    voted = db.session.scalar(
        update(Poll)
        .where(
            Poll.publication_id == poll_id,
            Poll.closed_at.is_(None),
            or_(Poll.closes_at.is_(None), Poll.closes_at > now),
        )
        .values(voted=Poll.voted + by)
        .returning(Poll.voted)
        .execution_options(synchronize_session=False)
    )
    if voted is None:
        raise Conflict(OVER)
    return voted


def count_named(poll_id: UUID, ballot: Ballot, by: int = 1) -> None:
    """Add a vote by name to what is shown, or take it away."""
    for kind, column in ((Suits.YES, PollOption.votes), (Suits.MAYBE, PollOption.maybes)):
        if numbers := [number for number, suits in ballot.items() if suits == kind]:
            db.session.execute(
                update(PollOption)
                .where(PollOption.poll_id == poll_id, PollOption.number.in_(numbers))
                .values({column: column + by})
                .execution_options(synchronize_session=False)
            )


def count_secret(poll: Poll, ballot: Ballot, numbers: list[int], voted: int) -> None:
    """Add a vote to the masked counters: each of the poll's changes, whatever was chosen.

    Raises:
        Conflict: the masks cannot be known any more.
    """
    seal = _seal(poll)
    db.session.execute(
        update(PollOption)
        .where(PollOption.poll_id == poll.publication_id)
        .values(
            {
                column: column
                + case(
                    {
                        number: literal(
                            seal.step(column.key, number, voted) + (ballot.get(number) == suits),
                            BigInteger,
                        )
                        for number in numbers
                    },
                    value=PollOption.number,
                )
                for suits, column in _columns(poll).items()
            }
        )
        .execution_options(synchronize_session=False)
    )
    if voted % STEP == 0 and poll.results != ResultsWhen.END:
        _show_next(seal, poll.publication_id, voted)


def _show_next(seal: Seal, poll_id: UUID, voted: int) -> None:
    """Show what was kept a step ago, and keep what there is now.

    What is shown lags a step behind, so that what is added when the poll ends is of a whole step
    at least: no two results that anybody can ever see differ by the votes of fewer.
    """
    before = voted - STEP
    for row in _rows(poll_id):
        if before:
            row.votes, row.maybes = _true(seal, row, "pending", before)
        yes, maybe = _true(seal, row, "sealed", voted)
        row.pending = yes + seal.mask("pending", row.number, voted)
        if row.sealed_maybes is not None:
            row.pending_maybes = maybe + seal.mask("pending_maybes", row.number, voted)
    db.session.execute(
        update(Poll)
        .where(Poll.publication_id == poll_id)
        .values(counted=before)
        .execution_options(synchronize_session=False)
    )


def unseal(poll: Poll) -> None:
    """At the end: what is shown is what was chosen, if enough voted; nothing masked is kept.

    Raises:
        Conflict: the masks cannot be known any more.
    """
    seal = _seal(poll)
    is_enough = poll.voted >= FEWEST
    for row in _rows(poll.publication_id):
        found = _true(seal, row, "sealed", poll.voted)
        row.votes, row.maybes = found if is_enough else (0, 0)
        row.sealed = row.sealed_maybes = row.pending = row.pending_maybes = None
    poll.counted = poll.voted if is_enough else 0


def begin(poll: Poll, rows: list[PollOption]) -> None:
    """Mask the counters of a new poll by totals only."""
    seal = Seal.of(poll.publication_id)
    poll.key_check = seal.check
    for row in rows:
        for column in _columns(poll).values():
            setattr(row, column.key, seal.mask(column.key, row.number, 0))


def is_readable(poll: Poll) -> bool:
    """Whether the masks of a poll are known: the key of the installation is the same as then."""
    return not poll.is_secret or Seal.of(poll.publication_id).check == poll.key_check


def _seal(poll: Poll) -> Seal:
    seal = Seal.of(poll.publication_id)
    if seal.check != poll.key_check:
        raise Conflict(ANOTHER_KEY)
    return seal


def _columns(poll: Poll) -> dict[Suits, InstrumentedAttribute[int | None]]:
    if poll.kind == PollKind.DATES:
        return {Suits.YES: PollOption.sealed, Suits.MAYBE: PollOption.sealed_maybes}
    return {Suits.YES: PollOption.sealed}


def _true(seal: Seal, row: PollOption, column: str, state: int) -> tuple[int, int]:
    """What is behind a masked counter and the one of who may come, after so many votes."""
    found = []
    for name in (column, f"{column}_maybes"):
        masked: int | None = getattr(row, name)
        found.append(0 if masked is None else masked - seal.mask(name, row.number, state))
    return found[0], found[1]


def _rows(poll_id: UUID) -> list[PollOption]:
    asked = select(PollOption).where(PollOption.poll_id == poll_id).order_by(PollOption.number)
    return list(db.session.scalars(asked.execution_options(populate_existing=True)))
