"""The holders of posts that are counterparts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Select, Text, cast, select

from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.people.models import Appointment, Person, ProfileReach
from intranet.organisation.people.queries import is_current
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, among

CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class CounterpartHolder:
    """A person in a post, with what the ranking needs to know of them."""

    person_id: UUID
    has_account: bool
    is_open: bool
    confirmed: bool
    languages: frozenset[str]


class HolderRow(NamedTuple):
    """A holder as they are stored, with the languages and what is shown of them as JSON."""

    id: UUID
    languages: str
    reach: str
    open_to_questions: bool
    is_suggested: bool
    confirmed_on: date | None
    state: AccountState | None


def rows_by_post(ids: Collection[UUID]) -> dict[UUID, tuple[HolderRow, ...]]:
    """Return the holders of each post that has some, the oldest first. One query."""
    found: dict[UUID, tuple[HolderRow, ...]] = {}
    for row in execute_prepared(_holders(), ids=list(ids)):
        found[row.post_id] = (*found.get(row.post_id, ()), HolderRow._make(row[1:]))
    return found


def suggestible(rows: Sequence[HolderRow], today: date) -> list[CounterpartHolder]:
    """Return the holders who may be suggested.

    People with an account are first, then those open to questions.
    """
    found = [_holder(row, today - CONFIRMED_FOR) for row in rows if row.is_suggested]
    found.sort(key=lambda each: (not each.has_account, not each.is_open))
    return found


def _holder(row: HolderRow, oldest: date) -> CounterpartHolder:
    reach = from_json(row.reach)
    shows = reach.get("languages", ProfileReach.NETWORK) == ProfileReach.NETWORK
    return CounterpartHolder(
        row.id,
        row.state == AccountState.ACTIVE,
        row.open_to_questions,
        row.confirmed_on is not None and row.confirmed_on >= oldest,
        frozenset(from_json(row.languages) if shows else ()),
    )


@cache
def _holders() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Appointment.post_id,
            Person.id,
            cast(Person.languages, Text),
            cast(Person.reach, Text),
            Person.open_to_questions,
            Person.is_suggested,
            Person.confirmed_on,
            Account.state,
        )
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            among(Appointment.post_id, "ids"),
            is_current(NOW),
            Person.erased_at.is_(None),
        )
        .order_by(Appointment.since, Appointment.id)
    )
