"""Base and common parts of response models, which describe what REST calls answer."""

import json
from typing import Any, get_args, get_origin

from pydantic import MISSING, BaseModel, ConfigDict, TypeAdapter

SUFFIX = "Response"
"""The end of the names of response models, which programs do not see."""


def _title(model: type) -> str:
    return model.__name__.removesuffix(SUFFIX)


class ResponseModel(BaseModel):
    """The JSON of an answer, which serializers build as a dictionary.

    Models are made when the description or a check asks for them; serving needs none.
    """

    model_config = ConfigDict(defer_build=True, model_title_generator=_title)


class ProblemResponse(ResponseModel):
    """A refusal, as RFC 9457 says; `errors` by field."""

    status: int
    title: str
    detail: str
    errors: dict[str, str] | MISSING = MISSING
    retry_after: int | MISSING = MISSING
    request_id: str | MISSING = MISSING


class NamedResponse(ResponseModel):
    """Something with a name."""

    id: str
    name: str


class TitledResponse(ResponseModel):
    """Something with a title, such as a post."""

    id: str
    title: str


class CodedResponse(ResponseModel):
    """Something that is known by a code."""

    code: str
    name: str


def model_of(answer: type | None) -> type[BaseModel] | None:
    """Return the model of an answer, or of the items of a list; None for bytes and no content."""
    (model,) = get_args(answer) or (answer,)
    return model if model and issubclass(model, BaseModel) else None


def is_list(answer: type | None) -> bool:
    """Return whether an answer is a page of a list."""
    return get_origin(answer) is list


def check_answer(answer: Any, payload: Any) -> None:
    """Compare an answer with its model, which must name every field.

    Raises:
        ValidationError: they differ.
    """
    content = json.dumps(payload["items"] if is_list(answer) else payload)
    TypeAdapter(answer).validate_json(content, strict=True, extra="forbid")
