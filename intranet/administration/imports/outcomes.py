"""The outcome of a line: rejected, created, changed, ended or unchanged."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected

Fact = tuple[str, str]
"""A detail to show of a change: its kind, `new`, `old`, `text`, `from` or `to`, and its text.

`root` and `double` are kinds too: the text is the code that an agency's root takes, or the code of
a duplicate unit that is merged into the root.
"""

PHASE_FACTOR, AGENCY_FACTOR, DEPTH_FACTOR = 10**17, 10**11, 10**9
MAX_DEPTH, MAX_AGENCY_INDEX = 99, 10**6 - 1


class ImportEffect(StrEnum):
    """The kind of outcome, in the order of the report."""

    REJECTED = "rejected"
    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


PLACES = {what: place for place, what in enumerate(ImportEffect)}


@dataclass(slots=True)
class ImportOutcome:
    """A line and its outcome.

    `rank` is the order in which lines are applied: what frees places first, parents before
    children. `joins` and `leaves` count the spaces that people join and leave. `subject` is the
    stored row that is changed or ended, for the audit log.
    """

    line: CsvLine
    what: ImportEffect
    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    agency_id: UUID | None = None
    rank: int = 0
    joins: int = 0
    leaves: int = 0
    column: str = ""
    code: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    fix: str | None = None
    subject: tuple[str, UUID] | None = None


def rejected(line: CsvLine, why: Rejected, title: str = "") -> ImportOutcome:
    """Return the outcome of a rejected line."""
    return ImportOutcome(
        line,
        ImportEffect.REJECTED,
        title=title,
        column=why.column,
        code=why.code,
        about=why.about,
        fix=why.fix,
    )


def rank_of(number: int, phase: int = 1, depth: int = 0) -> int:
    """Return the position of a line in the order of applying."""
    return (
        phase * PHASE_FACTOR + min(depth, MAX_DEPTH) * DEPTH_FACTOR + min(number, DEPTH_FACTOR - 1)
    )


def joined(facts: list[Fact], separator: str = " · ") -> str:
    """Return the pieces as one text, for a command line and for searching."""
    words = {
        "old": "-{}",
        "new": "+{}",
        "from": "from {}",
        "to": "to {}",
        "root": "the agency itself, which takes the code {}",
        "double": "what stood below it as {} goes up into it",
    }
    return separator.join(words.get(kind, "{}").format(text) for kind, text in facts)
