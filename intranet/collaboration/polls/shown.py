"""Polls as pages show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from flask import url_for

from intranet.collaboration.polls.models import Poll, PollKind, PollOption, Suits
from intranet.collaboration.polls.queries import Listed
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications import shown
from intranet.publishing.publications.queries import Item

WIDTH = 100
"""A bar that stands for everybody is so many units wide."""
USUAL_HOUR = 9
"""A meeting begins at this hour until somebody says otherwise, where only its day was chosen."""


@dataclass(frozen=True)
class Line:
    """A poll in a list."""

    row: shown.Row
    author: str
    is_open: bool
    closes_at: datetime | None
    asked: int
    voted: int
    has_voted: bool | None


@dataclass(frozen=True)
class Option:
    """Something that can be chosen, how often it was, and by whom where that is by name.

    `share` and `maybe_share` are of those whose votes are counted, in hundredths.
    """

    number: int
    label: str
    local_label: str
    starts_at: datetime | None
    votes: int
    maybes: int
    noes: int
    share: int
    maybe_share: int
    is_best: bool
    mine: str
    people: Sequence[Person] = ()
    maybe_people: Sequence[Person] = ()


@dataclass(frozen=True)
class Chosen:
    """Who chose what, by option and how it suits them."""

    people: Mapping[tuple[int, Suits], list[Person]] = field(default_factory=dict)
    more: bool = False


def line(listed: Listed, *, has_voted: bool | None, now: datetime) -> Line:
    """A poll in a list."""
    poll, by = listed.poll, listed.publication.published_by
    return Line(
        row=shown.row(Item(listed.publication, listed.version)),
        author=by.name if by else "",
        is_open=poll.is_open(now),
        closes_at=poll.closed_at or poll.closes_at,
        asked=poll.asked,
        voted=poll.voted,
        has_voted=has_voted,
    )


def options(poll: Poll, mine: Mapping[int, Suits], chosen: Chosen) -> list[Option]:
    """What can be chosen, in order, with the results as far as they are counted."""
    best = best_of(poll)
    return [
        Option(
            number=row.number,
            label=label_of(poll, row),
            local_label=_local(poll, row),
            starts_at=row.starts_at,
            votes=row.votes,
            maybes=row.maybes,
            noes=max(poll.counted - row.votes - row.maybes, 0),
            share=share(row.votes, poll.counted),
            maybe_share=share(row.maybes, poll.counted),
            is_best=row.number in best,
            mine=mine[row.number].value if row.number in mine else "",
            people=chosen.people.get((row.number, Suits.YES), ()),
            maybe_people=chosen.people.get((row.number, Suits.MAYBE), ()),
        )
        for row in poll.options
    ]


def best_of(poll: Poll) -> set[int]:
    """Numbers of the options that most chose; of dates those that suit most, sure ones first."""
    if not poll.counted:
        return set()
    most = max((row.votes, row.maybes) for row in poll.options)
    return {row.number for row in poll.options if (row.votes, row.maybes) == most != (0, 0)}


def label_of(poll: Poll, row: PollOption) -> str:
    """A choice, or a day with its time, if it has one, by the clocks of the poll's agency."""
    if poll.kind == PollKind.CHOICES or row.starts_at is None:
        return row.text
    return proposed(row.starts_at, poll.time_zone)


def proposed(option: str | datetime, zone: str) -> str:
    """A choice as it is written, a day with its time, or the day alone: that is midnight."""
    return option if isinstance(option, str) else _when(option, zone)


def new_event(poll: Poll, row: PollOption, title: str) -> str | None:
    """Where a meeting on the day that suits best is entered, with what is known already."""
    if row.starts_at is None:
        return None
    local = row.starts_at.astimezone(ZoneInfo(poll.time_zone))
    starts = (local.replace(hour=USUAL_HOUR) if _is_whole_day(local) else local).strftime(
        "%Y-%m-%dT%H:%M"
    )
    query = url_for("polls.index", title=title, starts=starts).partition("?")[2]
    return f"/events/new?{query}"


def suits_words() -> dict[Suits, str]:
    """Whether a day suits, in words."""
    return {Suits.YES: _("Yes"), Suits.MAYBE: _("If need be"), Suits.NO: _("No")}


def share(part: int, whole: int) -> int:
    """A part of a whole in hundredths, rounded half up."""
    return (part * 200 + whole) // (whole * 2) if whole else 0


def _local(poll: Poll, row: PollOption) -> str:
    """The same by the reader's clocks, where these show another time; else nothing."""
    if row.starts_at is None or _is_whole_day(row.starts_at.astimezone(ZoneInfo(poll.time_zone))):
        return ""
    here = _when(row.starts_at, current_zone())
    return here if here != _when(row.starts_at, poll.time_zone) else ""


def _when(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    language = current_language()
    locale = "en_GB" if language == "en" else language
    day = format_skeleton("yMMMEd", local, locale=locale)
    return day if _is_whole_day(local) else f"{day}, {format_time(local, 'short', locale=locale)}"


def _is_whole_day(local: datetime) -> bool:
    return local.time() == time.min
