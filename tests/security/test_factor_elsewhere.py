"""Another agency's rule of second factors closes what is of that agency, and only that."""

import io
from datetime import timedelta

import pytest

from intranet.collaboration.groups.jobs import mend_owners
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.organisation.accounts.operations.second_factor_holds import hold_everywhere
from intranet.organisation.agencies.models import SecondFactor
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.speakers import answering
from intranet.organisation.people.vacancy_readers import readers_of
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD, today
from tests.collaboration.groups.helpers import group_of, inside
from tests.delivery.realtime.clients import Client, drain, served
from tests.messaging.messages.helpers import channel_of, say
from tests.organisation.accounts.test_second_factor import set_up
from tests.organisation.people.test_reading_onward import made
from tests.publishing.publications.helpers import published

API, ACTING = "/api/v1", AppointmentKind.ACTING


def rule(agency, whom):
    """Let an agency's administration decide of whom it requires a second factor."""
    change_agency(
        None,
        agency,
        version=None,
        name=agency.name,
        languages=agency.languages,
        time_zone=agency.time_zone,
        second_factor=whom,
        basis_shown_outside=agency.basis_shown_outside,
    )


def require(cast, agency, whom=SecondFactor.EVERYBODY):
    with cast.app.app_context():
        rule(getattr(cast, agency), whom)


@pytest.fixture
def things(app, cast):
    """Addresses of what is in Outeiro, where Bieito of Vilaverde holds a post, and at home."""
    with app.app_context():
        there, home = channel_of(cast.outeiro_hall), channel_of(cast.vilaverde_hall)
        talk = start_post_conversation(cast.ana, cast.outeiro_post)
        file = store_upload(cast.bieito, io.BytesIO(b"canicas"), "canicas.txt")
        said = {say(cast.bieito, home, "Padrón de canicas").id}
        said.add(say(cast.bieito, there, "Padrón de canicas", file_ids=[file.id]).id)
        say(cast.ana, talk, "Consulta sobre canicas")
        notice = published(cast.bieito, "Aviso das canicas", unit=cast.outeiro_hall)
        assert len(said) == 2
        return {
            "there": [
                f"/c/{there.id}",
                f"/c/{talk.id}",
                f"/c/{there.id}/members",
                f"/p/{notice.id}",
                f"/files/{file.id}",
                f"{API}/files/{file.id}",
                f"{API}/conversations/{there.id}/messages",
                f"{API}/conversations/{talk.id}/messages",
                f"{API}/publications/{notice.id}",
            ],
            "home": [f"/c/{home.id}", f"{API}/conversations/{home.id}/messages"],
            "ids": {"there": str(there.id), "talk": str(talk.id), "home": str(home.id)},
            "talk_id": talk.id,
        }


def answers(client, addresses):
    return {address: client.get(address).status_code for address in addresses}


@pytest.mark.slow
def test_what_is_of_that_agency_is_closed_until_there_is_a_second_factor(client_of, cast, things):
    bieito = client_of(cast.bieito)
    everything = [*things["there"], *things["home"]]
    assert answers(bieito, everything) == dict.fromkeys(everything, 200)
    assert bieito.get(f"{API}/search?q=canicas").text.count(things["ids"]["there"]) >= 1

    require(cast, "outeiro")

    assert set(answers(bieito, things["there"]).values()) == {404}
    assert set(answers(bieito, things["home"]).values()) == {200}
    found = bieito.get(f"{API}/search?q=canicas").text
    assert things["ids"]["home"] in found
    assert things["ids"]["there"] not in found
    assert things["ids"]["talk"] not in found
    assert "Aviso das canicas" not in found
    listed = bieito.get(f"{API}/conversations").text
    assert things["ids"]["home"] in listed
    assert things["ids"]["there"] not in listed

    with clock.freeze(clock.now() - timedelta(minutes=2)):
        set_up(bieito)
    assert set(answers(bieito, everything).values()) == {200}


@pytest.mark.slow
def test_the_pages_say_so_and_lead_to_the_second_factor(client_of, cast, things, mail):
    bieito = client_of(cast.bieito)
    require(cast, "outeiro")
    for address in ("/?lang=en", f"{things['there'][0]}?lang=en"):
        page = bieito.get(address).text
        assert "Concello de Outeiro is on hold" in page
        assert 'href="/me/second-factor"' in page
    mail()  # what waits in the outbox is done
    assert "Your post in another agency is on hold" in bieito.get("/notifications?lang=en").text
    assert "is on hold" not in client_of(cast.ana).get("/?lang=en").text


