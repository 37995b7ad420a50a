"""The demonstration as an installation holds it, on its first day."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.accounts.models import Account
from intranet.agencies.models import Agency, Post, Unit
from intranet.app import create_app
from intranet.config import Settings
from intranet.conversations.models import Conversation
from intranet.conversations.queries import people_count, standing, standings
from intranet.core import clock
from intranet.core.errors import Conflict
from intranet.demo.conversations import rooms
from intranet.demo.loader import is_loaded, load, sign_ins
from intranet.demo.population import story
from intranet.extensions import db
from intranet.messages.models import Mention, Message
from intranet.people.access import administered_agencies
from intranet.people.models import Appointment, Person
from intranet.people.queries import current_appointments
from intranet.spaces.access import joined_by
from intranet.spaces.jobs import reconcile
from intranet.spaces.models import Space
from tests.cast import Browser
from tests.conftest import close
from tests.messages.helpers import channel_of

PASSWORD = "vilaverde"


@pytest.fixture(scope="module")
def installation(new_database_url, tmp_path_factory):
    """An application whose database holds the demonstration, loaded once for this file."""
    made = _empty(new_database_url(), tmp_path_factory.mktemp("demo"))
    with made.app_context():
        load(PASSWORD)
    yield made
    close(made)


@pytest.fixture
def open_house(installation):
    """The same with its context open, for tests of what is in it."""
    with installation.app_context():
        yield


def _empty(url, folder):
    app = create_app(
        Settings(
            data_dir=folder,
            database_url=url,
            storage_url=f"file:{folder / 'files'}",
            secret_key="a key for tests only, and long enough for what it signs",
        )
    )
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
    return app


def person(email):
    return db.session.scalars(
        select(Person).join(Account, Account.person_id == Person.id).where(Account.email == email)
    ).one()


def unit(key):
    return db.session.scalars(select(Unit).where(Unit.code == story().units[key].code)).one()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_everything_of_the_story_is_there(open_house):
    told = story()

    assert is_loaded()
    assert count(Agency) == len(told.agencies)
    assert count(Unit) == len(told.units)
    assert count(Post) == len(told.posts)
    assert count(Person) == count(Account) == len(told.people)
    assert count(Appointment) == len(told.appointments)
    assert count(Message) == sum(len(room.messages) for room in rooms())


def test_the_room_of_urban_planning_and_works_holds_412_people(open_house):
    room = channel_of(unit("monteclaro/urbanismo"))

    assert people_count(room) == 412


def test_members_are_those_whom_the_rules_want(open_house):
    assert reconcile(repair=False) == {}


@pytest.mark.parametrize("email", [email for email, _ in sign_ins()])
def test_the_cast_signs_in_with_the_one_password(installation, email):
    client = installation.test_client()

    answer = client.submit("/signin", {"email": email, "password": PASSWORD})

    assert answer.status_code in {302, 303}
    assert client.get("/").status_code == 200


def test_everybody_else_signs_in_with_an_address_or_a_number(open_house):
    ana = db.session.scalars(select(Account).where(Account.email == sign_ins()[0][0])).one()
    hashes = set(db.session.scalars(select(Account.password_hash)))

    assert hashes == {ana.password_hash}
    assert not db.session.scalar(
        select(Account.id).where(
            (Account.staff_number.is_(None)) | ~Account.email.endswith(".example")
        )
    )


def test_bieito_serves_two_town_halls_and_reads_both_rooms(open_house):
    bieito = person("bieito@vilaverde.example")
    agencies = {
        appointment.post.unit.agency.handle: appointment.kind
        for appointment in current_appointments(bieito.id, clock.now())
    }
    joined = db.session.scalars(select(Space).where(joined_by(bieito))).all()

    assert agencies == {"vilaverde": "holder", "pedrafria": "acting"}
    assert {space.agency.handle for space in joined} == {"vilaverde", "pedrafria"}


def test_iria_came_on_a_monday_of_these_days(open_house):
    (appointment,) = current_appointments(person("iria@monteclaro.example").id, clock.now())
    today = clock.today("Europe/Madrid")

    assert appointment.starts_on.weekday() == 0
    assert timedelta() <= today - appointment.starts_on <= timedelta(days=9)


def test_dorleta_administers_monteclaro_and_no_other_agency(open_house):
    dorleta = person("dorleta@monteclaro.example")

    assert [agency.handle for agency in administered_agencies(dorleta)] == ["monteclaro"]


def test_what_waits_for_ana_is_what_the_story_says(open_house):
    ana = person("ana@monteclaro.example")
    licences = channel_of(unit("monteclaro/licencias"))
    told = {room.key: room.unread.get("ana", 0) for room in rooms()}
    mentions = db.session.scalars(select(Mention).where(Mention.person_id == ana.id)).all()

    assert standing(ana, licences).unread == told["licencias"] == 5
    assert sum(standing.unread for standing in standings(ana)) == sum(told.values())
    assert [mention.seq for mention in mentions if mention.conversation_id == licences.id] == [
        licences.last_seq - 1
    ]


def test_each_conversation_counts_without_a_gap_and_lies_in_the_past(open_house):
    for conversation in db.session.scalars(
        select(Conversation).where(Conversation.last_seq > 0)
    ).all():
        messages = db.session.scalars(
            select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)
        ).all()
        times = [message.created_at for message in messages]

        assert [message.seq for message in messages] == list(range(1, conversation.last_seq + 1))
        assert max(message.rev for message in messages) <= conversation.rev
        assert times == sorted(times)
        assert times[-1] <= clock.now()
        assert conversation.last_message_at == times[-1]
        assert all(message.caption for message in messages)


def test_mentions_name_the_people_they_mean(open_house):
    called = db.session.scalars(select(Message).where(Message.body.contains("](person:"))).all()

    assert called
    for message in called:
        assert 'class="mention"' in message.html
        assert "@{" not in message.body


def test_every_page_says_that_it_is_a_demonstration_and_only_there(installation, client):
    there, elsewhere = installation.test_client().get("/signin"), client.get("/signin")

    assert "demo-banner" in there.text
    assert "demo-banner" not in elsewhere.text


def test_it_is_loaded_only_where_nobody_is(open_house):
    with pytest.raises(Conflict):
        load(PASSWORD)


@pytest.mark.alone
def test_it_is_loaded_in_less_than_ten_seconds_of_a_core(new_database_url, tmp_path):
    app = _empty(new_database_url(), tmp_path)
    start = time.process_time()  # what others do on the machine does not count
    with app.app_context():
        load(PASSWORD)
    seconds = time.process_time() - start
    close(app)

    assert seconds < 10
