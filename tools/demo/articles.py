"""The articles of the story, and the people and topics that its people follow."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from tools.demo.files import read


@dataclass(frozen=True, slots=True)
class Media:
    """A file of `story/media`, with its role and its descriptions."""

    name: str
    role: str
    words: str = ""
    long: str = ""
    poster: str = ""
    captions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A message in the discussion of an article."""

    at: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article in the blog of a unit; `{NAME}` in its texts is the id of a file.

    If `is_submitted`, an employee wrote it and it awaits approval.
    """

    key: str
    by: str
    unit: str
    visibility: str
    topics: tuple[str, ...]
    at: str
    files: tuple[Media, ...]
    said: tuple[Remark, ...]
    texts: dict[str, tuple[str, str]]
    is_submitted: bool


@cache
def articles() -> tuple[Article, ...]:
    """Return all articles, in the order of the file."""
    return tuple(_article(said) for said in read("articles.toml")["article"])


def follows() -> list[tuple[str, str, str]]:
    """Return all follows: the key of a person, a kind, and a key or code."""
    return [
        (person, kind, subject)
        for person, wanted in read("articles.toml")["follows"].items()
        for one in wanted
        for kind, subject in one.items()
    ]


def _article(said: dict[str, Any]) -> Article:
    return Article(
        key=said["key"],
        by=said["by"],
        unit=said["unit"],
        visibility=said["visibility"],
        topics=tuple(said["topics"]),
        at=said["at"],
        files=tuple(_media(file) for file in said["files"]),
        said=tuple(Remark(one["at"], one["by"], one["text"]) for one in said["said"]),
        texts={
            language: (text["title"], text["body"].strip())
            for language, text in said["texts"].items()
        },
        is_submitted=said.get("submitted", False),
    )


def _media(said: dict[str, Any]) -> Media:
    return Media(
        name=said["name"],
        role=said["role"],
        words=said.get("words", ""),
        long=said.get("long", "").strip(),
        poster=said.get("poster", ""),
        captions=tuple(said.get("captions", {}).items()),
    )
