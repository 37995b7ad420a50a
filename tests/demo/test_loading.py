"""The demonstration as an installation holds it, on its first day."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from intranet.app import create_app
from intranet.attention.notifications.models import Notification
from intranet.cli.demo import demo
from intranet.collaboration.initiatives.models import Adoption, Initiative
from intranet.config import read_settings
from intranet.extensions import db
from intranet.finding.directory.results import DirectoryResultReader
from intranet.finding.directory.search import find
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import people_count, read_position, standings
from intranet.messaging.messages.models import Mention, Message
from intranet.messaging.spaces.access import joined_by
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.demonstration import is_loaded
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.access import administered_agencies
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments
from intranet.pages.home.waiting_counts import counts_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.outbox import OutboxRow, run_due
from intranet.platform.core.text import fold
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.follows import Follow
from intranet.publishing.publications.models import Publication
from tests.cast import Browser
from tests.conftest import close
from tests.demo.searches import SEARCHES
from tests.messaging.messages.helpers import channel_of
from tests.pace import reckoned
from tools.demo.articles import articles, follows
from tools.demo.asking import STORY
from tools.demo.calendar import Calendar
from tools.demo.conversations import conversations
from tools.demo.files import read
from tools.demo.grouping import groups
from tools.demo.initiatives import initiatives
from tools.demo.loader import load, sign_ins
from tools.demo.looking import LOOK, NOTIFICATION_TASKS
from tools.demo.moderating import MESSAGES_WRITTEN
from tools.demo.population import story

pytestmark = pytest.mark.slow

WAITING = (OutboxRow.kind.in_([*NOTIFICATION_TASKS, LOOK]), OutboxRow.done_at.is_(None))

PASSWORD = "una-clave-para-probar"


@dataclass(frozen=True)
class Loaded:
    """An installation after `intranet demo`, and what the command said and took.

    `cpu_seconds` are those that it would have been where limits are promised (`reckoned`).
    """

    app: Flask
    environment: dict[str, str]
    output: str
    cpu_seconds: float


@pytest.fixture(scope="module")
def loaded(new_database_url, tmp_path_factory):
    """The demonstration as its command leaves it, loaded once for this file."""
    environment = {
        "INTRANET_DATA_DIR": str(tmp_path_factory.mktemp("demo")),
        "INTRANET_DATABASE_URL": new_database_url(),
        "INTRANET_DEMO_PASSWORD": PASSWORD,
    }
    result, seconds = reckoned(CliRunner().invoke, demo, env=environment)
    assert result.exit_code == 0, result.output
    made = create_app(read_settings(environment))
    made.test_client_class = Browser
    yield Loaded(made, environment, result.output, seconds)
    close(made)


@pytest.fixture
def installation(loaded):
    """The application; its context is closed."""
    return loaded.app


@pytest.fixture
def open_house(installation):
    """The same with its context open, for tests of what is in it."""
    with installation.app_context():
        yield


def person(email):
    return db.session.scalars(
        select(Person).join(Account, Account.person_id == Person.id).where(Account.email == email)
    ).one()


def unit(key):
    return db.session.scalars(select(Unit).where(Unit.code == story().units[key].code)).one()


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


@pytest.mark.both
def test_everything_of_the_story_is_there(open_house):
    told = story()

    assert is_loaded()
    assert count(Agency) == len(told.agencies)
    assert count(Unit) == len(told.units)
    assert count(Post) == len(told.posts)
    assert count(Person) == count(Account) == len(told.people)
    assert count(Appointment) == len(told.appointments)
    said = sum(len(article.said) for article in articles())
    said += sum(len(one.said.get("said", [])) for one in initiatives())
    followers = sum(len(one.said.get("followers", [])) for one in initiatives())
    said += sum(len(one["messages"]) for one in groups())
    said += sum(len(idea.get("said", ())) for idea in read("taking_part.toml")["idea"])
    said += sum(len(question["said"]) for question in read(STORY)["question"])
    assert (
        count(Message)
        == sum(len(room.messages) for room in conversations()) + said + MESSAGES_WRITTEN
    )
    assert count(Follow) == len(follows()) + followers
    assert count(Initiative) == len(initiatives())
    assert count(Adoption) == sum(len(one.said.get("uses", [])) for one in initiatives())


def test_the_room_of_urban_planning_and_works_holds_412_people(open_house):
    room = channel_of(unit("monteclaro/urbanismo"))

    assert people_count(room) == 412


def test_members_are_those_whom_the_rules_want(open_house):
    assert reconcile(repair=False) == {}


@pytest.mark.both
@pytest.mark.parametrize("email", [email for email, _ in sign_ins()])
def test_the_cast_signs_in_with_the_one_password(installation, email):
    client = installation.test_client()

    answer = client.submit("/signin", {"email": email, "password": PASSWORD})

    assert answer.status_code in {302, 303}
    assert client.get("/").status_code == 200


@pytest.mark.both
def test_everybody_else_signs_in_with_an_address_or_a_number(open_house):
    ana = db.session.scalars(select(Account).where(Account.email == sign_ins()[0][0])).one()
    hashes = set(db.session.scalars(select(Account.password_hash)))

    assert hashes == {ana.password_hash}
    assert not db.session.scalar(
        select(Account.id).where(
            (Account.staff_number.is_(None)) | ~Account.email.endswith(".example")
        )
    )


@pytest.mark.both
def test_bieito_serves_two_town_halls_and_reads_both_rooms(open_house):
    bieito = person("bieito@vilaverde.example")
    agencies = {
        appointment.post.unit.agency.handle: appointment.kind
        for appointment in current_appointments(bieito.id)
    }
    joined = db.session.scalars(select(Space).where(joined_by(bieito))).all()

    assert agencies == {"vilaverde": "holder", "pedrafria": "acting"}
    rooms = {space.agency.handle for space in joined if space.unit_id is not None}
    assert rooms == {"vilaverde", "pedrafria"}


def test_iria_came_on_a_monday_of_these_days(open_house):
    (appointment,) = current_appointments(person("iria@monteclaro.example").id)
    today = clock.today("Europe/Madrid")

    assert appointment.starts_on.weekday() == 0
    assert timedelta() <= today - appointment.starts_on <= timedelta(days=9)


def test_dorleta_administers_monteclaro_and_no_other_agency(open_house):
    dorleta = person("dorleta@monteclaro.example")

    assert [agency.handle for agency in administered_agencies(dorleta)] == ["monteclaro"]


@pytest.mark.both
def test_what_waits_for_ana_is_what_the_story_says(open_house):
    ana = person("ana@monteclaro.example")
    licences = channel_of(unit("monteclaro/licencias"))
    told = {room.key: room.unread.get("ana", 0) for room in conversations()}
    mentions = db.session.scalars(select(Mention).where(Mention.person_id == ana.id)).all()

    assert read_position(ana, licences).unread == told["licencias"] == 5
    assert sum(standing.unread for standing in standings(ana)) == sum(told.values())
    assert [mention.seq for mention in mentions if mention.conversation_id == licences.id] == [
        licences.last_seq - 1
    ]


@pytest.mark.both
def test_something_waits_for_the_cast_to_be_done(open_house):
    carles, bieito = person("carles@monteclaro.example"), person("bieito@vilaverde.example")
    submitted = db.session.scalars(select(Publication).where(submitted_to(carles))).all()

    assert [row.space.unit_id for row in submitted] == [unit("monteclaro/licencias").id]
    assert not db.session.scalars(select(Publication).where(submitted_to(bieito))).all()
    assert counts_for(carles).ideas >= 2
    assert counts_for(person("ana@monteclaro.example")).invitations == 1


@pytest.mark.both
def test_ana_is_in_two_groups_of_other_administrations(open_house):
    ana = person("ana@monteclaro.example")
    mine = db.session.scalars(
        select(Space).where(joined_by(ana), Space.kind == SpaceKind.GROUP)
    ).all()

    assert {space.agency.handle for space in mine} - {"monteclaro"} == {"iturrialde", "altamar"}


def test_a_first_visit_begins_with_what_is_new_today(installation):
    with installation.app_context():
        while db.session.scalar(select(OutboxRow.id).where(*WAITING).limit(1)):
            run_due()
        ana = person("ana@monteclaro.example")
        unseen = db.session.scalars(
            select(Notification).where(
                Notification.person_id == ana.id, Notification.seen_at.is_(None)
            )
        ).all()
        begin = Calendar.at(clock.now()).instant("0d 00:00")

        assert 3 <= len({row.thing for row in unseen}) <= 8
        assert min(row.acted_at for row in unseen) >= begin


@pytest.mark.both
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


@pytest.mark.both
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


def test_the_command_says_who_signs_in(loaded):
    assert "2,087 posts" in loaded.output
    assert PASSWORD in loaded.output
    for email, caption in sign_ins():
        assert re.search(rf"{email} +{caption}", loaded.output)


def test_it_is_loaded_only_where_nobody_is(loaded):
    again = CliRunner().invoke(demo, env=loaded.environment)

    assert again.exit_code == 1
    assert "This installation has people already" in again.output
    with loaded.app.app_context(), pytest.raises(Conflict):
        load(PASSWORD)


def test_it_is_loaded_in_less_than_ten_seconds_of_a_core(loaded):
    assert loaded.cpu_seconds < 10


@pytest.mark.both
def test_what_people_would_type_gives_what_they_want_among_the_first_three(loaded):
    missed = []
    for language, searches in SEARCHES.items():
        for who, words, wanted in searches:
            with loaded.app.test_request_context(f"/?lang={language}"):
                viewer = db.session.scalars(
                    select(Person)
                    .join(Account, Account.person_id == Person.id)
                    .where(Account.email.startswith(f"{who}@"))
                ).one()
                found = find(viewer, words)
                first = DirectoryResultReader(viewer, found.meaning).results(found.hits[:3])
            if not any(fold(each.name).startswith(fold(wanted)) for each in first):
                missed.append((language, words, [each.name for each in first]))
    assert missed == []
