"""Contexts of the pages of polls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from intranet.collaboration.polls import queries, view_models
from intranet.collaboration.polls.access import belongs_still, sees_results, voter_of
from intranet.collaboration.polls.counter_masks import VOTES_PER_STEP
from intranet.collaboration.polls.counting import MIN_VOTERS, is_readable
from intranet.collaboration.polls.forms import date_rows
from intranet.collaboration.polls.models import Poll, PollKind, ResultsWhen, Suits
from intranet.collaboration.polls.operations.opening import OPTIONS_LIMIT
from intranet.collaboration.polls.queries import PollView
from intranet.collaboration.polls.voter_choice import words_of
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.rest import after_time
from intranet.publishing.publications.article_choices import topics_offered
from intranet.publishing.publications.page import discussion_context, publication_context
from intranet.publishing.publications.placement import placement_context

PAGE_SIZE = 30
MAX_WAITING = 5
MAX_NAMES = 600
"""At most this many choices are shown with names; the spreadsheet has them all."""
FIRST_ROWS, MORE_ROWS = 3, 3


def list_context(
    person: Person, view: PollView, before: tuple[datetime, UUID] | None, words: str
) -> dict[str, Any]:
    """Return the context of a page of polls, with those that wait for the reader's vote above."""
    now = clock.now()
    found = queries.listed(person, view, before=before, words=words, limit=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    is_first = before is None and not words and view == PollView.ALL
    waiting = queries.waiting(person, MAX_WAITING) if is_first else []
    above = {one.publication.id for one in waiting}
    voted = queries.voted_in(person, [one.publication.id for one in rows])
    last = rows[-1].publication if len(found) > PAGE_SIZE else None
    return {
        "view": view.value,
        "words": words,
        "waiting": [view_models.line(one, has_voted=False, now=now) for one in waiting],
        "lines": [
            view_models.line(one, has_voted=voted.get(one.publication.id), now=now)
            for one in rows
            if one.publication.id not in above
        ],
        "next_before": (
            after_time(last.published_at, last.id) if last and last.published_at else None
        ),
    }


def poll_context(
    person: Person, poll: Poll, sent: Mapping[str, str], *, changes: bool = False
) -> dict[str, Any]:
    """Return the context of a poll: the question, the vote, and the results as far as shown."""
    now = clock.now()
    voter = voter_of(person, poll)
    is_shown = sees_results(poll, voter, now)
    has_voted = voter is not None and voter.has_voted
    is_open = poll.is_open(now) and not poll.publication.withdrawn_at
    mine = queries.chosen_by(person, poll) if has_voted and not poll.is_secret else {}
    chosen = (
        _chosen(poll)
        if is_shown and not poll.is_secret and poll.counted
        else view_models.PollVoters()
    )
    options = view_models.options(poll, mine, chosen)
    context = publication_context(person, poll.publication, sent.get("in", ""))
    title = context["row"].title if context["row"] else ""
    best = [one for one in poll.options if one.number in view_models.best_of(poll)]
    may_vote = is_open and voter is not None and not has_voted and belongs_still(person, poll)
    return context | {
        "poll": poll,
        "options": options,
        "is_open_poll": is_open,
        "is_asked": voter is not None,
        "has_voted": has_voted,
        "may_vote": may_vote,
        "changes": changes and has_voted and is_open and not poll.is_secret,
        "mine": [one.label for one in options if one.mine == Suits.YES],
        "shows_results": is_shown,
        "has_results": is_shown and poll.counted > 0,
        "is_withheld": poll.is_secret and not poll.is_open(now) and poll.voted < MIN_VOTERS,
        "is_unreadable": not is_readable(poll) and not (poll.closed_at and poll.counted),
        "fewest": MIN_VOTERS,
        "step": VOTES_PER_STEP,
        "asked_words": words_of(poll),
        "suits": view_models.suits_words(),
        "meeting": view_models.new_event(poll, best[0], title) if best and is_shown else None,
        "best": [one for one in options if one.is_best] if is_shown else [],
        "names_cut": chosen.more,
        "discussion": discussion_context(person, poll.publication, sent),
        "first_shown_at": 2 * VOTES_PER_STEP,
    }


def form_context(person: Person, sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return the context of a new poll's form, with the values sent."""
    kind = PollKind.DATES if sent.get("kind") == PollKind.DATES else PollKind.CHOICES
    rows = list(date_rows(sent))
    wanted = max(FIRST_ROWS, len(rows) + (MORE_ROWS if sent.get("then") == "more" else 0))
    rows += [("", "")] * (min(wanted, OPTIONS_LIMIT) - len(rows))
    place = placement_context(person, sent)
    return place | {
        "kind": kind.value,
        "sent": sent,
        "date_rows": rows,
        "more_rows": len(rows) < OPTIONS_LIMIT,
        "topics_offered": topics_offered(),
        "options_limit": OPTIONS_LIMIT,
        "fewest": MIN_VOTERS,
        "results_when": [when.value for when in ResultsWhen],
    }


def _chosen(poll: Poll) -> view_models.PollVoters:
    rows = queries.choices(poll, MAX_NAMES + 1)
    people: dict[tuple[int, Suits], list[Person]] = {}
    for person, number, suits in rows[:MAX_NAMES]:
        people.setdefault((number, suits), []).append(person)
    return view_models.PollVoters(people, len(rows) > MAX_NAMES)
