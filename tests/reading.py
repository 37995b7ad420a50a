"""What a page says in its own language: its texts, and the words that it may be made of."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask import Flask
from sqlalchemy import JSON, Enum, String, select

from intranet.bootstrap.places import RESOURCES as ROOT
from intranet.extensions import db
from intranet.organisation.agencies.occupations import occupations
from intranet.platform.core.types import LocalizedType
from tools import catalogues
from tools.glossary import RAW_KEY

SILENT = {"script", "style", "code", "pre", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
NAMING = {"aria-label", "aria-roledescription", "title", "placeholder", "alt"}
PRESSED = {"a", "button", "summary"}
WORD = re.compile(r"[^\W\d_]{3,}")
SENTENCE = re.compile(r"[^\W\d_a-z]\S* \S")
OF_NO_LANGUAGE = re.compile(
    r"https?://\S+"  # addresses of pages and of mail, paths, time zones
    r"|[\w.+%-]*@[\w.-]+|\S*/\S*/\S*|[\w-]+/[\w-]+"
    r"|\b[\w-]+\.[a-z]{2,5}\b"  # names of files and of machines
    r"|\S*\d\S*|\{\w+\}|\S*[=<>]\S*"  # codes, places to be filled, terms of a search
    r"|\S+(?:…|\.\.\.)"  # a word that was cut
)
PLACEHOLDER = re.compile(r"%\(\w+\)")
CODE = re.compile(r"[a-z0-9_.:-]+")
FREE = {"basis"}
"""Columns in which people write a single word in small letters, such as `interina`."""
NAMES = {
    "android",
    "atom",
    "csv",
    "dcat",
    "firefox",
    "ics",
    "json",
    "linux",
    "openapi",
    "rss",
    "tab",
}
"""Names of what others made, which no language translates."""
FILES_OF_NAMES = (
    "organisation/agencies/data/territories.csv",
    "organisation/worktime/data/holidays.csv",
)


class Reading(HTMLParser):
    """The texts of a page, and its buttons with what each shows and how it is called."""

    def __init__(self, html: str, language: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.buttons: list[tuple[str, str]] = []
        self._language = language
        self._silent: list[bool] = [False]
        self._pressed: list[tuple[str, str, list[str]]] = []
        self._unseen: list[bool] = [False]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the names that an element has, and whether its content is read."""
        given = {name: value or "" for name, value in attrs}
        is_foreign = given.get("lang", self._language) != self._language
        silent = self._silent[-1] or is_foreign or tag in SILENT
        if not silent:
            self.texts += [
                value
                for name, value in given.items()
                if name in NAMING or (name.startswith("data-") and SENTENCE.match(value))
            ]
        classes = given.get("class", "").split()
        unseen = (
            self._unseen[-1]
            or "visually-hidden" in classes
            or "hidden" in given
            or given.get("aria-hidden") == "true"
        )
        if tag in VOID:
            return
        self._silent.append(silent)
        self._unseen.append(unseen)
        if tag in PRESSED:
            self._pressed.append((tag, given.get("aria-label", ""), []))

    def handle_endtag(self, tag: str) -> None:
        """Go back to what is around the element."""
        if tag in VOID or len(self._silent) == 1:
            return
        self._silent.pop()
        self._unseen.pop()
        if self._pressed and self._pressed[-1][0] == tag:
            _tag, name, shown = self._pressed.pop()
            if name:
                self.buttons.append((" ".join(" ".join(shown).split()), name))

    def handle_data(self, data: str) -> None:
        """Keep a text that is read."""
        text = " ".join(data.split())
        if self._pressed and text and not self._unseen[-1]:
            self._pressed[-1][2].append(text)
        if text and not self._silent[-1]:
            self.texts.append(text)


class Words:
    """The words of a language, and of everything that people wrote in an installation."""

    def __init__(self, language: str, app: Flask) -> None:
        self._written = written(app)
        self._all_written = " ".join(self._written)
        self._words = words_of(language) | _words(self._written)
        self._english = english_texts(language)

    def foreign(self, text: str) -> str | None:
        """The first part of a text that is neither the language's nor written by people."""
        if text in self._written:
            return None
        if text in self._english or PLACEHOLDER.search(text):
            return text
        bare = OF_NO_LANGUAGE.sub(" ", text)
        if (key := RAW_KEY.search(bare)) and key[0] not in self._all_written:
            return key[0]
        unknown = (word for word in WORD.findall(bare) if word.casefold() not in self._words)
        return next(unknown, None)


@cache
def words_of(language: str) -> frozenset[str]:
    """Every word of the catalogue of a language, and its names of days, places and jobs."""
    texts = [form for entry in catalogues.read(language) for form in catalogues.forms(entry.string)]
    locale = Locale.parse(language)
    calendar = [*locale.months.values(), *locale.days.values()]
    months = {name for widths in calendar for width in widths.values() for name in width.values()}
    names = [
        *months,
        *(f"{month}ren" for month in months if language == "eu"),  # of January, as dates say it
        *map(str, locale.territories.values()),
        *map(str, locale.languages.values()),
        *(zone.get("city", "") for zone in locale.time_zones.values()),
        *(Locale.parse(each).languages[each] for each in catalogues.LANGUAGES),
        *(name.replace("_", " ") for name in available_timezones()),
        *(occupation.name[language] for occupation in occupations().values()),
        *((ROOT / "intranet" / each).read_text(encoding="utf-8") for each in FILES_OF_NAMES),
    ]
    return frozenset(_words([*texts, *names]) | NAMES)


@cache
def english_texts(language: str) -> frozenset[str]:
    """The texts of the source that say something else in this language."""
    entries = [entry for entry in catalogues.read(language) if entry.id]
    said = {form for entry in entries for form in catalogues.forms(entry.string)}
    return frozenset({form for entry in entries for form in catalogues.forms(entry.id)} - said)


def written(app: Flask) -> frozenset[str]:
    """Every text that the database holds, but for names of the code."""
    found: set[str] = set()
    with app.app_context():
        for table in db.metadata.sorted_tables:
            for column in table.columns:
                kind = column.type
                if isinstance(kind, Enum) or not isinstance(kind, String | JSON | LocalizedType):
                    continue
                for value in db.session.scalars(select(column).distinct()):
                    texts = _texts(value)
                    found.update(
                        text for text in texts if column.name in FREE or not CODE.fullmatch(text)
                    )
    return frozenset(" ".join(text.split()) for text in found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.splitlines()
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _words(texts: Iterable[str]) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def unnamed(shown: str, name: str) -> bool:
    """Whether the name of a button, which is read aloud, lacks the text that it shows."""
    return _spoken(shown) not in _spoken(name)


def _spoken(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
