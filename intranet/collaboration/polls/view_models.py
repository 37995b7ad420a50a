"""Polls as pages show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from flask import url_for

from intranet.collaboration.polls.models import Poll, PollKind, PollOption, Suits
from intranet.collaboration.polls.queries import PollListEntry
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications import view_models
from intranet.publishing.publications.queries import PublicationItem

USUAL_HOUR = 9
"""The default hour of a meeting, where the poll only chose its day."""


@dataclass(frozen=True)
class PollListLine:
    """A poll in a list."""

    row: view_models.PublicationRow
    author: str
    is_open: bool
    closes_at: datetime | None
    asked: int
    voted: int
    has_voted: bool | None


@dataclass(frozen=True)
class Option:
    """An option with its counts, and its voters where the poll is by name.

    `share` and `maybe_share` are percentages of the counted votes.
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
class PollVoters:
    """The voters of each option, by how it suits them."""

    people: Mapping[tuple[int, Suits], list[Person]] = field(default_factory=dict)
    more: bool = False


def line(listed: PollListEntry, *, has_voted: bool | None, now: datetime) -> PollListLine:
    """Return a poll as a line of a list."""
    poll, by = listed.poll, listed.publication.published_by
    return PollListLine(
        row=view_models.row(PublicationItem(listed.publication, listed.version)),
        author=by.name if by else "",
        is_open=poll.is_open(now),
        closes_at=poll.closed_at or poll.closes_at,
        asked=poll.asked,
        voted=poll.voted,
        has_voted=has_voted,
    )


def options(poll: Poll, mine: Mapping[int, Suits], chosen: PollVoters) -> list[Option]:
    """Return the options of a poll, in order, with their counts as far as shown."""
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
    """Return the numbers of the leading options; of dates those that suit most people."""
    if not poll.counted:
        return set()
    most = max((row.votes, row.maybes) for row in poll.options)
    return {row.number for row in poll.options if (row.votes, row.maybes) == most != (0, 0)}


def label_of(poll: Poll, row: PollOption) -> str:
    """Return the label of an option: its text, or its day and time by the agency's clock."""
    if poll.kind == PollKind.CHOICES or row.starts_at is None:
        return row.text
    return proposed(row.starts_at, poll.time_zone)


def proposed(option: str | datetime, zone: str) -> str:
    """Return the label of a proposed option: its text, its day and time, or its whole day."""
    return option if isinstance(option, str) else _when(option, zone)


def new_event(poll: Poll, row: PollOption, title: str) -> str | None:
    """Return the address of a new event's form, filled with the best day."""
    if row.starts_at is None:
        return None
    local = row.starts_at.astimezone(ZoneInfo(poll.time_zone))
    starts = (local.replace(hour=USUAL_HOUR) if _is_whole_day(local) else local).strftime(
        "%Y-%m-%dT%H:%M"
    )
    query = url_for("polls.index", title=title, starts=starts).partition("?")[2]
    return f"/events/new?{query}"


def suits_words() -> dict[Suits, str]:
    """Return the words for whether a day suits."""
    return {Suits.YES: _("Yes"), Suits.MAYBE: _("If need be"), Suits.NO: _("No")}


def share(part: int, whole: int) -> int:
    """Return a percentage, rounded half up."""
    return (part * 200 + whole) // (whole * 2) if whole else 0


def _local(poll: Poll, row: PollOption) -> str:
    """Return the label by the reader's clock, where it differs; else an empty text."""
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
