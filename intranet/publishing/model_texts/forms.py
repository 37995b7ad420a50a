"""Forms of the pages of models. The texts are separate fields, by language."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line
from intranet.publishing.model_texts.operations.offering import ModelDetails
from intranet.publishing.publications.placement import PlaceForm


class _ModelFields(Form):
    law: Line = ""
    valid_until: Annotated[date | None, EmptyIsNone] = None
    topic: Line = ""
    file_ids: tuple[UUID, ...] = ()
    anyway: bool = False

    @field_validator("file_ids", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """Read a list of files: a form sends a single one as a string."""
        return value if isinstance(value, (list, tuple)) else (value,)

    @property
    def details(self) -> ModelDetails:
        """The details for the operation."""
        return ModelDetails(self.law, self.valid_until, (self.topic,) if self.topic else ())


class OfferForm(_ModelFields, PlaceForm):
    """A new model, with its space, post and visibility."""


class ModelChangeForm(_ModelFields):
    """A new version of a model."""

    note: Line
    edition: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class ModelUseForm(Form):
    """Start or stop using a model as a post."""

    do: Literal["use", "stop"]
    post_id: Annotated[UUID | None, EmptyIsNone] = None
