"""Writing to a post: the talk belongs to the post, whoever speaks for it by the dates of today."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import ToldSpeaker
from intranet.messaging.conversations.operations import (
    decline_direct_message,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.conversations.queries import reader_ids, standings
from intranet.organisation.agencies.events import OnwardChanged
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.absences import end_absence, set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today
from tests.messaging.messages.helpers import say


def end(person, post):
    for appointment in current_appointments(person.id):
        if appointment.post_id == post.id:
            end_appointment(None, appointment)


@pytest.mark.slow
def test_a_talk_with_a_post_is_read_by_who_wrote_and_who_holds_it_alone(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_post)
    said = say(cast.carles, talk, "Dígame.")

    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}
    assert (said.post_id, said.caption.split(" · ")[0]) == (
        cast.head_post.id,
        "Jefe/a de Servicio de Urbanismo",
    )
    assert start_post_conversation(cast.bieito, cast.head_post).id == talk.id
    assert start_post_conversation(cast.bieito, cast.head_post, [cast.elna]).id != talk.id
    assert start_direct_message(cast.bieito, [cast.carles]).id != talk.id
    for person in (cast.ana, cast.xoel, cast.dorleta, cast.elna, cast.lara):
        with pytest.raises(NotFound):
            get_conversation(person, talk.id)


@pytest.mark.both
def test_the_posts_of_a_whole_country_may_lead_elsewhere_at_once(app_context, cast):
    start_post_conversation(cast.bieito, cast.head_post)
    with unit_of_work() as work:
        db.session.execute(delete(ToldSpeaker))
        elsewhere = [uuid7() for _ in range(70_000)]  # PostgreSQL takes 65,535 parameters
        work.publish(OnwardChanged((*elsewhere, cast.head_post.id)))
    assert db.session.scalars(select(ToldSpeaker.person_id)).all() == [cast.carles.id]


def test_who_is_there_for_the_post_writes_as_nothing_else(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_of_licences_post)
    with pytest.raises(Invalid):
        say(cast.ana, talk, "As somebody else.", post_id=cast.officer_post.id)
    with pytest.raises(Invalid):
        say(cast.bieito, talk, "As the post.", post_id=cast.head_of_licences_post.id)
    own = say(cast.bieito, talk, "As another of mine.", post_id=cast.outeiro_post.id)
    assert own.post_id == cast.outeiro_post.id


@pytest.mark.slow
def test_a_successor_reads_all_of_it_from_the_day_on_and_the_predecessor_nothing(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_post)
    say(cast.bieito, talk, "Before.")
    held = current_appointments(cast.carles.id)[0]
    end_appointment(None, held, last_day=today() + timedelta(days=2))
    appoint(None, cast.head_post, cast.nadia, starts_on=today() + timedelta(days=3))

    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}
    with clock.freeze(clock.start_of(today() + timedelta(days=3), "Europe/Madrid")):
        assert reader_ids(talk) == {cast.bieito.id, cast.nadia.id}
        assert get_conversation(cast.nadia, talk.id).id == talk.id
        assert talk.id not in [row.conversation.id for row in standings(cast.carles)]
        with pytest.raises(NotFound):
            get_conversation(cast.carles, talk.id)
        with pytest.raises(NotFound):
            say(cast.carles, talk, "Still here?")
        assert say(cast.nadia, talk, "I follow.").post_id == cast.head_post.id


@pytest.mark.slow
def test_who_acts_beside_a_holder_and_each_of_several_places_speaks_too(app_context, cast):
    head = start_post_conversation(cast.bieito, cast.head_post)
    appoint(None, cast.head_post, cast.xoel, starts_on=today(), kind=AppointmentKind.ACTING)
    assert reader_ids(head) == {cast.bieito.id, cast.carles.id, cast.xoel.id}

    officers = start_post_conversation(cast.bieito, cast.officer_post)
    assert reader_ids(officers) == {cast.bieito.id, cast.ana.id, cast.uxia.id, cast.lara.id}
    end(cast.ana, cast.officer_post)
    assert reader_ids(officers) == {cast.bieito.id, cast.uxia.id, cast.lara.id}


@pytest.mark.slow
def test_who_is_away_answers_through_the_stand_in_for_these_days(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_post)
    absence = set_absence(
        None, cast.carles, starts_on=today(), ends_on=today(), stand_in=cast.nadia
    )
    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id, cast.nadia.id}
    assert say(cast.nadia, talk, "In his place.").post_id == cast.head_post.id

    with clock.freeze(clock.end_of(today(), "Europe/Madrid")):
        assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}
    end_absence(None, absence)
    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}
    with pytest.raises(NotFound):
        say(cast.nadia, talk, "Still?")


@pytest.mark.slow
def test_a_stand_in_who_holds_no_post_any_more_speaks_for_nobody(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_post)
    set_absence(None, cast.carles, starts_on=today(), ends_on=today(), stand_in=cast.nadia)
    end(cast.nadia, cast.head_of_procurement_post)
    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}


@pytest.mark.slow
def test_who_wrote_and_then_holds_the_post_reads_on_when_they_lose_it(app_context, cast):
    talk = start_post_conversation(cast.nadia, cast.architect_post)
    say(cast.nadia, talk, "As myself.")
    end(cast.xoel, cast.architect_post)
    appoint(None, cast.architect_post, cast.nadia, starts_on=today())

    with pytest.raises(Forbidden):
        start_post_conversation(cast.nadia, cast.architect_post, [cast.ana])
    decline_direct_message(cast.nadia, talk)
    assert get_conversation(cast.nadia, talk.id).id == talk.id
    assert start_post_conversation(cast.nadia, cast.architect_post).id == talk.id
    end(cast.nadia, cast.architect_post)
    assert reader_ids(talk) == {cast.nadia.id, cast.carles.id}  # who heads the unit


@pytest.mark.slow
def test_a_message_to_a_vacant_post_is_read_by_the_head_until_somebody_comes(app_context, cast):
    end(cast.xoel, cast.architect_post)
    talk = start_post_conversation(cast.bieito, cast.architect_post)
    say(cast.bieito, talk, "Is anybody there?")
    assert reader_ids(talk) == {cast.bieito.id, cast.carles.id}
    standing = next(row for row in standings(cast.carles) if row.conversation.id == talk.id)
    assert standing.unread == 1
    answer = say(cast.carles, talk, "I am.")
    assert answer.post_id == cast.architect_post.id
    with pytest.raises(Forbidden):
        start_post_conversation(cast.carles, cast.architect_post)
    with pytest.raises(NotFound):
        get_conversation(cast.rosa, talk.id)

    appoint(None, cast.architect_post, cast.nadia, starts_on=today())

    assert reader_ids(talk) == {cast.bieito.id, cast.nadia.id}
    assert get_conversation(cast.nadia, talk.id).id == talk.id
    with pytest.raises(NotFound):
        get_conversation(cast.carles, talk.id)


def test_a_message_to_a_vacant_post_waits_for_who_comes_where_nobody_is_above(app_context, cast):
    end(cast.xoel, cast.architect_post)
    end(cast.carles, cast.head_post)
    talk = start_post_conversation(cast.bieito, cast.architect_post)
    say(cast.bieito, talk, "Is anybody there?")
    assert reader_ids(talk) == {cast.bieito.id}

    appoint(None, cast.architect_post, cast.nadia, starts_on=today())

    standing = next(row for row in standings(cast.nadia) if row.conversation.id == talk.id)
    assert standing.unread == 1


@pytest.mark.slow
def test_what_the_predecessor_read_does_not_wait_for_the_successor(app_context, cast):
    from intranet.messaging.conversations.operations import mark_read

    talk = start_post_conversation(cast.bieito, cast.architect_post)
    say(cast.bieito, talk, "Read by him.")
    mark_read(cast.xoel, talk, 1)
    say(cast.bieito, talk, "Not any more.")
    end(cast.xoel, cast.architect_post)
    appoint(None, cast.architect_post, cast.nadia, starts_on=today())

    standing = next(row for row in standings(cast.nadia) if row.conversation.id == talk.id)
    assert (standing.read_seq, standing.unread) == (1, 1)


def test_nobody_begins_a_talk_with_a_post_that_has_ended_or_without_a_post(app_context, cast):
    from intranet.organisation.agencies.operations.posts import end_post

    there = start_post_conversation(cast.bieito, cast.architect_post)
    end_post(None, cast.architect_post, today() - timedelta(days=1))
    with pytest.raises(Invalid):
        start_post_conversation(cast.elna, cast.architect_post)
    with pytest.raises(Forbidden):
        say(cast.bieito, there, "To nobody.")
    assert get_conversation(cast.bieito, there.id).id == there.id
    with pytest.raises(Forbidden):
        start_post_conversation(cast.eloi, cast.head_post)
