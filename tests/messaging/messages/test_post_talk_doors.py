"""A post's talk at every door, while its holder changes (acceptance 5 of number 2)."""

import pytest
from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import add_reaction, pin_message
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from tests.delivery.files.samples import picture
from tests.messaging.messages.helpers import read_english, say
from tests.pages.api import calls


@pytest.fixture
def client_of(app, client_of):
    """Make a client that is signed in as a person who reads English."""

    def made(person):
        read_english(app, person)
        return client_of(person)

    return made


@pytest.fixture
def talk(app, cast):
    """Bieito asks the head of planning; Carles answers, with a file, and is thanked."""
    with app.app_context():
        made = start_post_conversation(cast.bieito, cast.head_post)
        asked = say(cast.bieito, made, "Bieito asks.")
        file = store_upload(cast.carles, picture(), "plan.png")
        his = say(cast.carles, made, "Carles answers.", file_ids=[file.id])
        say(cast.bieito, made, "Bieito thanks.", parent_id=his.id)
        theirs = store_upload(cast.bieito, picture(), "map.png")
        say(cast.bieito, made, "Bieito's map.", file_ids=[theirs.id])
        return {
            "id": str(made.id),
            "asked": str(asked.id),
            "his": str(his.id),
            "seq": his.seq,
            "file": str(file.id),
            "other_file": str(theirs.id),
        }


def hand_over(app, cast):
    """Nadia follows Carles, this instant."""
    with app.app_context():
        for held in current_appointments(cast.carles.id):
            end_appointment(None, held)
        today = clock.today("Europe/Madrid")
        appoint(None, cast.technician_post, cast.carles, starts_on=today)
        appoint(None, cast.head_post, cast.nadia, starts_on=today)


def reading(talk):
    """Every address of the talk that is read."""
    here, api = f"/c/{talk['id']}", f"/api/v1/conversations/{talk['id']}"
    return {
        *(f"{here}/members", f"{here}/pins", f"{here}/mentions?q=c"),
        *(api, f"{api}/messages", f"{api}/members", f"{api}/pins"),
        f"{api}/messages?since_rev=0",
        f"/api/v1/messages/{talk['asked']}",
        f"/api/v1/messages/{talk['asked']}/versions",
        f"/files/{talk['other_file']}",
        f"/api/v1/files/{talk['other_file']}",
        f"{here}/m/1",
    }


@pytest.mark.slow
@pytest.mark.both
def test_a_successor_gets_all_of_it_at_every_door_and_the_predecessor_only_their_own(
    app, cast, client_of, talk
):
    carles, nadia, bieito = map(client_of, (cast.carles, cast.nadia, cast.bieito))
    for path in reading(talk) | {f"/c/{talk['id']}", f"/files/{talk['file']}"}:
        assert carles.get(path, buffered=True).status_code == 200, path
        assert nadia.get(path).status_code == 404, path

    hand_over(app, cast)

    for path in reading(talk):
        assert carles.get(path).status_code == 404, path
        assert nadia.get(path, buffered=True).status_code == 200, path
        assert bieito.get(path, buffered=True).status_code == 200, path
    assert nadia.get(f"/files/{talk['file']}", buffered=True).status_code == 200
    for path in (f"/c/{talk['id']}", f"/c/{talk['id']}/m/{talk['seq']}"):
        kept = carles.get(path)
        assert kept.status_code == 200
        assert "Carles answers." in kept.text
        assert "Bieito asks." not in kept.text
        assert "Bieito thanks." not in kept.text
    assert carles.get(f"/files/{talk['file']}", buffered=True).status_code == 200
    for path in ("/messages", "/", "/switcher?q=bieito", "/api/v1/conversations"):
        assert talk["id"] not in carles.get(path).text, path
        assert talk["id"] in nadia.get(path).text or path == "/", path


