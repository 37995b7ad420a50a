"""View model of the page of participation."""

from typing import Any

from sqlalchemy import select

from intranet.collaboration.events import queries as event_queries
from intranet.collaboration.events.models import EventOccurrence
from intranet.collaboration.events.view_models import lines_of
from intranet.collaboration.ideas import queries as idea_queries
from intranet.collaboration.ideas.view_models import IdeaListLine as IdeaLine
from intranet.collaboration.ideas.view_models import line as idea_line
from intranet.collaboration.participation import queries
from intranet.collaboration.participation.queries import ParticipationScope
from intranet.collaboration.participation.view_models import contributions
from intranet.collaboration.polls import queries as poll_queries
from intranet.collaboration.polls import view_models as poll_shown
from intranet.collaboration.polls.models import PollKind, PollOption
from intranet.collaboration.questions import queries as question_queries
from intranet.collaboration.questions.view_models import question_rows
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock

MAX_WAITING, MAX_LATEST, MAX_OWN, MAX_EVENTS = 5, 20, 5, 4


def participation_context(person: Person, asked: str) -> dict[str, Any]:
    """Return what waits for the person, the latest items, coming events and their own items."""
    scope = (
        ParticipationScope(asked) if asked in set(ParticipationScope) else ParticipationScope.AGENCY
    )
    items = queries.latest(person, scope, limit=MAX_LATEST)
    if not items and not asked:
        scope = ParticipationScope.NETWORK
        items = queries.latest(person, scope, limit=MAX_LATEST)
    mine = queries.own(person, MAX_OWN)
    states = queries.states_of(person, [*items, *mine])
    return {
        "polls": polls_waiting(person, MAX_WAITING),
        "questions": question_rows(question_queries.waiting(person, MAX_WAITING)),
        "ideas": _ideas(person),
        "scope": scope.value,
        "latest": contributions(items, states),
        "own": contributions(mine, states),
        "events": _events(person),
    }


def polls_waiting(person: Person, limit: int) -> list[dict[str, Any]]:
    """Return the polls that wait for the person's vote, with their options."""
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
    """Return the ideas that wait for an answer from the person's posts."""
    now = clock.now()
    return [
        idea_line(found, is_mine=False, now=now)
        for found in idea_queries.waiting(person, MAX_WAITING)
    ]


def _events(person: Person) -> list[Any]:
    stands = event_queries.EventConditions(times=[EventOccurrence.cancelled_at.is_(None)])
    return lines_of(person, event_queries.upcoming(person, narrowed=stands, limit=MAX_EVENTS))
