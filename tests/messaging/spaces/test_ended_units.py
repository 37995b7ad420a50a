"""A unit ends: what was written in its channel stays and can be found, by who reads it then."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import create_channel
from intranet.messaging.messages.models import MessageFile
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.jobs import close_spaces, reconcile
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Unit
from intranet.organisation.agencies.operations.storing import change_units
from intranet.organisation.agencies.operations.units import create_unit, end_unit
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import may_write
from tests.cast import today
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.publishing.publications.helpers import published

WORD = "zarzaparrilla"


def reads(person, room):
    return bool(readable_among(person, [room.id]))


@pytest.fixture
def merged(app, cast):
    """The channel of the licences, in which Ana wrote; they went over into procurement."""
    with app.app_context():
        room = channel_of(cast.licences)
        say(cast.ana, room, f"La {WORD} es de aquí.")
        end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)
        return room.id


@pytest.mark.slow
def test_its_author_and_its_successor_s_people_read_and_find_it_at_every_door(
    cast, client_of, merged
):
    for person in (cast.ana, cast.uxia, cast.nadia, cast.iria):
        client = client_of(person)
        assert WORD in client.get(f"/c/{merged}").text, person.name
        messages = client.get(f"/api/v1/conversations/{merged}/messages")
        assert WORD in messages.text
        assert len(client.get(f"/api/v1/search?q={WORD}").json["items"]) == 1


@pytest.mark.slow
def test_nobody_else_reads_it(cast, client_of, merged):
    for person in (cast.xoel, cast.carles, cast.dorleta, cast.elna):
        client = client_of(person)
        stranger = client.get(f"/api/v1/conversations/{merged}")
        assert stranger.status_code == client.get(f"/api/v1/conversations/{uuid4()}").status_code
        assert client.get(f"/c/{merged}").status_code == 404
        assert client.get(f"/api/v1/search?q={WORD}").json["items"] == []


def test_its_files_are_read_as_well(app, cast, client_of):
    with app.app_context():
        room = channel_of(cast.licences)
        file = store_upload(cast.ana, io.BytesIO(b"the plans"), "planos.txt")
        say(cast.ana, room, "Los planos.", file_ids=[file.id])
        end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)
        file_id = db.session.scalars(select(MessageFile.file_id)).one()
    assert client_of(cast.iria).get(f"/files/{file_id}").status_code == 200
    assert client_of(cast.ana).get(f"/files/{file_id}").status_code == 200
    assert client_of(cast.elna).get(f"/files/{file_id}").status_code == 404


def test_it_is_closed_and_says_where_it_goes_on(app, cast, client_of, merged):
    with app.app_context():
        next_room = channel_of(cast.procurement).id
    client = client_of(cast.ana)

    page = client.get(f"/c/{merged}?lang=es").text
    assert f'href="/c/{next_room}"' in page
    assert "Contratación Pública" in page
    unit = client.get(f"/units/{cast.licences.id}").text  # on its last day already
    assert f'href="/units/{cast.procurement.id}"' in unit
    assert f'href="/c/{merged}"' in unit
    assert f'href="/units/{cast.licences.id}"' in client.get(f"/units/{cast.procurement.id}").text
    found = client.get(f"/api/v1/conversations/{merged}").json
    assert found["archived_at"]
    assert found["carried_on_by"] == str(cast.procurement.id)
    said = {"body": "Más.", "client_id": str(uuid4())}
    sent = client.submit(f"/c/{merged}/messages", said)
    assert sent.status_code == 403


def test_nothing_waits_there_and_nothing_begins(app_context, cast):
    room = channel_of(cast.licences)
    say(cast.ana, room, "Hola.")
    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    assert db.session.get_one(Conversation, room.id).archived_at
    with pytest.raises(Forbidden):
        create_channel(cast.nadia, space_of(cast.licences), "otro", language="es")


def test_the_successor_s_head_answers_for_what_was_said_there(app_context, cast):
    item = published(
        cast.carles,
        unit=cast.urban_planning,
        audience={"any": [{"unit": str(cast.urban_planning.id), "subtree": True}]},
    )
    space = space_of(cast.urban_planning)

    end_unit(cast.dorleta, cast.urban_planning, today(), successor=cast.procurement)

    assert leads(cast.nadia, space)
    assert may_write(cast.nadia, item)
    assert not may_write(cast.iria, item)


def test_who_comes_later_reads_it_and_who_leaves_no_longer(app_context, cast):
    room = channel_of(cast.licences)
    say(cast.ana, room, "Hola.")
    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)
    assert not reads(cast.xoel, room)

    appoint(None, cast.technician_post, cast.xoel, starts_on=today())

    assert reads(cast.xoel, room)
    assert reconcile(repair=False) == {}


def test_what_a_unit_carried_on_goes_on_with_it(app_context, cast):
    room = channel_of(cast.licences)
    say(cast.ana, room, "Hola.")
    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)
    end_unit(cast.dorleta, cast.procurement, today(), successor=cast.systems)

    assert reads(cast.ana, room)
    assert reads(cast.iria, room)
    assert reads(cast.dorleta, room)
    assert not reads(cast.carles, room)
    assert reconcile(repair=False) == {}


@pytest.mark.slow
def test_without_a_successor_the_heads_above_read_it(app_context, cast):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    room = channel_of(unit)
    end_unit(cast.dorleta, unit, today())

    assert reads(cast.carles, room)
    assert not reads(cast.xoel, room)
    assert not reads(cast.rosa, room)
    end_unit(cast.dorleta, cast.urban_planning, today(), successor=cast.procurement)
    assert reads(cast.nadia, room)
    assert not reads(cast.iria, room)
    assert reconcile(repair=False) == {}


def test_a_unit_that_a_file_ended_is_closed_as_well(app_context, cast):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    room = channel_of(unit)

    change_units({unit.id: {"valid_to": today()}})

    assert reads(cast.carles, room)
    assert db.session.get_one(Conversation, room.id).archived_at


def test_what_ended_before_this_was_so_is_closed_by_the_clock(app_context, cast):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    room = channel_of(unit)
    with unit_of_work():
        db.session.get_one(Unit, unit.id).valid_to = today() - timedelta(days=40)
        db.session.get_one(Unit, cast.licences.id).valid_to = today()  # somebody is there yet

    close_spaces()

    assert reads(cast.carles, room)
    assert space_of(unit).archived_at
    assert (
        db.session.scalar(select(Space.archived_at).where(Space.unit_id == cast.licences.id))
        is None
    )
