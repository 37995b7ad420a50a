"""What the pages of models send, as typed values; the texts are fields by language."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Line
from intranet.publishing.model_texts.operations.offering import Details
from intranet.publishing.publications.places import PlaceForm


class _Details(Form):
    law: Line = ""
    valid_until: Annotated[date | None, EmptyIsNone] = None
    topic: Line = ""
    file_ids: tuple[UUID, ...] = ()
    anyway: bool = False

    @field_validator("file_ids", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """A form sends one as a text, several as a list."""
        return value if isinstance(value, (list, tuple)) else (value,)

    @property
    def details(self) -> Details:
        """The same for an operation."""
        return Details(self.law, self.valid_until, (self.topic,) if self.topic else ())


class OfferForm(_Details, PlaceForm):
    """A model, with where it stands, as which post, and for whom."""


class ChangeForm(_Details):
    """Another version of a model."""

    note: Line
    edition: Annotated[int, Field(ge=0, le=PLACES)]


class UseForm(Form):
    """Whether a post uses it."""

    do: Literal["use", "stop"]
    post_id: Annotated[UUID | None, EmptyIsNone] = None


class ReasonForm(Form):
    """Why."""

    why: Line
