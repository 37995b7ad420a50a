"""The data of a package: `data/items.jsonl`, described in docs/law-access.md."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "intranet.access"


class AccessRow(BaseModel):
    """Base of the rows: no field beyond those described."""

    model_config = ConfigDict(extra="forbid")


class PackagedText(AccessRow):
    """A text as it goes out: hidden words are bars, each followed by the reason in brackets."""

    role: str
    text: str
    language: str = ""
    at: datetime | None = None


class PackagedPart(AccessRow):
    """A message, a version, or a file, with its author and its texts."""

    at: datetime
    author: str
    caption: str
    texts: list[PackagedText]
    files: list[str] = Field(default_factory=list)


class PackagedItem(AccessRow):
    """A thing that was found: included with its parts, or left out with the reason."""

    number: int
    kind: Literal["day", "publication", "file", "held"]
    decision: Literal["included", "left_out"]
    reason: str = ""
    day: date | None = None
    at: datetime | None = None
    place: str = ""
    title: str = ""
    page: str = ""
    file: str = ""
    hidden: int = 0
    parts: list[PackagedPart] = Field(default_factory=list)


def schema() -> dict[str, object]:
    """Return the JSON schema of a line of `data/items.jsonl`."""
    return PackagedItem.model_json_schema()
