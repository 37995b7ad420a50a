"""What the pages of questions and criteria send, as typed values."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.collaboration.questions.models import Addressee
from intranet.collaboration.questions.operations.confirming import Validity
from intranet.config import LANGUAGES
from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Line, Text
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.places import PlaceForm

Id = Annotated[UUID | None, EmptyIsNone]
Day = Annotated[date | None, EmptyIsNone]
Edition = Annotated[int, Field(ge=0, le=PLACES)]


class AskForm(PlaceForm):
    """A question, and of whom it is asked.

    `anyway`: what was pointed out in it is to stay. `asked`: the people whom its author was shown
    (`page.fingerprint`).
    """

    title: Line
    body: Text = ""
    language: Literal["es", "ca", "gl", "eu", "en"]
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
        """A form sends one as a text, several as a list, and those not chosen as empty."""
        values = value if isinstance(value, (list, tuple)) else [value]
        return tuple(one for one in values if one)


class ChangeForm(Form):
    """A question said better, and what is better."""

    title: Line
    body: Text = ""
    language: Literal["es", "ca", "gl", "eu", "en"]
    note: Line
    edition: Edition
    anyway: bool = False


class AcceptForm(Form):
    """The answer that helped; none: it is taken back."""

    message_id: Id = None


class JoinForm(Form):
    """The question to which one is joined: its address, or its id."""

    target: Line


class ReasonForm(Form):
    """Why."""

    why: Line


class AllowanceForm(Form):
    """How many questions a week."""

    a_week: Annotated[int, Field(ge=0, le=PLACES)]


class CriterionForm(Form):
    """On what a criterion rests and until when it holds; its texts are fields by language."""

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
        """The same for an operation."""
        return Validity(self.law, self.valid_until, self.review_on)


def said(texts: dict[str, Written]) -> str:
    """All that is said, to look through."""
    return "\n".join(f"{text.title}\n{text.body}" for text in texts.values())


def kept(texts: dict[str, Written]) -> dict[str, Written]:
    """The languages in which something is said."""
    return {
        language: text
        for language, text in texts.items()
        if language in LANGUAGES and (text.title.strip() or text.body.strip())
    }
