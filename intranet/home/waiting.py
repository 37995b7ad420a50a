"""What waits for a person behind the places of the rail, asked for in one statement."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select

from intranet.core.database import ask
from intranet.core.per_request import per_request
from intranet.core.types import NOW, given
from intranet.groups.models import Invitation
from intranet.groups.queries import is_invited
from intranet.people.models import Person
from intranet.polls import queries as poll_queries
from intranet.questions import queries as question_queries

MAX_COUNTED = 100


@dataclass(frozen=True)
class Waiting:
    """How many invitations, polls and questions wait for a person."""

    groups: int
    polls: int
    questions: int

    @property
    def participate(self) -> int:
        """Count what waits under Participate."""
        return self.polls + self.questions


@per_request
def waiting_of(person: Person) -> Waiting:
    """Count what waits for the person, each kind to a hundred."""
    found = ask(_counts(), person_id=person.id).one()
    return Waiting(found.groups, found.polls, found.questions)


@cache
def _counts() -> Select[int, int, int]:
    person_id = given("person_id")
    return select(
        _count(select(Invitation.space_id).where(is_invited(person_id))).label("groups"),
        _count(poll_queries.waiting_ids(person_id, NOW)).label("polls"),
        _count(question_queries.waiting_ids(person_id, NOW)).label("questions"),
    )


def _count(ids: Select[UUID]) -> ScalarSelect[int]:
    some = ids.limit(MAX_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
