"""Parse input from outside into typed values; one form serves page, REST call and socket."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
)
from pydantic_core import ErrorDetails

from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import one_line
from intranet.platform.core.types import Localized

MAX_INTEGER = 2**31 - 1
"""The highest position or revision: the largest INTEGER of PostgreSQL."""


NOT_KNOWN = _l("This field does not exist here.")


class Form(BaseModel):
    """Base of the input to an operation. Unknown fields are never assigned."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=False, hide_input_in_errors=True)

    @classmethod
    def parse(cls, data: Mapping[str, Any], **given: Any) -> Self:
        """Validate input and ignore unknown fields; `given` comes from the address and wins.

        Raises:
            Invalid: with the reason for each field.
        """
        return cls._checked(data, given, "ignore")

    @classmethod
    def parse_exactly(cls, data: Mapping[str, Any], **given: Any) -> Self:
        """Validate input of a REST client, which would not notice an ignored field.

        Raises:
            Invalid: with the reason for each field, unknown ones included.
        """
        return cls._checked(data, given, "forbid")

    @classmethod
    def _checked(
        cls, data: Mapping[str, Any], given: Mapping[str, Any], extra: Literal["ignore", "forbid"]
    ) -> Self:
        if not isinstance(data, Mapping):
            raise Invalid({"": _l("Send a JSON object with named fields.")})
        try:
            return cls.model_validate({**_plain(data), **given}, extra=extra)
        except ValidationError as error:
            raise Invalid(_reasons(error.errors(include_url=False))) from error


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form: several values as a list, others as they are."""
    lists = getattr(data, "lists", None)
    if lists is None:
        return dict(data)
    return {name: values if len(values) > 1 else values[0] for name, values in lists()}


def _reasons(errors: list[ErrorDetails]) -> dict[str, Words]:
    return {".".join(str(part) for part in error["loc"]): _words(error) for error in errors}


def _words(error: ErrorDetails) -> Words:
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "missing":
        return _l("This field is required.")
    if kind == "extra_forbidden":
        return NOT_KNOWN
    if kind == "string_too_short":
        return _l("Enter some text here.")
    if kind == "string_too_long":
        return _l("Use at most %(limit)s characters.", limit=context["max_length"])
    reason = context.get("error")
    if isinstance(reason, FieldRefusedError):
        return reason.words
    return _l("This value is not allowed here.")


class FieldRefusedError(ValueError):
    """A value is refused; `words` tells the person why."""

    def __init__(self, words: Words) -> None:
        super().__init__("refused")
        self.words = words


def _sound(text: str) -> str:
    if "\0" in text:
        raise FieldRefusedError(_l("The text contains a character that cannot be stored (NUL)."))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FieldRefusedError(
            _l("The text contains an invalid character. Type the text again.")
        ) from error
    return text.strip()


def _is_text(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise FieldRefusedError(_l("Enter some text here."))
    return value


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str, BeforeValidator(_is_text), AfterValidator(_sound)]
"""Text without NUL and lone surrogates, trimmed. Limit it with `Field(max_length=…)` outside."""

LanguageTag = Literal["es", "ca", "gl", "eu", "en"]
"""The languages of texts: `config.LANGUAGES`, as type checkers and schemas read them."""

Line = Annotated[Text, AfterValidator(one_line)]
"""Text on one line, of what can be seen: names, titles, codes."""

Instant = Annotated[AwareDatetime, BeforeValidator(_is_text)]
"""An instant as a text with its time zone, RFC 3339."""

EmptyIsNone = BeforeValidator(_none_if_empty)
"""For optional fields of plain forms, which send the empty text."""


def parse_position(text: str) -> int:
    """Return a position or revision from an address, clamped to the possible range.

    Raises:
        ValueError: the text is not a number.
    """
    return min(max(int(text), 0), MAX_INTEGER)


MAX_TYPED_CHARACTERS = 100_000
"""The limit before invisible characters are removed."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def require_days(**days: date | None) -> None:
    """Refuse dates that are too far away to be meant, and that time zones cannot handle.

    Args:
        days: the date of each field, by the name of the field.

    Raises:
        Invalid: with the first field whose date is refused.
    """
    for name, day in days.items():
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid({name: _l("Enter a date between the years 1900 and 2199.")})


def printable(text: str, limit: int) -> str:
    """Return typed search text trimmed, cut, and without characters that databases refuse."""
    return "".join(char for char in text if char.isprintable()).strip()[:limit]


def required_text(text: str, field: str, limit: int) -> str:
    """Trim a text that an operation needs.

    Raises:
        Invalid: it is empty, longer than `limit` characters, or has characters not to be stored.
    """
    text = optional_text(text, field, limit)
    if not text:
        raise Invalid({field: _l("Enter some text here.")})
    return text


def optional_text(text: str, field: str, limit: int) -> str:
    """Trim a text that may be left empty.

    Raises:
        Invalid: it is longer than `limit` characters, or has characters not to be stored.
    """
    try:
        text = _sound(text)
    except FieldRefusedError as reason:
        raise Invalid({field: reason.words}) from reason
    if len(text) > limit:
        raise Invalid({field: _l("Use at most %(limit)s characters.", limit=limit)})
    return text


def required_line(text: str, field: str, limit: int) -> str:
    """Return a required name or title on one line, with visible characters only.

    Raises:
        Invalid: it is empty, longer than `limit` characters, or has characters not to be stored.
    """
    return required_text(one_line(optional_text(text, field, MAX_TYPED_CHARACTERS)), field, limit)


def optional_line(text: str, field: str, limit: int) -> str:
    """Return an optional name or title on one line, with visible characters only.

    Raises:
        Invalid: it is longer than `limit` characters, or has characters not to be stored.
    """
    return optional_text(one_line(optional_text(text, field, MAX_TYPED_CHARACTERS)), field, limit)


def localized_lines(texts: Mapping[str, str]) -> Localized:
    """A name or title in several languages, each on one line; the empty ones are left out."""
    cleaned = {tag: one_line(text) for tag, text in texts.items()}
    return Localized({tag: text for tag, text in cleaned.items() if text})
