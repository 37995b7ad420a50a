"""The form of a notification's sentence: with actors, and without."""

from dataclasses import dataclass
from typing import NamedTuple


class Pair(NamedTuple):
    """A text for one actor, and for several."""

    one: str
    several: str


@dataclass(frozen=True)
class NotificationSentence:
    """The sentence of an act: with actors, and without."""

    by: Pair | None = None
    alone: str = ""


def _by(one: str, several: str) -> Pair:
    """Mark a pair of texts for extraction; it is translated for the number of actors."""
    return Pair(one, several)
