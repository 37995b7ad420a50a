"""What was announced, read from the story."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from intranet.demo.files import read


@dataclass(frozen=True, slots=True)
class Correction:
    """When a publication was corrected, and what was."""

    at: str
    note: str


@dataclass(frozen=True, slots=True)
class Publication:
    """An announcement; `unit` is as far as it reaches, the root unit the whole agency.

    `confirmed` are people by their keys; `+40` is forty more of those to whom it was sent.
    """

    key: str
    by: str
    unit: str
    at: str
    texts: dict[str, tuple[str, str]]
    state: str = "published"
    due: str | None = None
    ends: str | None = None
    pinned: str | None = None
    corrected: Correction | None = None
    confirmed: tuple[str, ...] = field(default=())


@cache
def publications() -> tuple[Publication, ...]:
    """All of them, in the order in which they went out."""
    return tuple(_publication(said) for said in read("publications.toml")["publication"])


def _publication(said: dict[str, Any]) -> Publication:
    corrected = said.get("corrected")
    return Publication(
        key=said["key"],
        by=said["by"],
        unit=said["unit"],
        at=said["at"],
        texts={
            language: (text["title"], text["body"].strip())
            for language, text in said["texts"].items()
        },
        state=said.get("state", "published"),
        due=said.get("due"),
        ends=said.get("ends"),
        pinned=said.get("pinned"),
        corrected=Correction(**corrected) if corrected else None,
        confirmed=tuple(said.get("confirmed", ())),
    )
