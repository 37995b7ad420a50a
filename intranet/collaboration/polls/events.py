"""What happens to polls."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PollVoted:
    """Somebody voted or chose otherwise, or it was closed; who and what is not said."""

    poll_id: UUID