@pytest.mark.slow
def test_an_open_socket_hears_nothing_more_of_it(app, client_of, cast, things):
    with served(app) as address:
        kept = client_of(cast.bieito)
        from intranet.organisation.accounts.access import cookie_name

        with app.app_context():
            cookie = kept.get_cookie(cookie_name())
        with Client(address, cookie=f"{cookie.key}={cookie.value}") as socket:
            socket.next("hello")
            require(cast, "outeiro")
            drain(app)
            left = {each["conversation_id"] for each in socket.heard("conversation:left")}
            assert {things["ids"]["there"], things["ids"]["talk"]} <= left
            assert things["ids"]["home"] not in left
            asked = socket.ask(
                "message:post",
                {
                    "conversation_id": things["ids"]["there"],
                    "client_id": "0192b5c8-0000-7000-8000-000000000001",
                    "body": "Ola.",
                },
            )
            assert "not_found" in str(asked) or "404" in str(asked)


@pytest.mark.both
def test_what_is_written_to_the_post_is_read_by_who_reads_for_a_vacant_one(
    app_context, cast, things
):
    post_id = cast.outeiro_post.id
    assert set(house_readers(post_id)) == {cast.bieito.id}
    rule(cast.outeiro, SecondFactor.EVERYBODY)
    assert house_readers(post_id) == []


def house_readers(post_id):
    from intranet.extensions import db

    return db.session.scalars(readers_of(post_id, clock.now())).all()


@pytest.mark.slow
@pytest.mark.both
def test_taking_the_factor_away_closes_it_again_and_a_softer_rule_opens_it(client_of, cast, things):
    bieito = client_of(cast.bieito)
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        _phone, codes = set_up(bieito)
    require(cast, "outeiro")
    assert set(answers(bieito, things["there"]).values()) == {200}

    gone = bieito.submit("/me/second-factor/remove", {"password": PASSWORD, "code": codes[0]})
    assert gone.status_code == 303
    assert set(answers(bieito, things["there"]).values()) == {404}

    require(cast, "outeiro", SecondFactor.ADMINISTRATORS)
    assert set(answers(bieito, things["there"]).values()) == {200}


def test_the_operator_appoints_nobody_past_the_rule(app_context, cast):
    rule(cast.altamar, SecondFactor.EVERYBODY)
    made = appoint(None, cast.innovation_post, cast.ana, starts_on=today(), kind=ACTING)
    assert made.on_hold
    assert not cast.ana.administers(cast.altamar.id)
    own = appoint(None, cast.technician_post, cast.ana, starts_on=today())
    assert not own.on_hold


def test_administrators_still_see_who_is_on_hold(client_of, cast):
    require(cast, "altamar")
    with cast.app.app_context():
        appoint(None, cast.innovation_post, cast.ana, starts_on=today(), kind=ACTING)
        rule(cast.altamar, SecondFactor.EVERYBODY)
    guillem = client_of(cast.guillem)
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        set_up(guillem)
    page = guillem.get("/admin/L02990041/appointments?lang=en").text
    assert "Ana Castro" in page
    assert "on hold" in page
    rows = guillem.get(f"{API}/admin/appointments?agency=L02990041").json["items"]
    assert {row["person_id"] for row in rows if row["on_hold"]} == {str(cast.ana.id)}


@pytest.mark.slow
def test_a_site_from_before_is_marked_when_it_starts(app, client_of, cast, things):
    bieito = client_of(cast.bieito)
    with app.app_context(), unit_of_work() as work:
        cast.outeiro.second_factor = SecondFactor.EVERYBODY
        work.flush()
    with app.app_context():
        assert hold_everywhere() == 1
        assert hold_everywhere() == 0
    assert set(answers(bieito, things["there"]).values()) == {404}


@pytest.mark.slow
def test_an_exception_of_a_group_s_rule_holds_for_a_post_on_hold(app_context, cast):
    """The mayor of Vilaverde is in; who serves Outeiro as well is not, on hold or no longer."""
    audience = {
        "any": [{"agency": str(cast.vilaverde.id)}],
        "except": [{"agency": str(cast.outeiro.id)}],
    }
    group = group_of(cast.elna, audience=audience)
    assert inside(group, cast.bieito) == [False]

    rule(cast.outeiro, SecondFactor.EVERYBODY)
    assert inside(group, cast.bieito) == [False]


def test_the_group_of_a_post_on_hold_waits_for_its_holder(app_context, cast):
    group = group_of(cast.elna)
    post = made(cast.innovation, "Secretaría técnica")
    appoint(None, post, cast.ana, starts_on=today())
    with unit_of_work():
        group.space.owner_post_id = post.id
    rule(cast.altamar, SecondFactor.EVERYBODY)
    assert not answering({post.id}, clock.now())[post.id].speakers

    mend_owners()

    assert group.space.owner_post_id == post.id


def test_what_the_rule_and_the_factor_missed_of_each_other_is_mended_by_the_clock(
    app_context, cast
):
    rule(cast.outeiro, SecondFactor.EVERYBODY)
    with unit_of_work() as work:  # as if the rule ended while somebody was put on hold
        agency = cast.outeiro
        agency.second_factor = SecondFactor.NOBODY
        work.add(agency)

    assert hold_everywhere() == 1
    assert hold_everywhere() == 0
    assert cast.bieito.id in set(db.session.scalars(readers_of(cast.outeiro_post.id, clock.now())))
