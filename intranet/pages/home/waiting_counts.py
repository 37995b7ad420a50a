"""Counts of what waits for a person, for the rail, in one statement."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select

from intranet.collaboration.groups.models import GroupInvitation
from intranet.collaboration.groups.queries import is_invited, is_request_to
from intranet.collaboration.ideas import queries as idea_queries
from intranet.collaboration.polls import queries as poll_queries
from intranet.collaboration.questions import queries as question_queries
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, id_parameter

MAX_COUNTED = 100


@dataclass(frozen=True)
class Waiting:
    """How many of each kind wait for a person; requests are to groups that they lead."""

    invitations: int
    requests: int
    polls: int
    questions: int
    ideas: int

    @property
    def groups(self) -> int:
        """Count what waits under Groups."""
        return self.invitations + self.requests

    @property
    def participate(self) -> int:
        """Count what waits under Participate."""
        return self.polls + self.questions + self.ideas


@per_request
def counts_for(person: Person) -> Waiting:
    """Count what waits for the person, each kind up to a hundred."""
    found = execute_prepared(_counts(), person_id=person.id).one()
    return Waiting(*tuple(found))


@cache
def _counts() -> Select[int, int, int, int, int]:
    person_id = id_parameter("person_id")
    return select(
        _count(select(GroupInvitation.space_id).where(is_invited(person_id))),
        _count(select(GroupInvitation.space_id).where(is_request_to(person_id, NOW))),
        _count(poll_queries.waiting_ids(person_id, NOW)),
        _count(question_queries.waiting_ids(person_id, NOW)),
        _count(idea_queries.waiting_ids(person_id, NOW)),
    )


def _count(ids: Select[UUID]) -> ScalarSelect[int]:
    some = ids.limit(MAX_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
