"""What the page of participation knows."""

from typing import Any

from sqlalchemy import select

from intranet.collaboration.events import queries as event_queries
from intranet.collaboration.events.models import EventOccurrence
from intranet.collaboration.events.shown import lines_of
from intranet.collaboration.ideas import queries as idea_queries
from intranet.collaboration.ideas.shown import Line as IdeaLine
from intranet.collaboration.ideas.shown import line as idea_line
from intranet.collaboration.participation import queries
from intranet.collaboration.participation.queries import Scope
from intranet.collaboration.participation.shown import contributions
from intranet.collaboration.polls import queries as poll_queries
from intranet.collaboration.polls import shown as poll_shown
from intranet.collaboration.polls.models import PollKind, PollOption
from intranet.collaboration.questions import queries as question_queries
from intranet.collaboration.questions.shown import question_rows
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock

TURNS, LATEST, OWN, EVENTS = 5, 20, 5, 4


def participation_context(person: Person, asked: str) -> dict[str, Any]:
    """Return what waits for the person, what moves, what is ahead and what is theirs."""
    scope = Scope(asked) if asked in set(Scope) else Scope.AGENCY
    items = queries.latest(person, scope, limit=LATEST)
    if not items and not asked:
        scope = Scope.NETWORK
        items = queries.latest(person, scope, limit=LATEST)
    mine = queries.own(person, OWN)
    details = queries.details_of(person, [*items, *mine])
    return {
        "polls": polls_waiting(person, TURNS),
        "questions": question_rows(question_queries.waiting(person, TURNS)),
        "ideas": _ideas(person),
        "scope": scope.value,
        "latest": contributions(items, details),
        "own": contributions(mine, details),
        "events": _events(person),
    }


def polls_waiting(person: Person, limit: int) -> list[dict[str, Any]]:
    """Return the polls that wait for the person's vote, with what can be chosen in them."""
    now = clock.now()
    waiting = poll_queries.waiting(person, limit)
    ids = [one.poll.publication_id for one in waiting if one.poll.kind == PollKind.CHOICES]
    choices: dict[Any, list[PollOption]] = {}
    if ids:
        rows = select(PollOption).where(PollOption.poll_id.in_(ids)).order_by(PollOption.number)
        for row in db.session.scalars(rows):
            choices.setdefault(row.poll_id, []).append(row)
    return [
        {
            "line": poll_shown.line(one, has_voted=False, now=now),
            "poll": one.poll,
            "choices": choices.get(one.poll.publication_id, []),
        }
        for one in waiting
    ]


def _ideas(person: Person) -> list[IdeaLine]:
    """Return the ideas that wait for an answer of the person's posts."""
    now = clock.now()
    return [
        idea_line(found, is_mine=False, now=now) for found in idea_queries.waiting(person, TURNS)
    ]


def _events(person: Person) -> list[Any]:
    stands = event_queries.Narrowed(times=[EventOccurrence.cancelled_at.is_(None)])
    return lines_of(person, event_queries.upcoming(person, narrowed=stands, limit=EVENTS))
