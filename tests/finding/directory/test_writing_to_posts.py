"""Writing to a post from its page, from a person's and from a unit's; who answers elsewhere."""

import pytest

from intranet.messaging.conversations.operations import (
    start_direct_message,
    start_post_conversation,
)
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from tests.messaging.messages.helpers import read_english, say


@pytest.fixture
def client_of(app, client_of):
    """Make a client that is signed in as a person who reads English."""

    def made(person):
        read_english(app, person)
        return client_of(person)

    return made


def vacate(app, person):
    with app.app_context():
        for held in current_appointments(person.id):
            end_appointment(None, held)


def writes_to(page, post):
    return f'name="post_id" value="{post.id}"' in page


@pytest.mark.slow
def test_the_page_of_a_post_says_who_reads_and_offers_both_ways(app, cast, client_of):
    bieito = client_of(cast.bieito)
    page = bieito.get(f"/posts/{cast.head_post.id}").text
    assert writes_to(page, cast.head_post)
    assert "Write to this post" in page
    assert "Write to Carles Roig only" in page
    assert "Carles Roig holds this post" in page
    assert not writes_to(
        client_of(cast.carles).get(f"/posts/{cast.head_post.id}").text, cast.head_post
    )

    with app.app_context():
        day = clock.today("Europe/Madrid")
        set_absence(None, cast.carles, starts_on=day, ends_on=day, stand_in=cast.xoel)
    assert "Carles Roig is away until" in bieito.get(f"/posts/{cast.head_post.id}").text

    vacate(app, cast.carles)
    page = bieito.get(f"/posts/{cast.head_post.id}").text
    assert "Nobody holds this post now. Its messages will wait" in page
    assert writes_to(page, cast.head_post)


def test_a_profile_offers_the_person_and_the_post(cast, client_of):
    page = client_of(cast.bieito).get(f"/people/{cast.carles.id}").text
    assert writes_to(page, cast.head_post)
    assert f'name="person_id" value="{cast.carles.id}"' in page


@pytest.mark.slow
def test_a_unit_is_written_to_by_its_head_or_the_next_above_but_nobody_elected(
    app, cast, client_of
):
    bieito = client_of(cast.bieito)
    page = bieito.get(f"/units/{cast.licences.id}").text
    assert writes_to(page, cast.head_of_licences_post)
    vacate(app, cast.ana)
    page = bieito.get(f"/units/{cast.licences.id}").text
    assert writes_to(page, cast.head_of_licences_post)
    assert "Messages are answered by Jefe/a de Servicio de Urbanismo: Carles" in page
    vacate(app, cast.carles)
    page = bieito.get(f"/units/{cast.licences.id}").text
    assert writes_to(page, cast.head_of_licences_post)
    assert "will wait for the next holder" in page


@pytest.mark.slow
@pytest.mark.both
def test_who_has_left_is_followed_by_who_speaks_for_the_post(app, cast, client_of):
    ana, bieito = client_of(cast.ana), client_of(cast.bieito)
    with app.app_context():
        talk = start_direct_message(cast.bieito, [cast.xoel])
        say(cast.xoel, talk, "As long as I am here.")
        talk_id = talk.id
    vacate(app, cast.xoel)
    with app.app_context():
        appoint(None, cast.architect_post, cast.nadia, starts_on=clock.today("Europe/Madrid"))

    for client, path in (
        (ana, f"/people/{cast.xoel.id}"),
        (bieito, f"/people/{cast.xoel.id}"),
        (bieito, f"/c/{talk_id}"),
    ):
        page = client.get(path).text
        assert "Xoel Pardo no longer holds the post" in page, path
        assert "Nadia Benali holds this post" in page, path
        assert writes_to(page, cast.architect_post), path
    stranger = client_of(cast.elna).get(f"/people/{cast.xoel.id}").text
    assert "no longer holds the post" not in stranger


@pytest.mark.slow
def test_a_predecessor_finds_what_they_wrote_on_the_page_of_the_post_alone(app, cast, client_of):
    with app.app_context():
        talk = start_post_conversation(cast.bieito, cast.architect_post)
        say(cast.xoel, talk, "Mine.")
        talk_id = talk.id
        appoint(None, cast.technician_post, cast.xoel, starts_on=clock.today("Europe/Madrid"))
        for held in current_appointments(cast.xoel.id):
            if held.post_id == cast.architect_post.id:
                end_appointment(None, held)
    path = f"/posts/{cast.architect_post.id}"
    assert f"/c/{talk_id}" in client_of(cast.xoel).get(path).text
    for person in (cast.ana, cast.dorleta, cast.bieito):
        assert f"/c/{talk_id}" not in client_of(person).get(path).text


@pytest.mark.slow
def test_two_agencies_agree_in_the_browser_on_who_answers_while_a_post_is_vacant(
    app, cast, client_of
):
    dorleta, guillem, elna = map(client_of, (cast.dorleta, cast.guillem, cast.elna))
    here = f"/posts/{cast.architect_post.id}"
    there = f"/posts/{cast.assistance_post.id}"
    address = f"{cast.assistance_post.handle}@altamar"
    assert dorleta.submit(f"{here}/fallback", {"do": "ask", "address": "x@y"}).status_code == 303
    assert "No post has this address." in dorleta.get(here).text
    dorleta.submit(f"{here}/fallback", {"do": "ask", "address": address})
    assert "Requests not accepted yet:" in dorleta.get(here).text
    assert "Decline" in guillem.get(there).text
    assert "Decline" not in elna.get(there).text
    accept = {"do": "accept", "other_id": str(cast.assistance_post.id)}
    assert elna.submit(f"{here}/fallback", accept).status_code == 403
    assert guillem.submit(f"{here}/fallback", accept).status_code == 303
    assert "Stop answering" in guillem.get(there).text
    vacate(app, cast.xoel)
    assert "Guillem Serra" in elna.get(here).text
    end = {"do": "end", "other_id": str(cast.assistance_post.id)}
    assert dorleta.submit(f"{here}/fallback", end).status_code == 303
    assert "Nobody holds this post at present" in elna.get(here).text
