"""A status on the screens of those who have a conversation with the person open."""

from datetime import timedelta

from intranet.organisation.people.operations.status import set_status
from intranet.platform.core import clock
from tests.messaging.messages.helpers import channel_of


def test_it_is_shown_at_once_to_who_has_the_conversation_open(cast, app, connect):
    with app.app_context():
        room_id = str(channel_of(cast.licences).id)
    ana, bieito = connect(cast.ana), connect(cast.bieito)
    ana.ask("conversation:watch", {"conversation_id": room_id})
    with app.app_context():
        set_status(cast.uxia, emoji="🎧", text="", until=clock.now() + timedelta(minutes=5))
    told = ana.next("status:changed")
    assert told["person_id"] == str(cast.uxia.id)
    assert told["status"]["emoji"] == "🎧"
    assert bieito.heard("status:changed") == []
