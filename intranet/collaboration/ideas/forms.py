"""What the pages of ideas send, as typed values."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from intranet.collaboration.ideas.models import IdeaStatus
from intranet.collaboration.ideas.operations.boxes import BoxSettings
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.parsing import (
    PLACES,
    EmptyIsNone,
    Form,
    Line,
    Text,
    optional_text,
    required_line,
)
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.places import PlaceForm
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT

LanguageTag = Literal["es", "ca", "gl", "eu", "en"]


class WrittenIdea(Form):
    """What an idea says, in one language."""

    title: Line = ""
    body: Text = ""
    language: LanguageTag

    def texts(self) -> dict[str, Written]:
        """The same by language.

        Raises:
            Invalid: it has no title, or is too long.
        """
        title = required_line(self.title, "title", TITLE_LIMIT)
        return {self.language: Written(title, optional_text(self.body, "body", BODY_LIMIT))}


class IdeaForm(PlaceForm, WrittenIdea):
    """An idea for a box."""

    box_id: UUID


class ChangeIdea(WrittenIdea):
    """An idea said otherwise: what was corrected, and the edition that it replaces."""

    visibility: Visibility
    note: Line = ""
    edition: Annotated[int, Field(ge=0, le=PLACES)]


class SupportForm(Form):
    """Whether somebody supports an idea from now on, or no longer."""

    do: Literal["support", "undo"]


class StatusForm(Form):
    """How far an idea has come."""

    status: IdeaStatus
    note: Text = ""


class AnswerForm(Form):
    """The official answer, with a status where one is chosen."""

    answer: Text = ""
    status: Annotated[IdeaStatus | None, EmptyIsNone] = None


class JoinForm(Form):
    """With which idea another is joined."""

    into: UUID


class ReasonForm(Form):
    """Why something is taken back."""

    reason: Line = ""


class BoxForm(Form):
    """What a box is for, which post answers, and in how many working days."""

    name: Line = ""
    purpose: Text = ""
    post_id: UUID
    term_days: Annotated[int, Field(ge=0, le=PLACES)]

    def settings(self) -> BoxSettings:
        """The same, as the operation takes it."""
        return BoxSettings(self.name, self.purpose, self.post_id, self.term_days)


class NewBox(BoxForm):
    """The same, with where it is opened."""

    space_id: UUID


def id_sent(sent: Mapping[str, str], name: str) -> UUID | None:
    """An id out of an address, if it is one."""
    try:
        return UUID(sent.get(name, ""))
    except ValueError:
        return None
