"""What leaves the house: nothing of what stays here, no more than allowed, to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.choices import NotificationWays
from intranet.attention.notifications.models import (
    Channel,
    Delivery,
    Kind,
    MailChoice,
    Notification,
    State,
)
from intranet.attention.notifications.operations import choose_ways, make_feed_key
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.posting import post_message
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements.operations.reminding import remind
from intranet.publishing.publications.models import Publication
from tests.attention.notifications.conftest import announce, work_off

AT_ONCE = NotificationWays(MailChoice.NOW, push=True)
LATER = timedelta(days=34)


def let_out(agency: Agency, content: MailContent) -> None:
    """Let so much of an agency's leave by mail."""
    with unit_of_work():
        db.session.get_one(Agency, agency.id).mail_content = content


def said(letters, address: str) -> str:
    """All that the letters to somebody say."""
    return "\n".join(
        str(letter["Subject"]) + letter.get_body(("plain",)).get_content()
        for letter in letters
        if letter["To"] == address
    )


def call(author, conversation_id, person, words: str) -> None:
    """Say something that calls somebody."""
    conversation = db.session.get_one(Conversation, conversation_id)
    body = f"@[Ana](person:{person.id}) {words}"
    post_message(author, conversation.id, body, client_id=uuid7())


@pytest.mark.slow
@pytest.mark.both
def test_nobody_is_reminded_outside_of_what_stays_here(app_context, cast, working_day):
    announcement = announce(cast.carles, days=3, is_only_here=True)
    assert remind(cast.carles, announcement, [cast.ana.id]) == 1
    work_off()
    db.session.rollback()
    asked = select(Delivery).join(Notification, Notification.id == Delivery.notification_id)
    rows = db.session.scalars(
        asked.where(
            Notification.person_id == cast.ana.id,
            Notification.kind == Kind.REMINDER,
        )
    ).all()
    assert {(row.state, row.because) for row in rows} == {(State.LEFT_OUT, "only_here")}


@pytest.mark.slow
@pytest.mark.both
def test_a_feed_has_nothing_of_what_stays_here(app, cast, working_day):
    with app.app_context():
        stays = announce(cast.carles, is_only_here=True).id
        leaves = announce(cast.carles).id
        secret = make_feed_key(cast.ana)
    feed = app.test_client().get(f"/feeds/{secret}.atom").text
    assert str(leaves) in feed
    assert str(stays) not in feed


@pytest.mark.slow
def test_a_feed_names_nothing_where_nothing_may_leave(app, cast, working_day):
    with app.app_context():
        let_out(cast.monteclaro, MailContent.NOTHING)
        announced = announce(cast.carles).id
        secret = make_feed_key(cast.ana)
    feed = app.test_client().get(f"/feeds/{secret}.atom").text
    assert str(announced) in feed
    assert "Obra menor" not in feed
    assert cast.head_post.title.text("es") not in feed


@pytest.mark.slow
@pytest.mark.both
def test_a_discussion_of_what_stays_here_says_nothing_outside(app_context, cast, mail, working_day):
    let_out(cast.monteclaro, MailContent.TEXT)
    choose_ways(cast.ana.id, Kind.MENTION, AT_ONCE)
    for stays in (True, False):
        made = announce(cast.carles, is_only_here=stays, has_discussion=True)
        mail()
        call(cast.carles, db.session.get_one(Publication, made.id).conversation_id, cast.ana, "ven")
        mail()
        with clock.freeze(working_day + timedelta(minutes=5)):
            letter = said(mail(), cast.account_of(cast.ana).email)
        assert letter
        assert ("Obra menor" in letter) == (not stays)
        assert ("ven" in letter) == (not stays)


@pytest.mark.slow
@pytest.mark.parametrize("content", MailContent)
def test_the_strictest_says_how_much_of_a_message_leaves(
    app_context, cast, mail, working_day, content
):
    """Vilaverde lets everything out; what an official of Monteclaro writes is Monteclaro's."""
    let_out(cast.vilaverde, MailContent.TEXT)
    let_out(cast.monteclaro, content)
    choose_ways(cast.bieito.id, Kind.TALK, AT_ONCE)
    talk = start_direct_message(cast.carles, [cast.bieito])
    post_message(cast.carles, talk.id, "El expediente es de López.", client_id=uuid7())
    mail()
    with clock.freeze(working_day + timedelta(minutes=5)):
        letter = said(mail(), cast.account_of(cast.bieito).email)
    assert ("Carles" in letter) == (content != MailContent.NOTHING)
    assert ("López" in letter) == (content == MailContent.TEXT)


