"""A key is turned back: what one wrote in the group stays one's own, and nothing else of it."""

import io

import pytest

from intranet.collaboration.groups.operations.sharing import share_with, turn_back, turn_key
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.delivery.files.operations import store_upload
from intranet.messaging.spaces.models import Reach, Visibility
from intranet.organisation.people.queries import current_appointments
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.groups.helpers import group_of, main_channel, reads
from tests.messaging.messages.helpers import say

RULE = {"any": [{"level": "head"}]}


@pytest.fixture
def turned_back(app, cast):
    """The ids of a group's channel and of a file of Carles', after Monteclaro's key went back."""
    with app.app_context():
        group = group_of(cast.elna, reach=Reach.SHARED, audience=RULE)
        share_with(cast.elna, group, cast.monteclaro, "Expedientes")
        turn_key(cast.guillem, group, cast.altamar, None)
        turn_key(cast.dorleta, group, cast.monteclaro, None)
        room = main_channel(group)
        file = store_upload(cast.carles, io.BytesIO(b"plans"), "planos.txt")
        own = say(cast.carles, room, "Nuestro alcaparrón.", file_ids=[file.id])
        hers = store_upload(cast.elna, io.BytesIO(b"hers"), "seus.txt")
        theirs = say(cast.elna, room, "El seu alcaparrón.", file_ids=[hers.id])
        turn_back(cast.dorleta, group, cast.monteclaro)
        assert not reads(cast.carles, group)
        return {
            "room": room.id,
            "file": file.id,
            "their_file": hers.id,
            "own": own.id,
            "theirs": theirs.id,
            "seq": own.seq,
        }


@pytest.mark.slow
@pytest.mark.both
def test_its_people_read_find_and_export_their_own_words_and_files(cast, client_of, turned_back):
    carles = client_of(cast.carles)
    page = carles.get(f"/c/{turned_back['room']}")
    assert page.status_code == 200
    assert "Nuestro alcaparrón." in page.text
    assert "El seu" not in page.text
    assert carles.get(f"/files/{turned_back['file']}").data == b"plans"
    assert carles.get(f"/api/v1/messages/{turned_back['own']}").json["body"]
    hits = carles.get("/api/v1/search?q=alcaparrón").json["items"]
    assert [hit["id"] for hit in hits] == [str(turned_back["own"])]
    assert "Padrón sin papeles" in carles.get("/groups/kept").text
    (taken,) = carles.get("/groups/kept.json").json
    assert [message["body"] for message in taken["messages"]] == ["Nuestro alcaparrón."]
    assert [file["name"] for file in taken["messages"][0]["files"]] == ["planos.txt"]


@pytest.mark.slow
def test_nothing_that_others_wrote_comes_with_it(cast, client_of, turned_back):
    carles = client_of(cast.carles)
    for address in (
        f"/api/v1/messages/{turned_back['theirs']}",
        f"/files/{turned_back['their_file']}",
        f"/api/v1/conversations/{turned_back['room']}",
        f"/api/v1/conversations/{turned_back['room']}/messages",
        f"/c/{turned_back['room']}/m/2",
    ):
        assert carles.get(address).status_code == 404, address
    ana = client_of(cast.ana)
    assert ana.get(f"/files/{turned_back['file']}").status_code == 404
    assert ana.get(f"/c/{turned_back['room']}").status_code == 404
    assert ana.get("/groups/kept.json").json == []
    elna = client_of(cast.elna)  # who is inside has nothing to look for here
    assert elna.get("/groups/kept.json").json == []
    said = {"body": "Más.", "client_id": "0192aaaa-0000-7000-8000-000000000001"}
    assert carles.submit(f"/c/{turned_back['room']}/messages", said).status_code == 404


@pytest.mark.both
def test_what_was_contributed_stays_with_its_author(app, cast, client_of):
    with app.app_context():
        group = group_of(cast.elna, reach=Reach.SHARED, audience=RULE)
        share_with(cast.elna, group, cast.monteclaro, "Expedientes")
        turn_key(cast.guillem, group, cast.altamar, None)
        turn_key(cast.dorleta, group, cast.monteclaro, None)
        post = current_appointments(cast.carles.id)[0].post
        texts = {"es": Written("¿Cómo lo hacéis?", "Con o sin papel.")}
        rules = PollRules(("A", "B"))
        made = open_poll(
            cast.carles, group.space, post, texts, rules, visibility=Visibility.MEMBERS
        )
        made_id = made.publication_id
        turn_back(cast.dorleta, group, cast.monteclaro)
    carles = client_of(cast.carles)
    (taken,) = carles.get("/groups/kept.json").json
    assert [row["id"] for row in taken["publications"]] == [str(made_id)]
    assert "¿Cómo lo hacéis?" in carles.get("/groups/kept").text
    assert carles.get(f"/p/{made_id}").status_code == 404  # with what others answered


def by_page(client, left):
    assert f"/c/{left['room']}/m/{left['seq']}/delete" in client.get(f"/c/{left['room']}").text
    assert client.submit(f"/c/{left['room']}/m/{left['seq']}/delete").status_code == 303


def by_rest(client, left):
    headers = {"X-CSRF-Token": client.token()}
    gone = client.delete(f"/api/v1/messages/{left['own']}", headers=headers)
    assert gone.status_code == 200, gone.text
    assert "alcaparrón" not in gone.text


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("delete", [by_page, by_rest])
def test_they_delete_their_own_words_there_and_nobody_elses(
    app, cast, client_of, turned_back, delete
):
    carles, elna = client_of(cast.carles), client_of(cast.elna)
    headers = {"X-CSRF-Token": carles.token()}
    theirs = f"/api/v1/messages/{turned_back['theirs']}"
    assert carles.delete(theirs, headers=headers).status_code == 404

    delete(carles, turned_back)

    assert carles.get("/groups/kept.json").json == []
    assert carles.get(f"/files/{turned_back['file']}").status_code == 404
    page = elna.get(f"/c/{turned_back['room']}").text
    assert "Nuestro alcaparrón." not in page
    assert "El seu alcaparrón." in page
    own = f"/api/v1/messages/{turned_back['own']}"
    assert carles.delete(own, headers=headers).status_code == 404  # nothing is left there
    assert carles.patch(own, json={"body": "No."}, headers=headers).status_code == 404
