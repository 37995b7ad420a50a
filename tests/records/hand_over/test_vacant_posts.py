"""Nothing is addressed to nobody: each way to a vacant post has a reader, said before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.jobs import ask_more
from intranet.collaboration.questions.models import QuestionRoute
from intranet.extensions import db
from intranet.messaging.conversations.listing import listed
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.conversations.people_search import suggest
from intranet.messaging.conversations.post_readers import answer_of
from intranet.messaging.messages.models import Mention
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.scheduling import MessagePlan, schedule_message, send_due
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.platform.core import clock, outbox
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.editor_view_models import preview_of
from intranet.publishing.publications.operations.publishing import publish
from intranet.records.hand_over.jobs import tell_of_unread_posts
from intranet.records.hand_over.left_things import left_in
from tests.collaboration.questions.helpers import place_fields
from tests.messaging.messages.helpers import channel_of, say
from tests.publishing.publications.helpers import draft
from tests.records.hand_over.helpers import appointment_of, asked, at, day, person_in


@pytest.fixture
def vacant(app_context, cast):
    """The head's post of Licences, which nobody holds any more; Carles heads the unit above."""
    post = cast.head_of_licences_post
    end_appointment(None, appointment_of(cast.ana, post))
    return post


def routes(question):
    """Who was asked."""
    rows = select(QuestionRoute).where(QuestionRoute.publication_id == question.publication_id)
    return {row.person_id: row.post_id for row in db.session.scalars(rows)}


def test_a_question_to_a_vacant_post_is_asked_of_its_reader_and_then_of_its_holder(cast, vacant):
    question = asked(cast.bieito, cast.vilaverde_post, vacant)
    assert routes(question) == {cast.carles.id: cast.head_post.id}
    lucia = person_in(cast.monteclaro, "Lucía Montero", vacant, starts_on=day(10))
    with clock.freeze(at(9)):
        ask_more()
        assert set(routes(question)) == {cast.carles.id}
    with clock.freeze(at(10)):
        ask_more()
        ask_more()
        assert routes(question)[lucia.id] == vacant.id


def test_the_form_of_a_question_says_who_reads_for_a_vacant_post(app, client_of, cast):
    with app.app_context():
        end_appointment(None, appointment_of(cast.ana, cast.head_of_licences_post))
    client = client_of(cast.bieito)
    form = {
        "title": "¿Qué pedís?",
        "body": "",
        "language": "es",
        "addressee": "post",
        "to_post": str(cast.head_of_licences_post.id),
        "visibility": "network",
    }
    form |= place_fields(client.get("/questions/new").text)
    text = client.submit("/questions/asked?lang=en", form).text
    assert "Carles Roig" in text
    assert "Its next holder will be asked too." in text


def test_a_mention_of_a_vacant_post_reaches_its_reader_and_the_list_says_whom(cast, vacant):
    room = channel_of(cast.urban_planning)
    found, _all = suggest(cast.xoel, room, vacant.handle)
    assert "Servicio de Urbanismo" in found[0]["answered_by"]
    message = say(cast.xoel, room, f"¿Qué dice @{vacant.handle}?")
    people = select(Mention.person_id).where(Mention.message_id == message.id)
    assert db.session.scalars(people).all() == [cast.carles.id]


def test_an_announcement_to_a_vacant_post_is_read_today_and_by_who_comes(cast, vacant):
    made = draft(cast.rosa, audience={"any": [{"post": str(vacant.id)}]})
    [answer] = preview_of(made).vacancies
    assert [person.id for person in answer.people] == [cast.carles.id]
    publish(cast.rosa, made, edition=made.edition)
    got = select(Recipient.person_id).where(Recipient.publication_id == made.id)
    assert db.session.scalars(got).all() == [cast.carles.id]


def test_an_announcement_to_a_held_post_reaches_nobody_else(app_context, cast):
    audience = {"any": [{"post": str(cast.head_of_licences_post.id)}]}
    made = draft(cast.rosa, audience=audience)
    assert preview_of(made).vacancies == []
    publish(cast.rosa, made, edition=made.edition)
    got = select(Recipient.person_id).where(Recipient.publication_id == made.id)
    assert db.session.scalars(got).all() == [cast.ana.id]


def test_a_scheduled_message_to_a_vacant_post_waits_unread_for_the_next_holder(cast, vacant):
    talk = start_post_conversation(cast.xoel, vacant)
    plan = MessagePlan("Mañana, si hay alguien", at(2), uuid7())
    row = schedule_message(cast.xoel, talk.id, plan)
    with clock.freeze(at(2) + timedelta(minutes=1)):
        send_due(row.id)
    lucia = person_in(cast.monteclaro, "Lucía Montero", vacant, starts_on=day(10))
    with clock.freeze(at(10)):
        unread = {one.conversation.id: one.standing.unread for one in listed(lucia)}
    assert unread == {**unread, talk.id: 1}


def test_where_nobody_reads_the_sender_is_told_and_the_post_is_counted(app_context, cast):
    alone = cast.vilaverde_post
    end_appointment(None, appointment_of(cast.bieito, alone))
    assert not answer_of(alone).is_read
    assert "a la espera de la persona" in answer_of(alone).sentence
    talk = start_post_conversation(cast.guillem, alone)
    post_message(cast.guillem, talk.id, "¿Alguien?", client_id=uuid7())
    [left] = left_in(cast.vilaverde)
    assert (left.kind.name, left.thing.thing_id) == ("post", alone.id)


def test_administrators_are_told_once_a_day_of_a_post_that_nobody_reads(app_context, cast):
    post = cast.innovation_post
    end_appointment(None, appointment_of(cast.elna, post))
    talk = start_post_conversation(cast.xoel, post)
    post_message(cast.xoel, talk.id, "¿Hay alguien?", client_id=uuid7())
    tell_of_unread_posts()
    tell_of_unread_posts()
    outbox.run_due()
    told = select(Notification.why).where(Notification.person_id == cast.guillem.id)
    assert db.session.scalars(told).all() == ["hand_over_nobody"]
