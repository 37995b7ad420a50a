"""History written in one go is what people would have left who wrote it one by one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.messages.bulk_history import PastMessage, write_history
from intranet.messaging.messages.models import Mention, Message, MessageVersion, Reaction
from intranet.messaging.messages.operations import (
    add_reaction,
    edit_message,
    pin_message,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from tests.messaging.messages.helpers import channel_of, say


@pytest.mark.both
def test_what_is_written_in_one_go_equals_what_was_done_step_by_step(app_context, cast):
    by_hand, at_once = channel_of(cast.licences), channel_of(cast.procurement)
    _do_step_by_step(cast, by_hand)
    now = clock.now() - timedelta(days=2)
    nadia, iria = cast.nadia, cast.iria
    write_history(
        at_once,
        [
            PastMessage(
                author=iria,
                body=f"Pregunta para @[Nadia](person:{nadia.id})",
                at=now,
                reactions=[("👍", [nadia.id])],
            ),
            PastMessage(
                author=nadia,
                body="Respuesta **buena**",
                at=now + timedelta(minutes=1),
                answers=0,
                was="Respuesta",
                pinned_by=nadia,
            ),
        ],
        unread={iria.id: 1},
    )

    assert _rows(at_once) == _rows(by_hand)
    assert (at_once.last_seq, at_once.rev) == (by_hand.last_seq, by_hand.rev)
    assert at_once.last_message_at == now + timedelta(minutes=1)
    assert conversation_queries.read_position(iria, at_once).unread == 1
    assert conversation_queries.read_position(nadia, at_once).unread == 0


def _do_step_by_step(cast, channel):
    """Ana, who heads it for now, answers Uxia."""
    question = say(cast.uxia, channel, f"Pregunta para @[Nadia](person:{cast.ana.id})")
    add_reaction(cast.ana, question, "👍")
    answer = say(cast.ana, channel, "Respuesta", parent_id=question.id)
    edit_message(cast.ana, answer, "Respuesta **buena**", body_rev=answer.body_rev)
    pin_message(cast.ana, answer)


def _rows(channel):
    """What a conversation holds, but for ids, people and times."""
    messages = db.session.scalars(
        select(Message).where(Message.conversation_id == channel.id).order_by(Message.seq)
    ).all()
    ids = [message.id for message in messages]

    def count(table):
        return len(db.session.scalars(select(table).where(table.message_id.in_(ids))).all())

    return (
        [
            (
                message.seq,
                message.rev,
                message.body_rev,
                message.reply_count,
                message.parent_id is not None,
                message.edited_at is not None,
                message.pinned_at is not None,
                len(message.mentions),
                message.caption != "",
                message.post_id is not None,
            )
            for message in messages
        ],
        [count(table) for table in (Reaction, Mention, MessageVersion)],
    )


def test_talk_goes_on_after_it(app_context, cast):
    channel = channel_of(cast.procurement)
    past = PastMessage(author=cast.iria, body="Antes", at=clock.now() - timedelta(days=1))
    write_history(channel, [past, past], unread={})

    message = say(cast.nadia, channel, "Después")

    assert (message.seq, message.rev) == (3, 3)
    assert conversation_queries.read_position(cast.iria, channel).unread == 1


def test_who_does_not_read_a_conversation_has_no_past_in_it(app_context, cast):
    channel = channel_of(cast.procurement)
    by_a_stranger = PastMessage(author=cast.ana, body="Hola", at=clock.now())
    liked_by_one = PastMessage(
        author=cast.iria, body="Hola", at=clock.now(), reactions=[("👍", [cast.ana.id])]
    )

    for past in (by_a_stranger, liked_by_one):
        with pytest.raises(Forbidden):
            write_history(channel, [past], unread={})
    with pytest.raises(Invalid):
        write_history(channel, [PastMessage(author=cast.iria, body=" ", at=clock.now())], unread={})
    assert channel.last_seq == 0
