"""Events of counterparts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CounterpartsAppeared:
    """Posts appeared that a person asked to be told of, in one batch; `path` leads to them."""

    person_id: UUID
    count: int
    path: str
