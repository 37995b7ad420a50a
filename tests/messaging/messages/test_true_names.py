"""A mention shows whom it names, whatever its writer put there: at every door."""

from uuid import uuid4

import pytest

from intranet.messaging.messages.operations import edit_message
from intranet.platform.core.html import plain_text
from tests.messaging.messages.helpers import channel_of, say

LIE = "Alcaldesa Rosa Prieto"


@pytest.fixture
def channel(app_context, cast):
    return channel_of(cast.licences)


def test_a_person_is_called_by_their_own_name(app_context, cast, channel):
    message = say(cast.uxia, channel, f"Lo pide @[{LIE}](person:{cast.ana.id}).")

    assert LIE not in message.html + message.body
    assert f">@{cast.ana.name}</a>" in message.html
    assert message.mentions == [{"kind": "person", "id": str(cast.ana.id), "text": cast.ana.name}]
    # Excerpts, notices, mails and pushes are made of the body.
    assert plain_text(message.body) == f"Lo pide @{cast.ana.name}."


def test_an_edit_can_put_no_other_name_there(app_context, cast, channel):
    message = say(cast.uxia, channel, "Hola")
    lie = f"@[{LIE}](person:{cast.ana.id})"
    changed = edit_message(cast.uxia, message, lie, body_rev=message.body_rev)

    assert LIE not in changed.html + changed.body + str(changed.mentions)
    assert changed.body == f"@[{cast.ana.name}](person:{cast.ana.id})"


def test_a_post_is_called_by_its_title_in_any_of_its_languages(app_context, cast, channel):
    post = cast.head_post
    lie = say(cast.ana, channel, f"@[{LIE}](post:{post.id})")
    title = post.title.text("es")
    true = say(cast.ana, channel, f"@[{title}](post:{post.id})")

    assert lie.mentions == true.mentions == [{"kind": "post", "id": str(post.id), "text": title}]
    assert LIE not in lie.body + lie.html


def test_everybody_is_called_by_one_word_and_only_here(app_context, cast, channel):
    here = say(cast.ana, channel, f"@[{LIE}](channel:{channel.id})")
    elsewhere = say(cast.ana, channel, f"@[todos](channel:{uuid4()})")

    assert [mention["text"] for mention in here.mentions] == ["channel"]
    assert LIE not in here.body + here.html
    assert elsewhere.mentions == []
    assert "<a" not in elsewhere.html


@pytest.mark.both
def test_who_is_nobody_is_named_in_plain_words(app_context, cast, channel):
    body = f"@[{LIE}](person:{uuid4()}) y @[Jefatura](post:{uuid4()})"
    message = say(cast.ana, channel, body)

    assert message.mentions == []
    assert message.html == f"<p>@{LIE} y @Jefatura</p>"


def test_a_message_sent_again_with_its_lie_is_the_same_message(app_context, cast, channel):
    body, client_id = f"@[{LIE}](person:{cast.ana.id})", uuid4()
    from intranet.messaging.messages.posting import post_message

    first = post_message(cast.uxia, channel.id, body, client_id=client_id)
    again = post_message(cast.uxia, channel.id, body, client_id=client_id)
    assert first.id == again.id


def test_a_page_takes_no_mention_at_its_writer_s_word(app_context, cast):
    from intranet.platform.core.html import render_markdown, render_page

    body = f"Lo firma @[{LIE}](person:{cast.ana.id})."
    for html in (render_page(body), render_markdown(body).html):
        assert html == f"<p>Lo firma @{LIE}.</p>"
