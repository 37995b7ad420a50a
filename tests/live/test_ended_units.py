"""A unit ends while people have its channel open."""

from intranet.organisation.agencies.operations.units import end_unit
from tests.cast import today
from tests.messaging.messages.helpers import channel_of, say


def test_who_reads_on_is_sent_nothing_away_and_catches_up(app, cast, connect):
    with app.app_context():
        room = channel_of(cast.licences)
        seq = say(cast.ana, room, "Aquí queda dicho.").seq
    ana, nadia, elna = map(connect, (cast.ana, cast.nadia, cast.elna))

    with app.app_context():
        end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    since = {"conversations": [{"id": str(room.id), "rev": 0}]}
    for socket in (ana, nadia):
        answer = socket.ask("conversation:sync", since)["conversations"][0]
        assert [message["seq"] for message in answer["messages"]] == [seq]
    assert elna.ask("conversation:sync", since)["conversations"][0]["gone"]
    assert str(room.id) not in [
        heard["conversation_id"] for heard in ana.heard("conversation:left")
    ]
