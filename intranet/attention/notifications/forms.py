"""Forms of the notification pages, as typed values."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from intranet.attention.notifications.choices import NotificationWays
from intranet.attention.notifications.models import MailChoice, Rhythm, Telling
from intranet.platform.core.parsing import Form

MAX_IDS = 200


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class SeeForm(Form):
    """Which notifications to mark as seen; all without a list."""

    seen: bool = True
    ids: Annotated[
        Annotated[list[UUID], Field(max_length=MAX_IDS)] | None, BeforeValidator(_as_list)
    ] = None


class WaysForm(Form):
    """How often the digest is sent."""

    digest: Rhythm


class TellingForm(Form):
    """Which messages of a conversation notify the person."""

    telling: Telling


class KindForm(Form):
    """How one kind of notification is delivered."""

    mail: MailChoice
    push: bool = False

    def ways(self) -> NotificationWays:
        """Return the form as a value."""
        return NotificationWays(self.mail, push=self.push)
