"""The holders of posts that are counterparts, as rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.people.models import Appointment, Person, ProfileReach
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
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


def holders_by_post(ids: Collection[UUID]) -> tuple[dict[UUID, list[CounterpartHolder]], set[UUID]]:
    """Return the suggestible people in each post, and the posts with holders who opted out."""
    rows = execute_prepared(_holders(), ids=list(ids))
    oldest = clock.now().date() - CONFIRMED_FOR
    found: dict[UUID, list[CounterpartHolder]] = defaultdict(list)
    hidden: set[UUID] = set()
    for row in rows:
        if not row.is_suggested:
            hidden.add(row.post_id)
            continue
        shows = row.reach.get("languages", ProfileReach.NETWORK) == ProfileReach.NETWORK
        found[row.post_id].append(
            CounterpartHolder(
                row.id,
                row.state == AccountState.ACTIVE,
                row.open_to_questions,
                row.confirmed_on is not None and row.confirmed_on >= oldest,
                frozenset(row.languages if shows else ()),
            )
        )
    for some in found.values():  # people with an account first, then those open to questions
        some.sort(key=lambda each: (not each.has_account, not each.is_open))
    return found, hidden


@cache
def _holders() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Appointment.post_id,
            Person.id,
            Person.languages,
            Person.reach,
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
