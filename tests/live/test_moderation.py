"""Moderation on open screens: what is hidden is gone at once, and for who comes back later."""

import pytest
from sqlalchemy import select

from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.deciding import withdraw_decision
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.messaging.messages.helpers import channel_of, say


@pytest.mark.slow
def test_hiding_reaches_the_other_reader_at_once_and_who_was_away_when_they_come_back(
    app, cast, connect
):
    with app.app_context():
        message = said(cast.xoel, cast.urban_planning)
        channel = channel_of(cast.urban_planning)
        message_id, here, rev = message.id, str(channel.id), channel.rev
        case_id = reported(cast.uxia, message).id
    ana, carles = connect(cast.ana), connect(cast.carles)
    with app.app_context():
        decided(cast.carles, db.session.get_one(Case, case_id))
    for reader in (ana, carles):
        told = reader.next("message:changed")["message"]
        assert (told["id"], told["deleted"], told["hidden"]) == (str(message_id), True, True)
        assert "body" not in told

    known = {"conversations": [{"id": here, "rev": rev}]}
    answer = connect(cast.uxia).ask("conversation:sync", known)
    (missed,) = answer["conversations"][0]["messages"]
    assert (missed["hidden"], "body" in missed) == (True, False)

    with app.app_context():
        withdraw_decision(cast.carles, db.session.scalars(select(Case)).one(), "Basta.")
    assert ana.next("message:changed")["message"]["body"] == BAD


@pytest.mark.both
def test_who_is_muted_is_refused_by_the_socket_with_until_when(app, cast, connect):
    with app.app_context():
        case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
        decided(cast.carles, case, mute_days=3)
        other = say(cast.ana, channel_of(cast.urban_planning))
        here, other_id = str(other.conversation_id), str(other.id)
    xoel, ana = connect(cast.xoel), connect(cast.ana)
    sent = {"conversation_id": here, "client_id": "0192b5c8-0000-7000-8000-00000000000b"}
    answer = xoel.ask("message:post", {**sent, "body": "Pues yo sigo."})
    assert answer["error"]["status"] == 403
    assert "moderación" in answer["error"]["detail"]
    answer = xoel.ask("reaction:set", {"message_id": other_id, "emoji": "👍", "on": True})
    assert answer["error"]["status"] == 403
    assert ana.heard("message:posted") == []
    with app.app_context():
        assert db.session.query(Message).count() == 2
