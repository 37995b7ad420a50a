"""Who follows a thread is told of a reply: one row for each thread, by every way the same."""

import re

import pytest
from sqlalchemy import select

from intranet.attention.notifications import queries
from intranet.attention.notifications.jobs import enqueue_digests
from intranet.attention.notifications.mail_texts import letter, push_words
from intranet.attention.notifications.models import Telling
from intranet.attention.notifications.operations import set_level
from intranet.attention.notifications.queries import Tab
from intranet.attention.notifications.relevance import reason_to_leave_out
from intranet.attention.notifications.view_models import NotificationRow, notification_views
from intranet.extensions import db
from intranet.messaging.conversations.operations import mark_read, mute, unmute
from intranet.messaging.messages.models import Following
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.messaging.messages.threads import read_thread, set_following
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.mail import in_language
from intranet.platform.core.unit_of_work import unit_of_work
from tests.attention.notifications.conftest import at, work_off
from tests.attention.notifications.test_sentences import account_of, rows_of
from tests.messaging.messages.helpers import channel_of, say


@pytest.fixture
def thread(app_context, cast, working_day):
    """A thread that Ana begins in a channel and in which Carles answered; nothing is owed."""
    parent = say(
        cast.ana, channel_of(cast.urban_planning), "¿Quién tiene el plano del **mercado**?"
    )
    say(cast.carles, channel_of(cast.urban_planning), "Un momento.", parent_id=parent.id)
    work_off()
    read_thread(cast.ana, parent, parent.seq + 1)
    return parent


def of_thread(person: Person) -> list[NotificationRow]:
    """The rows of threads in a person's list, the seen one as well."""
    return [row for row in rows_of(person) if row.kind == "thread"]


def unseen_of(person: Person) -> list[tuple[str, str]]:
    """What a person has not seen yet: of which kind, with its words."""
    return [(row.kind, row.words) for row in rows_of(person) if not row.is_seen]


@pytest.mark.slow
@pytest.mark.both
def test_replies_in_a_thread_are_one_row_that_says_who_replied(cast, thread):
    room = channel_of(cast.urban_planning)
    with clock.freeze(at("2027-03-09 10:01")):
        say(cast.carles, room, "Está en el archivo.", parent_id=thread.id)
        work_off()
    for number in range(120):  # what is said meanwhile in the channel is no part of the thread
        say(cast.carles, room, f"Otra cosa {number}.", posts_per_10s=1000)
    with clock.freeze(at("2027-03-09 10:02")):
        say(cast.xoel, room, "O en la nube.", parent_id=thread.id)
        (row,) = of_thread(cast.ana)
    assert row.title == (
        f"{cast.xoel.name} y {cast.carles.name} respondieron en el hilo "
        "¿Quién tiene el plano del mercado?"
    )
    assert row.words == "O en la nube."
    assert row.number == 2
    assert row.at == at("2027-03-09 10:02")
    assert row.path.endswith(f"/m/{thread.seq + 123}")
    assert row.why == "Sigues este hilo."
    assert not row.is_seen
    assert [one.title for one in rows_of(cast.ana, Tab.REPLIES)] == [row.title]
    (of_carles,) = of_thread(cast.carles)
    assert cast.xoel.name in of_carles.title
    assert of_thread(cast.xoel) == []
    assert of_thread(cast.iria) == []


@pytest.mark.both
def test_a_reply_that_mentions_is_told_as_a_mention_alone(cast, thread):
    body = f"@[Ana](person:{cast.ana.id}) está."
    say(cast.carles, channel_of(cast.urban_planning), body, parent_id=thread.id)
    assert [kind for kind, _words in unseen_of(cast.ana)] == ["mention"]


@pytest.mark.slow
def test_reading_the_channel_leaves_a_thread_unread_and_reading_it_does_not(cast, thread):
    room = channel_of(cast.urban_planning)
    say(cast.carles, room, "Está en el archivo.", parent_id=thread.id)
    work_off()
    mark_read(cast.ana, room, room.last_seq)
    (row,) = of_thread(cast.ana)
    assert not row.is_seen
    read_thread(cast.ana, thread, thread.seq + 2)
    (row,) = of_thread(cast.ana)
    assert row.is_seen
    say(cast.ana, room, "Gracias.", parent_id=thread.id)
    say(cast.carles, room, "De nada.", parent_id=thread.id)
    assert unseen_of(cast.ana) == [("thread", "De nada.")]


