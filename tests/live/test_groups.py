"""Keys of a group while screens are open: what people see changes in the same second."""

from uuid import UUID

import pytest

from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.groups.operations.joining import answer_invitation, invite
from intranet.collaboration.groups.operations.sharing import share_with, turn_back, turn_key
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.spaces.models import Reach
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.delivery.files.samples import picture
from tests.delivery.realtime.clients import drain
from tests.messaging.messages.helpers import say
from tests.pace import reckoned

WORD = "zarzaparrilla"


@pytest.fixture
def shared(app, cast):
    """A group of four agencies, by rule for heads of municipalities, with Iria by invitation."""
    with app.app_context():
        rule = {"any": [{"level": "head", "agency_kind": "municipality"}]}
        group = group_of(cast.elna, reach=Reach.SHARED, joining=Joining.INVITATION, audience=rule)
        for agency in (cast.monteclaro, cast.vilaverde, cast.outeiro):
            share_with(cast.elna, group, agency, "Lo que hacemos.")
        turn_key(cast.guillem, group, cast.altamar, None)
        turn_key(cast.dorleta, group, cast.monteclaro, None)
        invite(cast.elna, group, cast.iria)
        answer_invitation(cast.iria, group, is_accepted=True)
        channel = main_channel(group)
        file = store_upload(cast.elna, picture(), f"{WORD}.png")
        message = say(cast.elna, channel, f"{WORD} para todas", file_ids=[file.id])
        drain(app)  # before anybody listens
        return {
            "group": str(group.space_id),
            "channel": str(channel.id),
            "file": str(file.id),
            "message": str(message.id),
        }


def statuses(client, shared):
    """How each door answers somebody."""
    return [
        client.get(address, buffered=True).status_code
        for address in (
            f"/groups/{shared['group']}",
            f"/c/{shared['channel']}",
            f"/files/{shared['file']}",
            f"/api/v1/groups/{shared['group']}",
            f"/api/v1/conversations/{shared['channel']}/messages",
            f"/api/v1/messages/{shared['message']}",
            f"/api/v1/files/{shared['file']}",
        )
    ]


def finds(client) -> bool:
    items = client.get(f"/api/v1/search?q={WORD}").json["items"]
    return bool(items)


@pytest.mark.slow
@pytest.mark.both
def test_turned_back_its_people_are_out_at_every_door_in_the_same_second(
    app, cast, connect, client_of, shared
):
    people = [cast.carles, cast.iria]
    sockets = [connect(person) for person in people]
    elna = connect(cast.elna)
    clients = [client_of(person) for person in people]
    for client in clients:
        assert set(statuses(client, shared)) == {200}
        assert finds(client)

    def told_of_the_end():
        with app.app_context():
            group = db.session.get_one(Group, UUID(shared["group"]))
            turn_back(cast.dorleta, group, cast.monteclaro)
        drain(app)
        return [socket.heard("conversation:left") for socket in sockets]

    # Within a second, on whatever machine: it waits for nothing, and is little work.
    left, seconds = reckoned(told_of_the_end)
    assert seconds < 1
    assert [[each["conversation_id"] for each in heard] for heard in left] == [
        [shared["channel"]],
        [shared["channel"]],
    ]
    for client in clients:
        assert set(statuses(client, shared)) == {404}
        assert not finds(client)
    for socket in sockets:
        asked = {"conversation_id": shared["channel"]}
        assert not socket.ask("conversation:watch", asked)["ok"]
    with app.app_context():
        say(
            cast.elna,
            main_channel(db.session.get_one(Group, UUID(shared["group"]))),
            "Queda entre menos.",
        )
    assert elna.next("message:posted")["message"]["body"] == "Queda entre menos."
    for socket in sockets:
        assert socket.heard("message:posted") == []