@pytest.mark.slow
def test_what_others_do_with_it_afterwards_does_not_reach_who_wrote_it(app, cast, talk):
    hand_over(app, cast)
    with app.app_context():
        from uuid import UUID

        his = db.session.get_one(Message, UUID(talk["his"]))
        add_reaction(cast.nadia, his, "👀")
        pin_message(cast.bieito, his)
    carles = calls.browser(app, cast.carles)
    shown = carles.get(f"/messages/{talk['his']}").json
    assert (shown["body"], shown["reactions"], shown["reply_count"]) == ("Carles answers.", [], 0)
    assert not shown["pinned"]
    assert shown["rev"] == shown["body_rev"]
    refused = [
        carles.patch(f"/messages/{talk['his']}", {"body": "Other.", "body_rev": 1}),
        carles.delete(f"/messages/{talk['his']}"),
        carles.put(f"/messages/{talk['his']}/pin"),
        carles.put(f"/messages/{talk['his']}/reactions/👍"),
        carles.get(f"/messages/{talk['his']}/replies"),
        carles.get(f"/messages/{talk['his']}/versions"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 6
    assert (
        carles.post(
            f"/conversations/{talk['id']}/messages",
            {"client_id": "0192b5c8-0000-7000-8000-00000000000a", "body": "Still here."},
        ).status_code
        == 404
    )


@pytest.mark.slow
def test_neither_who_administers_the_agency_nor_a_colleague_has_any_of_it(
    app, cast, client_of, talk
):
    for person in (cast.dorleta, cast.ana, cast.guillem, cast.elna):
        client = client_of(person)
        for path in reading(talk) | {f"/c/{talk['id']}", f"/files/{talk['file']}"}:
            assert client.get(path).status_code == 404, (person.name, path)


def test_a_program_begins_a_talk_with_a_post_and_is_told_whose_it_is(app, cast):
    bieito = calls.browser(app, cast.bieito)
    made = bieito.post("/conversations", {"post_id": str(cast.head_post.id)})
    assert made.status_code == 201
    assert (made.json["kind"], made.json["post_id"]) == ("post", str(cast.head_post.id))
    assert made.json["title"] == "Jefe/a de Servicio de Urbanismo · Urbanismo y Obras"
    assert made.json["people_ids"] == [str(cast.bieito.id)]
    again = bieito.post("/conversations", {"post_id": str(cast.head_post.id)})
    assert again.json["id"] == made.json["id"]
    carles = calls.browser(app, cast.carles)
    assert carles.get(f"/conversations/{made.json['id']}").json["title"] == "Bieito Lourido"
    nobody = bieito.post("/conversations", {"post_id": "0192b5c8-0000-7000-8000-000000000001"})
    assert nobody.status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_the_page_says_who_reads_and_who_answers(app, cast, client_of, talk):
    bieito = client_of(cast.bieito)
    page = bieito.get(f"/c/{talk['id']}").text
    assert "To the post: its future holders can read this too" in page
    assert "Carles Roig holds this post" in page

    hand_over(app, cast)

    assert (
        "From today, Nadia Benali will answer messages for this post"
        in bieito.get(f"/c/{talk['id']}").text
    )
    assert (
        "your successors and the person who wrote to you can read this"
        in client_of(cast.nadia).get(f"/c/{talk['id']}").text
    )
    for path in (f"/c/{talk['id']}/m/{talk['seq']}", f"/c/{talk['id']}/members"):
        assert bieito.get(path, headers={"HX-Request": "true"}).status_code == 200
    assert bieito.get(f"/c/{talk['id']}/members").text.count("Member because of their post") == 1


@pytest.mark.slow
@pytest.mark.both
def test_one_finds_a_post_by_its_address_and_is_told_when_nobody_reads_it(app, cast, client_of):
    bieito = client_of(cast.bieito)
    page = bieito.get("/conversations/new?q=arquitecto-a-municipal@monteclaro").text
    assert f"post={cast.architect_post.id}" in page
    with app.app_context():
        for held in current_appointments(cast.xoel.id):
            end_appointment(None, held)
    meanwhile = (
        "Nobody holds this post at present. Messages are answered by "
        "Jefe/a de Servicio de Urbanismo: Carles Roig"
    )
    chosen = bieito.get(f"/conversations/new?post={cast.architect_post.id}").text
    assert meanwhile in chosen
    sent = bieito.submit("/conversations", {"post_id": str(cast.architect_post.id)})
    assert sent.status_code == 303
    assert meanwhile in bieito.get(sent.location).text
    with app.app_context():
        for held in current_appointments(cast.carles.id):
            end_appointment(None, held)
    chosen = bieito.get(f"/conversations/new?post={cast.architect_post.id}").text
    assert "Nobody holds this post now. Its messages will wait" in chosen
    assert "Nobody is reading messages to this post at present." in bieito.get(sent.location).text
    with app.app_context():
        talks = select(Conversation).where(Conversation.post_id == cast.architect_post.id)
        assert len(db.session.scalars(talks).all()) == 1
