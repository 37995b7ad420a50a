"""A unit was split: every old address leads those who could read it on, and nobody else."""

import io
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import create_channel
from intranet.messaging.messages.models import MessageFile
from intranet.messaging.spaces.operations import invite_to_space, name_speaker
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units
from tests.cast import today
from tests.messaging.messages.helpers import channel_of, read_english, say, space_of

WORD = "zarzaparrilla"


@pytest.fixture
def split(app, cast):
    """The licences' room before, with what was said; its officers are in systems now."""
    with app.app_context():
        room = channel_of(cast.licences)
        invite_to_space(cast.ana, space_of(cast.licences), cast.rosa)
        name_speaker(cast.ana, space_of(cast.licences), cast.uxia)
        side = create_channel(cast.ana, space_of(cast.licences), "obra menor", language="es")
        file = store_upload(cast.uxia, io.BytesIO(b"the plans"), "planos.txt")
        first = say(cast.uxia, room, f"La {WORD} es de aquí.", file_ids=[file.id])
        say(cast.uxia, side, f"Otra {WORD}.")
        told = say(cast.uxia, channel_of(cast.town_hall), f"Ver [Licencias](/c/{room.id})")
        end_units(
            [
                UnitEnd(
                    unit_id=cast.licences.id,
                    last_day=today(),
                    successor_id=cast.procurement.id,
                    elsewhere={cast.officer_post.id: cast.systems.id},
                )
            ],
            today(),
        )
        return SimpleNamespace(
            room=room.id,
            side=side.id,
            seq=first.seq,
            told=told.conversation_id,
            file=db.session.scalars(select(MessageFile.file_id)).one(),
        )


@pytest.mark.parametrize("name", ["uxia", "ana", "rosa", "nadia", "iria"])
def test_who_could_read_it_and_who_carries_on_come_in_by_every_door(
    app, cast, client_of, split, name
):
    person = getattr(cast, name)
    read_english(app, person)
    client = client_of(person)

    page = client.get(f"/c/{split.room}").text
    assert WORD in page
    assert "This channel is closed because Licencias ended" in page
    assert f"/units/{cast.procurement.id}" in page or "Contratación Pública</a>" in page
    assert WORD in client.get(f"/c/{split.side}").text
    link = client.get(f"/c/{split.room}/m/{split.seq}", follow_redirects=True)
    assert WORD in link.text
    assert client.get(f"/files/{split.file}").status_code == 200
    api = f"/api/v1/conversations/{split.room}"
    assert client.get(api).json["carried_on_by"] == str(cast.procurement.id)
    assert WORD in client.get(f"{api}/messages").text
    assert len(client.get(f"/api/v1/search?q={WORD}&kind=message").json["items"]) == 2
    within = client.get(f"/api/v1/search?q={WORD}&kind=message&in={split.room}").json["items"]
    assert len(within) == 1
    browsed = client.get("/messages/channels?q=licenc").text
    assert f'href="/c/{split.room}"' in browsed
    assert "Closed channel" in browsed
    assert f'href="/c/{split.room}"' not in client.get("/messages/channels").text
    assert f"/c/{split.room}" in client.get(f"/c/{split.told}").text  # where it was linked


@pytest.mark.parametrize("name", ["xoel", "carles", "dorleta", "elna"])
def test_nobody_else_comes_in(cast, client_of, split, name):
    client = client_of(getattr(cast, name))
    assert client.get(f"/c/{split.room}").status_code == 404
    assert client.get(f"/c/{split.side}").status_code == 404
    assert client.get(f"/c/{split.room}/m/{split.seq}").status_code == 404
    assert client.get(f"/files/{split.file}").status_code == 404
    assert client.get(f"/api/v1/conversations/{split.room}/messages").status_code == 404
    assert client.get(f"/api/v1/search?q={WORD}").json["items"] == []
    assert str(split.room) not in client.get("/messages/channels?q=licenc").text


def test_nobody_writes_there_and_the_successor_s_is_open(app, cast, client_of, split):
    with app.app_context():
        going_on = channel_of(cast.procurement).id
    said = {"body": "Más.", "client_id": str(uuid4())}
    for person in (cast.uxia, cast.nadia, cast.rosa):
        assert client_of(person).submit(f"/c/{split.room}/messages", said).status_code == 403
    posted = client_of(cast.ana).submit(f"/c/{going_on}/messages", said)
    assert posted.status_code in {200, 204, 303}


def test_the_directory_s_old_addresses_lead_on(app, cast, client_of, split):
    read_english(app, cast.uxia)
    client = client_of(cast.uxia)

    unit = client.get(f"/units/{cast.licences.id}").text
    for successor in (cast.procurement, cast.systems):
        assert f'href="/units/{successor.id}"' in unit
        page = client.get(f"/units/{successor.id}").text
        assert f'href="/units/{cast.licences.id}"' in page
    assert f'href="/c/{split.room}"' in unit
    chart = client.get(f"/agencies/{cast.monteclaro.code}?unit={cast.licences.id}")
    assert chart.status_code == 303
    assert chart.headers["Location"].endswith(f"/units/{cast.licences.id}")
    assert client.get(f"/api/v1/units/{cast.licences.id}").json["successor_id"] == str(
        cast.procurement.id
    )
