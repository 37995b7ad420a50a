"""The announcements of the story."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tools.demo.files import read


@dataclass(frozen=True, slots=True)
class StoryCorrection:
    """A correction of an announcement: its time and its note."""

    at: str
    note: str


@dataclass(frozen=True, slots=True)
class StoryAnnouncement:
    """An announcement to a unit with those below; the root unit is the whole agency.

    `confirmed` are keys of people; `+40` stands for forty more recipients.
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
    corrected: StoryCorrection | None = None
    confirmed: tuple[str, ...] = field(default=())


@cache
def publications() -> tuple[StoryAnnouncement, ...]:
    """Return all announcements, in the order of publication."""
    return tuple(_publication(said) for said in read("publications.toml")["publication"])


def _publication(said: dict[str, Any]) -> StoryAnnouncement:
    corrected = said.get("corrected")
    return StoryAnnouncement(
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
        corrected=StoryCorrection(**corrected) if corrected else None,
        confirmed=tuple(said.get("confirmed", ())),
    )
