"""Forms of questions and criteria, as typed values."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, field_validator

from intranet.collaboration.questions.models import Addressee
from intranet.collaboration.questions.operations.confirming import Validity
from intranet.config import LANGUAGES
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, LanguageTag, Line, Text
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PlaceForm

Id = Annotated[UUID | None, EmptyIsNone]
Day = Annotated[date | None, EmptyIsNone]
Edition = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class AskForm(PlaceForm):
    """A question and its addressee.

    `anyway`: the author keeps text that looks like private data. `asked`: the fingerprint of the
    people whom the author was shown (`page.fingerprint`).
    """

    title: Line
    body: Text = ""
    language: LanguageTag
    addressee: Addressee = Addressee.ANYBODY
    function: Line = ""
    territories: tuple[str, ...] = ()
    to_post: Id = None
    topic: Line = ""
    is_hidden: bool = False
    file_ids: tuple[UUID, ...] = ()
    anyway: bool = False
    asked: Line = ""

    @field_validator("territories", "file_ids", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """Return a tuple: a form sends one value as text, several as a list, or empty values."""
        values = value if isinstance(value, (list, tuple)) else [value]
        return tuple(one for one in values if one)


class QuestionChangeForm(Form):
    """A correction of a question, with a note of the change."""

    title: Line
    body: Text = ""
    language: LanguageTag
    note: Line
    edition: Edition
    anyway: bool = False


class AcceptForm(Form):
    """The answer that helped; without one, the acceptance is withdrawn."""

    message_id: Id = None


class QuestionMergeForm(Form):
    """The question into which another is merged: its address or its id."""

    target: Line


class OutdatedForm(Form):
    """Why a criterion is outdated."""

    why: Line


class AllowanceForm(Form):
    """The number of questions a week that a person agrees to receive."""

    a_week: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class CriterionForm(Form):
    """The legal basis and the validity of a criterion; its texts are fields by language."""

    law: Line = ""
    valid_until: Day = None
    review_on: Day = None
    post_id: Id = None
    topic: Line = ""
    note: Line = ""
    why: Line = ""
    edition: Edition = 0
    anyway: bool = False

    @property
    def validity(self) -> Validity:
        """The validity as an operation takes it."""
        return Validity(self.law, self.valid_until, self.review_on)


def all_text(texts: dict[str, Written]) -> str:
    """Join all texts, to be checked for private data."""
    return "\n".join(f"{text.title}\n{text.body}" for text in texts.values())


def texts_not_empty(texts: dict[str, Written]) -> dict[str, Written]:
    """Return the texts that are not empty, in known languages."""
    return {
        language: text
        for language, text in texts.items()
        if language in LANGUAGES and (text.title.strip() or text.body.strip())
    }
