"""The form of every statement: sections of lines, each with its state in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l


class StatementState(StrEnum):
    """How far a line is met; `AGENCY` is what no program can know, `HIGH` is not asked for."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    AGENCY = "agency"
    HIGH = "high"
    FACT = "fact"


STATE_WORDS = {
    StatementState.MET: _l("Met"),
    StatementState.PARTLY: _l("Partly met"),
    StatementState.NOT_MET: _l("Not met"),
    StatementState.AGENCY: _l("The agency decides"),
    StatementState.HIGH: _l("High category only"),
    StatementState.FACT: _l("Fact"),
}


@dataclass(frozen=True)
class StatementLine:
    """A line of a statement.

    Attributes:
        part: its key, under which the agency's own words are kept.
        words: what is so, and by what, or what is missing.
        path: the page below `/admin/CODE/` on which it is set; nothing if there is none.
        language: of the title, where it is the law's own and not translated.
    """

    part: str
    title: Words
    state: StatementState
    words: Words
    path: str = ""
    language: str = ""


@dataclass(frozen=True)
class StatementSection:
    """Lines under a heading."""

    title: Words
    lines: Sequence[StatementLine]


def counts(sections: Sequence[StatementSection]) -> dict[StatementState, int]:
    """Return how many lines are in each state, in the order of the states."""
    states = [line.state for section in sections for line in section.lines]
    return {state: states.count(state) for state in StatementState if state in states}
