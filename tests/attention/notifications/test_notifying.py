"""Whom something is told, once, and by which ways it goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.choices import NotificationWays
from intranet.attention.notifications.delivery_column import delivery_of
from intranet.attention.notifications.delivery_history import steps
from intranet.attention.notifications.handlers import OF_PUBLICATION
from intranet.attention.notifications.models import (
    Channel,
    Delivery,
    Kind,
    MailChoice,
    Notification,
    State,
    Telling,
)
from intranet.attention.notifications.news import of_publication
from intranet.attention.notifications.notifying import notify
from intranet.attention.notifications.operations import choose_ways, set_level
from intranet.attention.notifications.queries import unseen_count
from intranet.collaboration.groups.operations import joining
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    mark_read,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.publishing import correct, withdraw
from tests.attention.notifications.conftest import announce, at, work_off
from tests.collaboration.groups.helpers import group_of


def told(person: Person) -> list[Notification]:
    """What somebody was told, the earliest first."""
    db.session.rollback()  # to see what others have written since
    asked = select(Notification).where(Notification.person_id == person.id)
    return list(db.session.scalars(asked.order_by(Notification.created_at)))


def said_of(way: Delivery) -> str:
    """What the report says of it."""
    notification = way.notification
    assert notification.publication_id
    said = delivery_of(notification.publication_id, [notification.person_id])
    return said[notification.person_id][1]


def channel_of(unit: Unit) -> Conversation:
    """The channel of a unit."""
    asked = select(Conversation).join(Space, Space.id == Conversation.space_id)
    return db.session.scalars(
        asked.where(Space.unit_id == unit.id, Conversation.is_main.is_(True))
    ).one()


def delivery(person: Person, channel: Channel = Channel.MAIL) -> Delivery:
    """By which way the one thing that somebody was told goes."""
    (notification,) = told(person)
    return db.session.get_one(Delivery, (notification.id, channel), populate_existing=True)


def test_each_of_the_audience_is_told_once_however_often_it_is_done(app_context, cast, working_day):
    announcement = announce(cast.carles, days=3)
    work_off()
    with unit_of_work() as work:
        payload = {"publication_id": str(announcement.id), "why": "addressed"}
        enqueue(work, OF_PUBLICATION, payload)
    work_off()

    assert [row.kind for row in told(cast.ana)] == [Kind.TO_CONFIRM]
    assert len(told(cast.xoel)) == 1
    assert told(cast.carles) == []  # who published it knows
    assert told(cast.iria) == []  # she is in another unit
    assert told(cast.bieito) == []


def test_what_is_to_be_confirmed_goes_by_mail_at_once_and_all_else_with_the_digest(
    app_context, cast, working_day
):
    announce(cast.carles)
    work_off()
    assert delivery(cast.ana).state == State.DIGEST
    assert delivery(cast.ana, Channel.PUSH).because == "no_device"


@pytest.mark.slow
def test_outside_working_hours_it_waits_until_they_begin(app_context, cast, mail):
    with clock.freeze(at("2026-11-27 20:00")):  # a Friday evening
        announce(cast.carles, days=5)
        work_off()
        waiting = delivery(cast.ana)
        assert (waiting.state, waiting.because) == (State.WAITING, "quiet")
        assert said_of(waiting) == "a la espera de que empiece su horario de trabajo"
        assert waiting.due_at == at("2026-11-30 08:00")
        assert mail() == []
    with clock.freeze(at("2026-11-30 07:59")):
        assert mail() == []
    with clock.freeze(at("2026-11-30 08:00")):
        assert {letter["To"] for letter in mail()} >= {cast.account_of(cast.ana).email}
        assert delivery(cast.ana).state == State.SENT


@pytest.mark.both
def test_what_goes_out_in_a_minute_does_not_wait_for_hours(app_context, cast, working_day):
    publication = announce(cast.carles, days=5)
    notify(of_publication(publication), [cast.ana.id])
    assert said_of(delivery(cast.ana)) == "en camino"
    assert not [step for step in steps(cast.ana, publication) if ", ." in step.words]


@pytest.mark.slow
@pytest.mark.both
def test_what_is_urgent_asks_for_no_hours(app_context, cast, mail):
    with clock.freeze(at("2026-11-28 23:00")):
        announce(cast.carles, is_urgent=True, urgent_reason="Rotura de la conducción general.")
        letters = mail()
        assert cast.account_of(cast.ana).email in {letter["To"] for letter in letters}
        assert all("Obra menor" in letter["Subject"] for letter in letters)


def test_it_rings_only_here_where_its_author_says_so(app_context, cast, working_day, mail):
    announce(cast.carles, days=3, is_only_here=True)
    assert mail() == []
    assert delivery(cast.ana).because == "only_here"
    assert len(told(cast.ana)) == 1


@pytest.mark.slow
def test_each_chooses_by_kind(app_context, cast, working_day, mail):
    choose_ways(cast.ana.id, Kind.TO_CONFIRM, NotificationWays(MailChoice.NEVER, push=True))
    announce(cast.carles, days=3)
    readers = {letter["To"] for letter in mail()}
    assert cast.account_of(cast.ana).email not in readers
    assert cast.account_of(cast.xoel).email in readers


@pytest.mark.slow
@pytest.mark.both
def test_what_was_confirmed_or_withdrawn_before_it_went_does_not_go(app_context, cast, mail):
    with clock.freeze(at("2026-11-27 20:00")):
        first, second = announce(cast.carles, days=5), announce(cast.carles, days=5)
        work_off()
        acknowledge(cast.ana, first, version=1)
        withdraw(cast.carles, second, "Era un error.")
    with clock.freeze(at("2026-11-30 09:00")):
        assert cast.account_of(cast.ana).email not in {letter["To"] for letter in mail()}
    db.session.rollback()
    ways = db.session.scalars(
        select(Delivery.because)
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Notification.person_id == cast.ana.id, Delivery.channel == Channel.MAIL)
    ).all()
    assert sorted(ways) == ["gone", "read"]


@pytest.mark.slow
def test_a_correction_that_asks_again_is_told_again(app_context, cast, working_day):
    announcement = announce(cast.carles, days=3)
    work_off()
    correct(cast.carles, announcement, "La fecha.", edition=announcement.edition, asks_again=True)
    work_off()
    assert [row.why for row in told(cast.ana)] == ["addressed", "corrected"]


def test_what_is_written_to_a_vacant_post_is_told_to_the_head(app_context, cast, working_day):
    for held in current_appointments(cast.xoel.id):
        end_appointment(None, held)
    talk = start_post_conversation(cast.bieito, cast.architect_post)
    post_message(cast.bieito, talk.id, "¿Hay alguien?", client_id=uuid7())
    work_off()
    assert [row.kind for row in told(cast.carles)] == [Kind.TALK]
    assert told(cast.rosa) == []


@pytest.mark.slow
def test_a_talk_is_told_once_until_it_is_read_and_not_if_it_was(
    app_context, cast, working_day, mail
):
    choose_ways(cast.ana.id, Kind.TALK, NotificationWays(MailChoice.NOW, push=True))
    talk = start_direct_message(cast.carles, [cast.ana])
    for words in ("¿Puedes?", "¿Hoy?"):
        post_message(cast.carles, talk.id, words, client_id=uuid7())
    work_off()
    assert [row.kind for row in told(cast.ana)] == [Kind.TALK]
    assert told(cast.carles) == []

    mark_read(cast.ana, talk, 2)
    with clock.freeze(working_day + timedelta(minutes=2)):
        assert mail() == []
    assert delivery(cast.ana).because == "read"

    post_message(cast.carles, talk.id, "Gracias.", client_id=uuid7())
    work_off()
    with clock.freeze(working_day + timedelta(minutes=4)):
        (letter,) = mail()
    assert letter["To"] == cast.account_of(cast.ana).email
    assert len(told(cast.ana)) == 2


def test_a_mention_is_told_to_whom_it_calls_and_to_nobody_else(app_context, cast, working_day):
    room = channel_of(cast.urban_planning)
    post_message(cast.ana, room.id, f"@[Carles](person:{cast.carles.id}) mira", client_id=uuid7())
    work_off()
    assert [row.kind for row in told(cast.carles)] == [Kind.MENTION]
    assert told(cast.xoel) == []
    assert told(cast.ana) == []


@pytest.mark.both
@pytest.mark.parametrize("is_accepted", [True, False])
def test_an_invitation_is_seen_once_it_is_answered(app_context, cast, working_day, is_accepted):
    group = group_of(cast.elna)
    joining.invite(cast.elna, group, cast.bieito, "¿Te animas?")
    work_off()
    assert unseen_count(cast.bieito) == 1
    joining.answer_invitation(cast.bieito, group, is_accepted=is_accepted)
    assert unseen_count(cast.bieito) == 0


def test_of_each_conversation_one_is_told_of_all_of_calls_or_of_nothing(
    app_context, cast, working_day
):
    room = channel_of(cast.urban_planning)
    set_level(cast.xoel, room, Telling.ALL)
    set_level(cast.carles, room, Telling.NONE)
    for words in ("Ya están los planos.", f"@[Carles](person:{cast.carles.id}) mira"):
        post_message(cast.ana, room.id, words, client_id=uuid7())
    work_off()
    assert [row.kind for row in told(cast.xoel)] == [Kind.CHANNEL]  # once, until he reads there
    assert told(cast.carles) == []


def test_a_mailbox_that_refuses_is_noted_and_not_tried_again(
    app_context, cast, working_day, mail, letterbox
):
    address = cast.account_of(cast.ana).email
    letterbox.unknown[address] = "550 No such user"
    announce(cast.carles, days=3)
    mail()
    assert (delivery(cast.ana).state, delivery(cast.ana).because) == (State.FAILED, "refused")
    assert delivery(cast.xoel).state == State.SENT


@pytest.mark.slow
@pytest.mark.both
def test_a_server_that_is_down_for_a_day_delays_and_loses_nothing(
    app_context, cast, working_day, mail, letterbox
):
    letterbox.refuses = True
    announce(cast.carles, days=3)
    assert mail() == []
    assert (delivery(cast.ana).state, delivery(cast.ana).because) == (State.WAITING, "delayed")
    letterbox.refuses = False
    with clock.freeze(working_day + timedelta(days=1)):
        readers = [letter["To"] for letter in mail()]
    assert sorted(readers) == sorted(set(readers))
    assert cast.account_of(cast.ana).email in readers


def test_telling_is_asked_and_written_for_all_at_once(
    app_context, cast, working_day, count_queries
):
    """The number of statements does not rise with the number of people."""
    few = announce(cast.carles, days=3)
    with count_queries() as for_few:
        notify(of_publication(few), [cast.ana.id])
    many = announce(cast.carles, days=3)
    everybody = db.session.scalars(select(Person.id)).all()
    with count_queries() as for_many:
        notify(of_publication(many), everybody)
    assert len(for_many) <= len(for_few) + 2
