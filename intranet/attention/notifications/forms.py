"""What the pages about being told send, as typed values."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from intranet.attention.notifications.choices import Ways
from intranet.attention.notifications.models import MailChoice, Rhythm, Telling
from intranet.platform.core.parsing import Form

AT_ONCE = 200


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class SeeForm(Form):
    """Which notifications somebody has looked at; all without a list."""

    seen: bool = True
    ids: Annotated[
        Annotated[list[UUID], Field(max_length=AT_ONCE)] | None, BeforeValidator(_as_list)
    ] = None


class WaysForm(Form):
    """How often the digest comes."""

    digest: Rhythm


class TellingForm(Form):
    """Of which messages of a conversation one wants to be told."""

    telling: Telling


class KindForm(Form):
    """How one kind of thing is to go out."""

    mail: MailChoice
    push: bool = False

    def ways(self) -> Ways:
        """The same as a value."""
        return Ways(self.mail, push=self.push)
