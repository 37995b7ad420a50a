"""What becomes of a line."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.administration.imports.csvlines import Line
from intranet.administration.imports.faults import Rejected

Fact = tuple[str, str]
"""A piece of what is shown of a change: `new`, `old`, `text`, `from` or `to`, and the text.

With `root` the text is the code that an agency's root takes, with `double` that of a unit which
goes up into it.
"""

PHASE, AGENCY, DEPTH = 10**17, 10**11, 10**9
LAST_DEPTH, LAST_AGENCY = 99, 10**6 - 1


class What(StrEnum):
    """What becomes of a line, in the order in which the report shows it."""

    REJECTED = "rejected"
    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


PLACES = {what: place for place, what in enumerate(What)}


@dataclass(slots=True)
class Outcome:
    """A line and what becomes of it.

    `rank` is the order in which lines are applied: what makes room first, parents before children.
    `joins` and `leaves` count the rooms that people gain and lose by it. `subject` is what was
    there before and is changed or ended, for the audit log.
    """

    line: Line
    what: What
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


def rejected(line: Line, why: Rejected, title: str = "") -> Outcome:
    """A line that cannot be taken."""
    return Outcome(
        line,
        What.REJECTED,
        title=title,
        column=why.column,
        code=why.code,
        about=why.about,
        fix=why.fix,
    )


def rank_of(number: int, phase: int = 1, depth: int = 0) -> int:
    """The place of a line in the order of applying."""
    return phase * PHASE + min(depth, LAST_DEPTH) * DEPTH + min(number, DEPTH - 1)


def joined(facts: list[Fact], separator: str = " · ") -> str:
    """The pieces as one text, for a command line and for finding."""
    words = {
        "old": "-{}",
        "new": "+{}",
        "from": "from {}",
        "to": "to {}",
        "root": "the agency itself, which takes the code {}",
        "double": "what stood below it as {} goes up into it",
    }
    return separator.join(words.get(kind, "{}").format(text) for kind, text in facts)
