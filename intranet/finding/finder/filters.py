"""Filters of a list: read from an address, and written into one."""

from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeVar
from uuid import UUID

from intranet.extensions import Identified, db
from intranet.organisation.agencies.models import Agency, Function
from intranet.organisation.people.agency_search import known_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY, printable

VALUE_CHARACTERS = 40
Value = TypeVar("Value")


def sent_as(parameter: str) -> dict[str, str]:
    """Return metadata for a field with another name in the address, or with "" in none."""
    return {"parameter": parameter}


@dataclass(frozen=True)
class Filters:
    """Base of the filters of a list: each field is a parameter of its address."""

    @classmethod
    @cache
    def parameters(cls) -> dict[str, Field[Any]]:
        """Return the fields by their parameters, in the order of the address."""
        named = {each.metadata.get("parameter", each.name): each for each in fields(cls)}
        return {parameter: each for parameter, each in named.items() if parameter}

    def address(self, **changes: object) -> dict[str, str]:
        """Return the parameters of the same list with changes; an empty value removes one."""
        return {
            name: value if isinstance(value, str) else _as_text(value)
            for name, value in {**self._values, **changes}.items()
            if value
        }

    @cached_property
    def _values(self) -> dict[str, object]:
        """The value of each parameter; None if it is the default, so that addresses omit it."""
        return {
            parameter: value if (value := getattr(self, each.name)) != each.default else None
            for parameter, each in self.parameters().items()
        }

    @property
    def is_empty(self) -> bool:
        """Whether no filter is set."""
        return not self.address()


class FilterReader:
    """Reads the parameters of an address, and notes in `unknown` those that name nothing.

    Each list decides what follows: they filter nothing, or the address is refused.
    """

    def __init__(self, sent: Mapping[str, str]) -> None:
        self._sent = sent
        self.unknown: set[str] = set()

    def text(self, name: str, limit: int = VALUE_CHARACTERS) -> str:
        """Return a text on one line, without characters that databases refuse."""
        return printable(" ".join(self._sent.get(name, "").split()), limit)

    def one_of(self, name: str, known: Collection[str]) -> str:
        """Return one of these values, or an empty text."""
        text = self._sent.get(name, "")
        return text if self._known(name, text if text in known else None) else ""

    def is_on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.one_of(name, {"0", "1"}) == "1"

    def agency(self, viewer: Person, name: str = "agency") -> Agency | None:
        """Return the agency with an official code, if the viewer may know of it."""
        return self._known(name, known_agency(viewer, self._sent.get(name, "")))

    def function(self, name: str = "topic") -> Function | None:
        """Return the function with a code."""
        code = self.text(name)
        return self._known(name, db.session.get(Function, code) if code else None)

    def id(self, name: str) -> UUID | None:
        """Return an id, whether or not anything has it."""
        try:
            return UUID(self._sent.get(name, ""))
        except ValueError:
            return self._known(name, None)

    def day(self, name: str) -> date | None:
        """Return a day that is not too far off."""
        try:
            found = date.fromisoformat(self._sent.get(name, ""))
        except ValueError:
            found = None
        return self._known(name, found if found and FIRST_DAY <= found <= LAST_DAY else None)

    def _known(self, name: str, value: Value | None) -> Value | None:
        if value is None and self._sent.get(name):
            self.unknown.add(name)
        return value


def _as_text(value: object) -> str:
    if isinstance(value, Agency | Function):
        return value.code
    if isinstance(value, Identified):
        return str(value.id)
    return "1" if value is True else str(value)
