"""Polls by totals only: with the database open, nobody tells who chose what."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import inspect, select, update

from intranet.collaboration.polls import counter_masks
from intranet.collaboration.polls.models import PollChoice, PollOption, PollVoter, ResultsWhen
from intranet.collaboration.polls.operations.voting import close_poll, vote
from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.web import settings
from tests.collaboration.polls.helpers import (
    MAYBE,
    NO,
    OF_DATES,
    SECRET,
    YES,
    anew,
    chooses,
    dates,
    opened,
    results,
)


@pytest.fixture
def crowd(app_context, cast):
    """Twenty-four people of Licencias, by their ids in order."""
    names = [(f"Persona {number:02}", ProfileContents()) for number in range(24)]
    made = create_people(None, cast.monteclaro, names)
    post = db.session.get_one(Post, cast.officer_post.id)
    post.places = 40
    db.session.commit()
    since = clock.now().date() - timedelta(days=9)
    new = [AppointmentSpec(post=post, person=person, starts_on=since) for person in made]
    appoint_all(None, cast.monteclaro, new)
    return sorted(made, key=lambda one: one.id)


def rows(poll):
    db.session.rollback()
    asked = select(PollOption).where(PollOption.poll_id == poll.publication_id)
    found = db.session.scalars(asked.execution_options(populate_existing=True)).all()
    return sorted(found, key=lambda row: row.number)


def masked(poll):
    return [row.sealed for row in rows(poll)]


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("when", list(ResultsWhen))
def test_the_results_at_the_end_are_right_to_the_vote(cast, crowd, when):
    poll = opened(cast.carles, cast.urban_planning, results=when, **SECRET)
    chosen = [1 + number * number % 3 for number in range(23)]
    for person, number in zip(crowd, chosen, strict=False):
        chooses(person, poll, number)
    close_poll(cast.carles, poll)

    assert results(poll) == [Counter(chosen)[number] for number in (1, 2, 3)]
    assert (anew(poll).voted, anew(poll).counted) == (23, 23)
    assert all((row.sealed, row.pending) == (None, None) for row in rows(poll))


@pytest.mark.both
def test_of_days_too(cast, crowd):
    poll = opened(
        cast.carles,
        cast.urban_planning,
        options=dates(3, 4),
        results=ResultsWhen.LIVE,
        **OF_DATES,
        **SECRET,
    )
    for person in crowd[:7]:
        vote(person, poll.publication_id, {1: YES, 2: MAYBE})
    for person in crowd[7:11]:
        vote(person, poll.publication_id, {1: MAYBE, 2: NO})
    assert [(row.votes, row.maybes) for row in rows(poll)] == [(5, 0), (0, 5)]
    close_poll(cast.carles, poll)

    assert [(row.votes, row.maybes) for row in rows(poll)] == [(7, 4), (0, 7)]


@pytest.mark.slow
@pytest.mark.parametrize("last", [3, 5, 9, 10, 12, 14, 15, 21])
def test_no_two_results_that_can_be_seen_differ_by_fewer_than_five_votes(cast, crowd, last):
    poll = opened(cast.carles, cast.urban_planning, results=ResultsWhen.LIVE, **SECRET)
    seen = [0]
    for person in crowd[:last]:
        chooses(person, poll, 1)
        seen.append(results(poll)[0])
        assert anew(poll).counted == seen[-1]
    close_poll(cast.carles, poll)
    seen.append(results(poll)[0])

    steps = [after - before for before, after in pairwise(seen) if after != before]
    assert all(step >= counter_masks.VOTES_PER_STEP for step in steps)
    assert seen[-1] == (last if last >= 5 else 0)


@pytest.mark.parametrize("number", [0, 2, 4])
def test_where_fewer_than_five_voted_the_results_are_withheld_for_good(cast, crowd, number):
    poll = opened(cast.carles, cast.urban_planning, **SECRET)
    for person in crowd[:number]:
        chooses(person, poll, 1)
    close_poll(cast.carles, poll)

    assert results(poll) == [0, 0, 0]
    assert (anew(poll).voted, anew(poll).counted) == (number, 0)
    assert masked(poll) == [None, None, None]


@pytest.mark.slow
def test_each_vote_changes_every_counter_by_what_says_nothing(cast, crowd):
    one, other = (
        opened(cast.carles, cast.urban_planning, results=ResultsWhen.END, **SECRET)
        for _poll in "ab"
    )
    before = masked(one)
    for person in crowd[:10]:
        chooses(person, one, 1)
        after = masked(one)
        assert all(abs(a - b) > 1_000_000 for a, b in zip(after, before, strict=True))
        assert results(one) == [0, 0, 0]
        before = after
    for person in crowd[:10]:
        chooses(person, other, 2)
    assert not set(masked(one)) & set(masked(other))


@pytest.mark.slow
@pytest.mark.both
def test_the_roll_says_who_has_voted_and_no_table_what_or_when(cast, crowd):
    poll = opened(cast.carles, cast.urban_planning, **SECRET)
    chooses(crowd[3], poll, 2)

    asked = select(PollVoter.person_id).where(
        PollVoter.poll_id == poll.publication_id, PollVoter.has_voted.is_(True)
    )
    assert db.session.scalars(asked).all() == [crowd[3].id]
    assert db.session.scalars(select(PollChoice.person_id)).all() == []
    assert [column.key for column in inspect(PollVoter).columns] == [
        "poll_id",
        "person_id",
        "has_voted",
    ]
    acts = db.session.scalars(select(AuditLine.act)).all()
    assert not [act for act in acts if "poll" in act]


@pytest.mark.slow
def test_after_another_key_nothing_is_read_and_no_vote_taken(app, cast, crowd, monkeypatch):
    poll = opened(cast.carles, cast.urban_planning, **SECRET)
    for person in crowd[:6]:
        chooses(person, poll, 1)
    other = replace(settings(), secret_key="another key, which is long enough as well, for sure")
    monkeypatch.setattr(counter_masks, "settings", lambda: other)

    with pytest.raises(Conflict, match="409"):
        chooses(crowd[7], poll, 1)
    close_poll(cast.carles, poll)
    assert anew(poll).voted == 6
    assert results(poll) == [0, 0, 0]
    assert None not in masked(poll)


@pytest.mark.only_on("sqlite", reason="it reads the bytes of SQLite's file")
def test_the_file_of_sqlite_keeps_no_order_of_votes(app, cast, crowd):
    """Two who voted in another order leave the same pages of the roll behind."""
    engine = db.engine
    poll = opened(cast.carles, cast.urban_planning, results=ResultsWhen.END, **SECRET)
    people = crowd[:8]

    def roll_after(order):
        db.session.rollback()
        db.session.execute(
            update(PollVoter)
            .where(PollVoter.poll_id == poll.publication_id)
            .values(has_voted=False)
        )
        db.session.commit()
        for person in order:
            chooses(person, poll, 1)
        db.session.rollback()
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = raw.execute("PRAGMA page_size").fetchone()[0]
            pages = [
                row[0]
                for row in raw.execute(
                    "SELECT pageno FROM dbstat WHERE name IN ('poll_voters',"
                    " 'sqlite_autoindex_poll_voters_1', 'ix_poll_voters_person_id') ORDER BY pageno"
                )
            ]
        with open(str(engine.url.database), "rb") as file:  # noqa: PTH123 - bytes as they lie there
            content = file.read()
        return [content[(page - 1) * size : page * size] for page in pages]

    assert roll_after(people) == roll_after(people[::-1])
