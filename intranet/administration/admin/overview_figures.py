"""The figures that packages above add to the overview of an agency's administration."""

from collections.abc import Callable
from dataclasses import dataclass

from intranet.organisation.agencies.models import Agency


@dataclass(frozen=True)
class OverviewFigure:
    """A figure of the overview: what it counts, and a link to the list of it.

    The number is on that page, in an element with the id `figure`. It is fetched when the overview
    is there already, so that counting does not make it slower.
    """

    words: str
    link_words: str
    href: str


Shows = Callable[[Agency], OverviewFigure]
_shown: list[Shows] = []


def shows_figure(show: Shows) -> Shows:
    """Register a figure of the overview."""
    if show not in _shown:
        _shown.append(show)
    return show


def figures_of(agency: Agency) -> list[OverviewFigure]:
    """Return the registered figures of an agency."""
    return [show(agency) for show in _shown]
