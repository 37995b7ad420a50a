"""Lessons of the network: totals in which each agency counts once, and none decides alone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.lessons import learn, taught, weights
from intranet.finding.counterparts.models import CounterpartLesson, CounterpartOpinion
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.occupations import strongest
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

PAIR = ("2411a", "2411b")
A, B, C, D = (UUID(int=number) for number in range(1, 5))


def votes(*said):
    return [(PAIR, agency, vote) for agency, vote in said]


def test_fewer_than_three_agencies_teach_nothing():
    assert weights(votes((A, 1), (B, 1))) == {}
    assert weights(votes(*[(A, 1)] * 500, (B, 1))) == {}
    assert weights(votes((A, 1), (B, 1), (C, 1))) == {PAIR: 0.667}


def test_an_agency_counts_once_however_often_it_speaks():
    quiet = weights(votes((A, -1), (B, 1), (C, 1), (D, 1)))
    loud = weights(votes(*[(A, -1)] * 900, (B, 1), (C, 1), (D, 1)))

    assert quiet == loud == {PAIR: 0.25}


@pytest.mark.parametrize("vote", [-1.0, 1.0])
def test_no_single_agency_tilts_a_weight(vote):
    divided = votes((A, 1), (B, -1))
    assert weights([*divided, *votes((C, vote))]) == {}
    agreed = votes((A, 1), (B, 1), (C, 1), (D, 1))
    assert weights([*agreed, *votes((UUID(int=9), vote))])[PAIR] > 0


def test_weights_lie_between_minus_one_and_one():
    many = [(UUID(int=number), -1) for number in range(1, 400)]
    assert -1 <= weights(votes(*many))[PAIR] < -0.99


def test_the_strongest_occupation_of_a_post_counts():
    assert strongest({"a": 0.3, "b": 0.5, "c": 0.2}) == "b"
    assert strongest({"b": 0.5, "a": 0.5}) == "a"
    assert strongest(None) == strongest({}) == ""


@pytest.mark.slow
@pytest.mark.both
def test_the_job_learns_from_opinions_and_conversations_and_unlearns(
    app, cast, client_of, elsewhere
):
    with app.app_context(), unit_of_work() as work:
        other = db.session.get_one(Post, elsewhere.robledal_1)
        other.occupations = {"4110a": 0.9, "2411a": 0.1}
        for name in ("vallserena_0", "urdintza_0"):
            post = db.session.get_one(Post, elsewhere.ids[name])
            post.occupations = {"2619a": 1.0}
            holder = db.session.scalars(
                select(Appointment.person_id).where(Appointment.post_id == post.id)
            ).one()
            work.add(
                CounterpartOpinion(
                    person_id=holder,
                    subject=post.id.hex,
                    own_post_id=post.id,
                    post_id=other.id,
                    is_accepted=True,
                )
            )
        own = db.session.get_one(Post, cast.vilaverde_post.id)
        own.occupations = {"2619a": 1.0}
        for words, of in (("", own), ("payroll", None)):
            work.add(
                CounterpartOpinion(
                    person_id=cast.ana.id,
                    subject=uuid4().hex,
                    own_post_id=of.id if of and words else None,
                    words=words or "payroll too",
                    post_id=other.id,
                    is_accepted=False,
                )
            )
    with app.app_context():
        learn()
        assert dict(taught("2619a")) == {}  # two agencies, and words teach nothing

    talk = client_of(cast.bieito).submit(
        "/counterparts/talks", {"post_id": str(elsewhere.robledal_1)}
    )
    with app.app_context():
        learn()
        assert dict(taught("2619a")) == {}  # nothing was written there yet
    conversation = talk.location.split("/")[-1].split("#")[0]
    client_of(cast.bieito).submit(
        f"/c/{conversation}/messages",
        {"body": "Ola.", "client_id": "0192b5c8-0000-7000-8000-000000000001"},
    )
    with app.app_context():
        assert db.session.scalars(select(Conversation.last_seq)).all()
        learn()
        first = dict(taught("2619a"))
        learn()
        assert first == dict(taught("2619a")) == {"4110a": 0.5}
        assert dict(taught("4110a")) == {}

    with app.app_context(), unit_of_work() as work:
        for row in db.session.scalars(select(CounterpartOpinion)):
            work.delete(row)
    with app.app_context():
        learn()
        assert db.session.scalars(select(CounterpartLesson)).all() == []
        assert dict(taught("2619a")) == {}


def test_lessons_are_read_again_after_a_few_minutes(app):
    with app.app_context():
        assert dict(taught("x")) == {}
        with unit_of_work() as work:
            work.add(CounterpartLesson(occupation="x", other="y", weight=0.4))
        assert dict(taught("x")) == {}
        with clock.freeze(clock.now() + timedelta(minutes=6)):
            assert dict(taught("x")) == {"y": 0.4}


def test_no_person_is_named_in_a_lesson():
    columns = CounterpartLesson.__table__.columns.keys()
    assert columns == ["occupation", "other", "weight"]
    assert Person.__table__ not in {
        key.column.table for key in CounterpartLesson.__table__.foreign_keys
    }
