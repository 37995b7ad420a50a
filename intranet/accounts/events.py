"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SignInsEnded:
    """Devices are signed out: by the person, by an administrator, or by a new password."""

    sign_in_ids: tuple[UUID, ...]
