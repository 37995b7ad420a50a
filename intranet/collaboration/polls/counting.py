"""Counting votes: each is added to counters in the database; no counter is read and rewritten.

The caller has marked the person as having voted, in the same transaction. The update of the poll's
row comes first and makes concurrent votes wait for each other.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.polls import statements
from intranet.collaboration.polls.counter_masks import VOTES_PER_STEP, Seal
from intranet.collaboration.polls.models import Poll, PollKind, PollOption, Suits
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l

Ballot = Mapping[int, Suits]
"""A vote: numbers of options, each with whether it suits the voter."""

MIN_VOTERS = 5
"""A poll by totals only with fewer votes shows no results, not even at the end."""

OVER = _l("This poll is closed and no longer accepts votes.")
ANOTHER_KEY = _l(
    "The encryption key of this installation was changed while this poll was open. Its "
    "votes can no longer be read, and voting has stopped."
)


def rise(poll_id: UUID, by: int, shown: int) -> int:
    """Raise the number of voters and return it. The row of the poll stays locked until commit.

    Raises:
        Conflict: the poll is over.
    """
    values = {"poll": poll_id, "now": clock.now(), "by": by, "shown": shown}
    voted: int | None = statements.value(statements.RISE, values)
    if voted is None:
        raise Conflict(OVER)
    return voted


def count_named(poll_id: UUID, ballot: Ballot, by: int = 1) -> None:
    """Add a vote by name to the shown counters; subtract it with `by=-1`."""
    for kind, column in ((Suits.YES, "votes"), (Suits.MAYBE, "maybes")):
        if numbers := [number for number, suits in ballot.items() if suits == kind]:
            values = {"poll": poll_id, "numbers": numbers, "by": by}
            statements.run(statements.add_to(column), values)


def count_secret(seal: Seal, kind: PollKind, ballot: Ballot, options: int, voted: int) -> None:
    """Add a vote to the masked counters. Every counter of the poll changes, whatever the vote."""
    columns = _columns(kind)
    values = {
        f"{column}_{number}": seal.step(column, number, voted) + (ballot.get(number) == suits)
        for suits, column in columns.items()
        for number in range(1, options + 1)
    }
    statement = statements.add_to_all(tuple(columns.values()), options)
    statements.run(statement, {"poll": seal.poll_id, **values})


def show_next(seal: Seal, voted: int) -> None:
    """After a full step, show the counts of the step before, and keep the current ones.

    The shown counts lag a step behind, so that the votes added when the poll ends are a full step
    at least. No two visible results ever differ by fewer votes.
    """
    before = voted - VOTES_PER_STEP
    for row in _rows(seal.poll_id):
        if before:
            row.votes, row.maybes = _true(seal, row, "pending", before)
        yes, maybe = _true(seal, row, "sealed", voted)
        row.pending = yes + seal.mask("pending", row.number, voted)
        if row.sealed_maybes is not None:
            row.pending_maybes = maybe + seal.mask("pending_maybes", row.number, voted)
    statements.run(statements.SHOW_COUNTED, {"poll": seal.poll_id, "number": before})


def unseal(poll: Poll) -> None:
    """Replace the masked counters by the results, if enough people voted.

    Raises:
        Conflict: the masks cannot be calculated any more.
    """
    seal = seal_of(poll.publication_id, poll.key_check)
    is_enough = poll.voted >= MIN_VOTERS
    for row in _rows(poll.publication_id):
        found = _true(seal, row, "sealed", poll.voted)
        row.votes, row.maybes = found if is_enough else (0, 0)
        row.sealed = row.sealed_maybes = row.pending = row.pending_maybes = None
    poll.counted = poll.voted if is_enough else 0


def begin(poll: Poll, rows: list[PollOption]) -> None:
    """Mask the counters of a new poll that shows totals only."""
    seal = Seal.of(poll.publication_id)
    poll.key_check = seal.check
    for row in rows:
        for column in _columns(poll.kind).values():
            setattr(row, column, seal.mask(column, row.number, 0))


def is_readable(poll: Poll) -> bool:
    """Whether the installation's key still gives the masks of a poll."""
    return not poll.is_secret or Seal.of(poll.publication_id).check == poll.key_check


def seal_of(poll_id: UUID, key_check: str) -> Seal:
    """Return the masks of a poll.

    Raises:
        Conflict: the masks cannot be calculated any more.
    """
    seal = Seal.of(poll_id)
    if seal.check != key_check:
        raise Conflict(ANOTHER_KEY)
    return seal


def _columns(kind: PollKind) -> dict[Suits, str]:
    if kind == PollKind.DATES:
        return {Suits.YES: "sealed", Suits.MAYBE: "sealed_maybes"}
    return {Suits.YES: "sealed"}


def _true(seal: Seal, row: PollOption, column: str, state: int) -> tuple[int, int]:
    """Return the counts behind a masked counter and its maybe counter, after `state` votes."""
    found = []
    for name in (column, f"{column}_maybes"):
        masked: int | None = getattr(row, name)
        found.append(0 if masked is None else masked - seal.mask(name, row.number, state))
    return found[0], found[1]


def _rows(poll_id: UUID) -> list[PollOption]:
    asked = select(PollOption).where(PollOption.poll_id == poll_id).order_by(PollOption.number)
    return list(db.session.scalars(asked.execution_options(populate_existing=True)))
