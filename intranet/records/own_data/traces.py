"""Traces of a person in texts that the program made, and their replacement."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, false, or_
from sqlalchemy.sql.elements import KeyedColumnElement

from intranet.platform.core.html import bare

MIN_CHARACTERS = 5
"""Anything shorter is found in words that have nothing to do with the person."""


@dataclass(frozen=True)
class PersonTraces:
    """The name, addresses and numbers of a person, and the pseudonym that replaces the name."""

    person_id: str
    name: str
    pseudonym: str
    others: tuple[str, ...]

    @classmethod
    def stored(cls, told: dict[str, Any]) -> Self:
        """Return the traces as `as_json` gave them."""
        return cls(**{**told, "others": tuple(told["others"])})

    def as_json(self) -> dict[str, Any]:
        """Return the traces for a JSON column."""
        return asdict(self)

    @property
    def needles(self) -> tuple[str, ...]:
        """The texts to find, the name first."""
        return tuple(each for each in (self.name, *self.others) if len(each) >= MIN_CHARACTERS)

    def mentioned_in(self, *columns: KeyedColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that a text or JSON column mentions the person, by id."""
        return or_(*(cast(each, Text).contains(self.person_id) for each in columns))

    def named_in(self, *columns: KeyedColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that a text or JSON column holds the name, an address, a number.

        JSON is stored with escapes for letters beyond ASCII.
        """
        found: list[ColumnElement[bool]] = [
            cast(column, Text).contains(text, autoescape=True)
            for column in columns
            for needle in self.needles
            for text in {needle, json.dumps(needle)[1:-1]}
        ]
        return or_(false(), *found)

    def without_mentions(self, value: Any) -> Any:
        """Return a text or a JSON value in which mentions of the person have the pseudonym."""
        if isinstance(value, str):
            value = _markdown(self.person_id).sub(self._in_markdown, value)
            return _link(self.person_id).sub(self._in_link, value)
        if isinstance(value, list):
            return [self.without_mentions(each) for each in value]
        if isinstance(value, dict):
            if value.get("id") == self.person_id and "text" in value:
                return {**value, "text": self.pseudonym}
            return {name: self.without_mentions(each) for name, each in value.items()}
        return value

    def without_names(self, value: Any) -> Any:
        """Return a text or a JSON value in which the pseudonym stands for whatever is found."""
        if isinstance(value, str):
            for needle in self.needles:
                value = value.replace(needle, self.pseudonym)
            return value
        if isinstance(value, list):
            return [self.without_names(each) for each in value]
        if isinstance(value, dict):
            return {name: self.without_names(each) for name, each in value.items()}
        return value

    def _in_markdown(self, found: re.Match[str]) -> str:
        return f"@[{bare(self.pseudonym)}]({found[2]}"

    def _in_link(self, found: re.Match[str]) -> str:
        sign = "@" if found[2].startswith("@") else ""
        return f"{found[1]}{sign}{self.pseudonym}</a>"


def traces_of(person_id: UUID, name: str, pseudonym: str, others: list[str]) -> PersonTraces:
    """Return the traces of a person; empty texts are left out."""
    return PersonTraces(str(person_id), name, pseudonym, tuple(filter(None, others)))


def _markdown(person_id: str) -> re.Pattern[str]:
    """Match `@[text](person:ID)` as it stands in a body."""
    return re.compile(rf"@\[([^\[\]\n]*)\]\((person:{person_id}\))")


def _link(person_id: str) -> re.Pattern[str]:
    """Match a mention as it stands in HTML."""
    return re.compile(rf'(<a\b[^>]*href="/people/{person_id}"[^>]*>)([^<]*)</a>')
