"""Polls as cards in a conversation: the question, the vote, the totals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.collaboration.polls import view_models
from intranet.collaboration.polls.access import belongs_still, sees_results
from intranet.collaboration.polls.counter_masks import VOTES_PER_STEP
from intranet.collaboration.polls.models import Poll, PollVoter
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications.contributed import load_rows, readable_ids

MAX_CARDS = 10


@dataclass(frozen=True)
class PollCard:
    """A poll as a card: its options, and the votes as far as they are shown."""

    id: UUID
    title: str
    language: str
    options: Sequence[view_models.Option]
    most: int
    is_secret: bool
    is_open: bool
    may_vote: bool
    has_voted: bool
    has_results: bool
    asked: int
    voted: int
    closes_at: datetime | None
    first_shown_at: int = 2 * VOTES_PER_STEP

    @property
    def last_day(self) -> date | None:
        """The last whole day, where the poll closes at a midnight by the reader's clock."""
        there = self.closes_at and self.closes_at.astimezone(ZoneInfo(current_zone()))
        if not there or there.time() != time.min:
            return None
        return there.date() - timedelta(days=1)


def poll_cards(person: Person, poll_ids: Collection[UUID]) -> dict[UUID, PollCard]:
    """Return the cards of these polls that the person may read, in few queries."""
    now, language = clock.now(), current_language()
    asked = readable_ids(person, Poll).where(Poll.publication_id.in_(list(poll_ids)[:MAX_CARDS]))
    rows = load_rows(Poll, asked)
    ids = [poll.publication_id for poll, _publication, _version in rows]
    wanted = select(Poll).where(Poll.publication_id.in_(ids))
    db.session.scalars(
        wanted.options(selectinload(Poll.options)).execution_options(populate_existing=True)
    ).all()
    voters = {
        row.poll_id: row
        for row in db.session.scalars(
            select(PollVoter)
            .where(PollVoter.poll_id.in_(ids), PollVoter.person_id == person.id)
            .execution_options(populate_existing=True)
        )
    }
    cards = {}
    for poll, publication, version in rows:
        voter, own = voters.get(publication.id), publication.space.agency.language
        has_voted = voter is not None and voter.has_voted
        is_open = poll.is_open(now)
        may_vote = is_open and voter is not None and not has_voted and belongs_still(person, poll)
        cards[publication.id] = PollCard(
            id=publication.id,
            title=version.title.text(language, own),
            language=version.title.language(language, own),
            options=view_models.options(poll, {}, view_models.PollVoters()),
            most=poll.most,
            is_secret=poll.is_secret,
            is_open=is_open,
            may_vote=may_vote,
            has_voted=has_voted,
            has_results=sees_results(poll, voter, now) and poll.counted > 0,
            asked=poll.asked,
            voted=poll.voted,
            closes_at=poll.closed_at or poll.closes_at,
        )
    return cards


def draw_cards(person: Person, poll_ids: Collection[UUID]) -> Mapping[UUID, Markup]:
    """Return the cards of these polls as HTML."""
    return {
        poll_id: Markup(render_template("collaboration/polls/_card.html", card=card))  # noqa: S704 - a template
        for poll_id, card in poll_cards(person, poll_ids).items()
    }
