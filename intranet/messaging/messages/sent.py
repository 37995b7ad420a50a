"""A message on its way into a conversation, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.accounts.credentials import SignInCheck
from intranet.platform.core.errors import Conflict
from intranet.platform.core.events import Hold
from intranet.platform.core.html import Rendered
from intranet.platform.core.i18n import _l


@dataclass(frozen=True)
class Carried:
    """Forwarded words: the columns of `Forward`, and the files of the original."""

    values: Mapping[str, Any]
    files: Sequence[MessageFile] = ()


@dataclass
class Sent:
    """A message to post, and the result.

    The result is a new `message`, the `message_id` of one that was stored before, or a `failure`.
    """

    author_id: UUID
    author_name: str | None
    conversation_id: UUID
    body: str
    rendered: Rendered
    digest: str
    client_id: UUID
    parent_id: UUID | None
    file_ids: Sequence[UUID]
    post_id: UUID | None
    posts_per_10s: int
    hold: Hold | None
    check: SignInCheck | None
    carried: Carried | None = None
    message_id: UUID | None = None
    message: Message | None = None
    shown: Mapping[str, Any] | None = None
    """The JSON of the new message."""
    failure: Exception | None = None

    @property
    def is_shown_alone(self) -> bool:
        """Whether a socket is answered with the JSON alone, so that nobody needs the row.

        A message with mentions is answered with those that it did not reach.
        """
        return self.check is not None and bool(self.shown) and not self.rendered.mentions

    @property
    def name(self) -> str | None:
        """The author's name, once their sign-in is checked."""
        if self.check is None:
            return self.author_name
        return self.check.present.name if self.check.present else None


def sent_before() -> Conflict:
    """Return the refusal of a `client_id` that was used for something else."""
    return Conflict(
        _l("This message has already been sent with different content. Send it as a new message.")
    )
