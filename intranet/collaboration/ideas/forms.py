"""Forms of ideas and boxes, as typed values."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from intranet.collaboration.ideas.models import IdeaStatus
from intranet.collaboration.ideas.operations.boxes import BoxSettings
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.parsing import (
    MAX_INTEGER,
    EmptyIsNone,
    Form,
    LanguageTag,
    Line,
    Text,
    optional_text,
    required_line,
)
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PlaceForm
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT


class WrittenIdea(Form):
    """The title and text of an idea, in a language."""

    title: Line = ""
    body: Text = ""
    language: LanguageTag

    def texts(self) -> dict[str, Written]:
        """Return the title and text by language.

        Raises:
            Invalid: it has no title, or is too long.
        """
        title = required_line(self.title, "title", TITLE_LIMIT)
        return {self.language: Written(title, optional_text(self.body, "body", BODY_LIMIT))}


class IdeaForm(PlaceForm, WrittenIdea):
    """An idea for a box."""

    box_id: UUID


class ChangeIdea(WrittenIdea):
    """A correction of an idea: its note, and the edition that it replaces."""

    visibility: Visibility
    note: Line = ""
    edition: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class SupportForm(Form):
    """A choice to support an idea or to stop supporting it."""

    do: Literal["support", "undo"]


class IdeaStatusForm(Form):
    """A new status of an idea."""

    status: IdeaStatus
    note: Text = ""


class IdeaAnswerForm(Form):
    """The official answer, and optionally a new status."""

    answer: Text = ""
    status: Annotated[IdeaStatus | None, EmptyIsNone] = None


class IdeaMergeForm(Form):
    """The idea into which another is merged."""

    into: UUID


class BoxForm(Form):
    """The settings of a box: its purpose, the post that answers, and the term in working days."""

    name: Line = ""
    purpose: Text = ""
    post_id: UUID
    term_days: Annotated[int, Field(ge=0, le=MAX_INTEGER)]

    def settings(self) -> BoxSettings:
        """Return the form as settings of an operation."""
        return BoxSettings(self.name, self.purpose, self.post_id, self.term_days)


class NewBox(BoxForm):
    """The settings of a new box, and its space."""

    space_id: UUID


def id_sent(sent: Mapping[str, str], name: str) -> UUID | None:
    """Return an id from an address, or None where it is not an id."""
    try:
        return UUID(sent.get(name, ""))
    except ValueError:
        return None