@pytest.mark.slow
@pytest.mark.parametrize("content", MailContent)
def test_each_author_in_a_talk_says_how_much_leaves(app_context, cast, mail, working_day, content):
    """One row tells of the messages of both: the second is an official's of Monteclaro."""
    let_out(cast.vilaverde, MailContent.TEXT)
    let_out(cast.altamar, MailContent.TEXT)
    let_out(cast.monteclaro, content)
    choose_ways(cast.bieito.id, Kind.TALK, AT_ONCE)
    talk = start_direct_message(cast.elna, [cast.bieito, cast.carles])
    post_message(cast.elna, talk.id, "¿Qué hay?", client_id=uuid7())
    post_message(cast.carles, talk.id, "El expediente es de López.", client_id=uuid7())
    mail()
    with clock.freeze(working_day + timedelta(minutes=5)):
        letter = said(mail(), cast.account_of(cast.bieito).email)
    assert letter
    assert ("Carles" in letter) == (content != MailContent.NOTHING)
    assert ("López" in letter) == (content == MailContent.TEXT)


@pytest.mark.slow
@pytest.mark.parametrize("content", MailContent)
def test_whose_words_are_forwarded_says_how_much_leaves(
    app_context, cast, mail, working_day, content
):
    let_out(cast.vilaverde, MailContent.TEXT)
    let_out(cast.altamar, MailContent.TEXT)
    let_out(cast.monteclaro, content)
    choose_ways(cast.bieito.id, Kind.TALK, AT_ONCE)
    told = start_direct_message(cast.carles, [cast.elna])
    words = post_message(cast.carles, told.id, "El expediente es de López.", client_id=uuid7())
    talk = start_direct_message(cast.elna, [cast.bieito])
    forward_message(cast.elna, words, [talk.id], client_id=uuid7())
    mail()
    with clock.freeze(working_day + timedelta(minutes=5)):
        letter = said(mail(), cast.account_of(cast.bieito).email)
    assert letter
    assert ("López" in letter) == (content == MailContent.TEXT)


@pytest.mark.slow
@pytest.mark.both
def test_who_may_no_longer_sign_in_gets_no_more_mail_of_old_talks(
    app_context, cast, mail, working_day
):
    let_out(cast.monteclaro, MailContent.TEXT)
    for kind in (Kind.TALK, Kind.MENTION):
        choose_ways(cast.ana.id, kind, AT_ONCE)
    with unit_of_work():
        account = cast.account_of(cast.ana)
        db.session.get_one(Account, account.id).created_at = working_day - 2 * LATER
    talk = start_direct_message(cast.carles, [cast.ana])
    for held in current_appointments(cast.ana.id):
        end_appointment(None, held)
    with clock.freeze(working_day + LATER):
        post_message(cast.carles, talk.id, "El expediente es de López.", client_id=uuid7())
        mail()
    with clock.freeze(working_day + LATER + timedelta(minutes=5)):
        assert said(mail(), account.email) == ""
        row = db.session.scalars(
            select(Delivery)
            .join(Notification, Notification.id == Delivery.notification_id)
            .where(Notification.person_id == cast.ana.id, Delivery.channel == Channel.MAIL)
        ).one()
        assert (row.state, row.because) == (State.LEFT_OUT, "gone")


@pytest.mark.both
def test_the_feed_of_who_may_no_longer_sign_in_is_none(app, cast, working_day):
    with app.app_context():
        secret = make_feed_key(cast.ana)
        with unit_of_work():
            account = db.session.get_one(Account, cast.account_of(cast.ana).id)
            account.created_at = working_day - 2 * LATER
        for held in current_appointments(cast.ana.id):
            end_appointment(None, held)
    reader = app.test_client()
    assert reader.get(f"/feeds/{secret}.atom").status_code == 200
    with clock.freeze(working_day + LATER):
        assert reader.get(f"/feeds/{secret}.atom").status_code == 404