@pytest.mark.slow
@pytest.mark.parametrize("state", [Following.LEFT, Following.MUTED])
def test_who_left_or_muted_a_thread_is_told_of_no_reply(cast, thread, state):
    set_following(cast.ana, thread, state)
    say(cast.carles, channel_of(cast.urban_planning), "Está.", parent_id=thread.id)
    assert unseen_of(cast.ana) == []
    set_following(cast.ana, thread, Following.FOLLOWED)
    say(cast.carles, channel_of(cast.urban_planning), "Aquí.", parent_id=thread.id)
    assert unseen_of(cast.ana) == [("thread", "Aquí.")]


@pytest.mark.slow
def test_a_muted_channel_and_none_of_its_messages_silence_its_threads(cast, thread):
    room = channel_of(cast.urban_planning)
    mute(cast.ana, room)
    say(cast.carles, room, "Está.", parent_id=thread.id)
    assert unseen_of(cast.ana) == []
    unmute(cast.ana, room)
    set_level(cast.ana, room, Telling.NONE)
    say(cast.carles, room, "Está.", parent_id=thread.id)
    assert unseen_of(cast.ana) == []


@pytest.mark.slow
def test_who_hears_of_every_message_of_a_channel_is_told_of_a_reply_once(cast, thread):
    room = channel_of(cast.urban_planning)
    set_level(cast.ana, room, Telling.ALL)
    for words in ("Está.", "Aquí."):
        say(cast.carles, room, words, parent_id=thread.id)
        work_off()
    assert unseen_of(cast.ana) == [("channel", "Aquí.")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "named"),
    [("🚲" * 150, "🚲" * 59 + "…"), ("", "")],
)
def test_a_thread_is_named_by_its_beginning_or_by_its_place(cast, thread, first, named):
    if first:
        edit_message(cast.ana, thread, first, body_rev=thread.body_rev)
    else:
        delete_message(cast.ana, thread)
    say(cast.carles, channel_of(cast.urban_planning), "Está.", parent_id=thread.id)
    (row,) = of_thread(cast.ana)
    expected = f"en el hilo {named}" if named else "en un hilo de Urbanismo y Obras"
    assert row.title == f"{cast.carles.name} respondió {expected}"


@pytest.mark.slow
@pytest.mark.both
def test_a_reply_in_a_thread_by_mail_push_and_digest_is_the_same_once(cast, thread, mail):
    with unit_of_work():
        for agency in db.session.scalars(select(Agency)):
            agency.mail_content = MailContent.TEXT
    room, account = channel_of(cast.urban_planning), account_of(cast.ana)
    say(cast.carles, room, "Está en el archivo.", parent_id=thread.id)
    say(cast.carles, room, "Piso segundo.", parent_id=thread.id)
    (row,) = of_thread(cast.ana)
    (told,) = queries.latest(cast.ana, None, 5)
    assert letter(told, account).subject == row.title
    pushed = push_words(told, account)
    assert (pushed.title, pushed.body) == (row.title, "Piso segundo.")
    enqueue_digests(clock.now())
    (digest,) = [sent for sent in mail() if sent["To"] == account.email]
    said = re.sub(r"\s+", " ", digest.get_body(("plain",)).get_content())
    assert said.count("respondió en el hilo") == said.count("Piso segundo.") == 1
    assert "Está en el archivo." not in said


@pytest.mark.slow
def test_a_thread_that_was_read_meanwhile_goes_out_by_no_way(cast, thread):
    say(cast.carles, channel_of(cast.urban_planning), "Está.", parent_id=thread.id)
    work_off()
    (told,) = queries.latest(cast.ana, None, 5)
    assert reason_to_leave_out(told, clock.now()) == ""
    read_thread(cast.ana, thread, thread.seq + 2)
    db.session.expire_all()
    assert reason_to_leave_out(told, clock.now()) == "read"
    set_following(cast.ana, thread, Following.MUTED)
    db.session.expire_all()
    assert reason_to_leave_out(told, clock.now()) == "chosen"


@pytest.mark.slow
def test_many_replies_are_one_row_at_the_same_cost(cast, thread, count_queries):
    room = channel_of(cast.urban_planning)

    def asked_for() -> tuple[int, NotificationRow]:
        rows_of(cast.ana)
        with in_language("es"), count_queries() as statements:
            (row,) = notification_views(cast.ana, queries.latest(cast.ana, None, 50))
        return len(statements), row

    say(cast.carles, room, "Respuesta.", parent_id=thread.id)
    before, _row = asked_for()
    for number in range(150):
        say(cast.xoel, room, f"Respuesta {number}.", parent_id=thread.id, posts_per_10s=1000)
    after, row = asked_for()
    assert (row.words, row.number) == ("Respuesta 149.", 99)
    assert after <= before
