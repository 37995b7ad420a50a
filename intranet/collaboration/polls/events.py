"""Events of polls."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PollVoted:
    """A vote was cast or changed, or the poll was closed. Voter and vote are left out."""

    poll_id: UUID
