"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SignInsEnded:
    """Devices are signed out, or tokens revoked: by the person, an administrator, a new password.

    A token is to its sockets what a sign-in is to those of a browser.
    """

    sign_in_ids: tuple[UUID, ...]
