"""A post that is named: whoever speaks for it is called, or the message can be sent to it."""

from typing import Any

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages import message_parts, queries
from intranet.messaging.messages.mention_forwarding import send_to_post
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.html import post_addresses, render_markdown
from tests.cast import sign_in
from tests.messaging.messages.helpers import channel_of, read_english, say

HEAD = "@jefe-a-de-servicio-de-urbanismo@monteclaro"
SECRETARY = "@secretaria-intervencion@vilaverde"


@pytest.fixture
def client_of(app, client_of):
    """Make a client that is signed in as a person who reads English."""

    def made(person):
        read_english(app, person)
        return client_of(person)

    return made


@pytest.mark.both
def test_a_typed_address_calls_who_holds_the_post_and_nobody_else(app_context, cast):
    room = channel_of(cast.urban_planning)
    message = say(cast.xoel, room, f"See {HEAD}, and {HEAD.partition('@monte')[0]}.")
    assert [mention["kind"] for mention in message.mentions] == ["post", "post"]
    assert {mention["id"] for mention in message.mentions} == {str(cast.head_post.id)}
    assert f'href="/posts/{cast.head_post.id}"' in message.html
    assert queries.mentioned_ids(message.id) == {cast.carles.id}
    assert message.body.startswith(f"See {HEAD}")


def test_who_stands_in_for_the_holder_is_called_where_they_read(app_context, cast):
    today = clock.today("Europe/Madrid")
    set_absence(None, cast.carles, starts_on=today, ends_on=today, stand_in=cast.xoel)
    message = say(cast.ana, channel_of(cast.urban_planning), f"{HEAD}, please.")
    assert queries.mentioned_ids(message.id) == {cast.carles.id, cast.xoel.id}


@pytest.mark.parametrize(
    "text",
    [
        "`{head}`",
        "```\n{head}\n```",
        "write to me{head}",
        "[text {head}](https://example.org)",
        "x@y{head}",
        "{head}.example",
        "{head}x",
        "@nobody@monteclaro",
        "@{head}",
    ],
)
def test_what_only_looks_like_an_address_calls_nobody(app_context, cast, text):
    body = text.format(head=HEAD)
    message = say(cast.xoel, channel_of(cast.urban_planning), body)
    assert queries.mentioned_ids(message.id) == set()


def test_a_thousand_addresses_cost_no_more_than_twenty():
    body = " ".join(f"@post-{number}@monteclaro" for number in range(400))
    assert len(post_addresses(body)) == 20
    assert post_addresses("@" * 9_000) == []
    assert render_markdown("@" * 9_000, posts={}).mentions == []


@pytest.mark.slow
@pytest.mark.both
def test_a_post_that_cannot_read_the_room_is_named_to_the_writer_who_sends_it_there(
    app, cast, client
):
    read_english(app, cast.ana)
    ana: Any = sign_in(client, cast.ana)
    with app.app_context():
        room = channel_of(cast.licences).id
    form = {
        "body": f"{SECRETARY} may know this.",
        "client_id": "0192b5c8-0000-7000-8000-00000000000a",
    }
    sent = ana.submit(f"/c/{room}/messages", form)
    page = ana.get(sent.location).text
    assert "@secretaria-intervencion@vilaverde cannot read this conversation" in page
    assert f"/c/{room}/m/1/to-post" in page
    assert "to-post" not in ana.get(f"/c/{room}?missed=99").text.split("missed-pattern")[0]

    reply = {**form, "client_id": "0192b5c8-0000-7000-8000-00000000000b"}
    with app.app_context():
        reply["parent_id"] = str(queries.latest(room)[0].id)
    in_thread = ana.submit(f"/c/{room}/messages", reply)
    assert f"/c/{room}/m/2/to-post" in ana.get(in_thread.location).text

    for _again in range(2):
        gone = ana.submit(f"/c/{room}/m/1/to-post", {"post_id": str(cast.vilaverde_post.id)})
    assert gone.status_code == 303
    talk = gone.location.split("/c/")[1].split("#")[0]
    assert "may know this." in ana.get(f"/c/{talk}").text
    bieito = sign_in(app.test_client(), cast.bieito)
    there = bieito.get(f"/c/{talk}").text
    assert f'href="/c/{room}/m/1"' in there
    assert there.count("may know this.") <= 2  # as it is shown, and as it is known to the script
    assert bieito.get(f"/c/{room}/m/1").status_code == 404


def test_only_who_wrote_it_sends_a_message_to_a_post(app_context, cast):
    message = say(cast.ana, channel_of(cast.licences), "Mine.")
    with pytest.raises(Forbidden):
        send_to_post(cast.uxia, message, cast.vilaverde_post, words="x")


@pytest.mark.slow
@pytest.mark.both
def test_a_vacant_post_is_unreached_and_so_is_one_whose_people_do_not_read_here(app_context, cast):
    room = channel_of(cast.urban_planning)
    architect = f"@{cast.architect_post.handle}@monteclaro"
    message = say(cast.carles, room, f"{architect} {SECRETARY}")
    missed = message_parts.unreached_posts(room, message.mentions)
    assert [post["id"] for post in missed] == [str(cast.vilaverde_post.id)]
    for held in current_appointments(cast.xoel.id):
        end_appointment(None, held)
    assert len(message_parts.unreached_posts(room, message.mentions)) == 1  # the head is there
    for held in current_appointments(cast.carles.id):
        end_appointment(None, held)
    assert len(message_parts.unreached_posts(room, message.mentions)) == 2


def test_in_its_own_talk_a_post_is_reached_by_name(app_context, cast):
    talk = start_post_conversation(cast.bieito, cast.head_post)
    message = say(cast.bieito, talk, f"{HEAD}!")
    assert queries.mentioned_ids(message.id) == {cast.carles.id}
    assert (
        message_parts.unreached_posts(db.session.get_one(Conversation, talk.id), message.mentions)
        == []
    )


@pytest.mark.slow
def test_suggestions_show_the_address_and_who_answers(app, cast, client_of):
    ana = client_of(cast.ana)
    with app.app_context():
        room = channel_of(cast.licences).id
    found = ana.get(f"/c/{room}/mentions?q=arq").text
    assert "@arquitecto-a-municipal@monteclaro" in found
    assert "Xoel Pardo" in found
    with app.app_context():
        for held in current_appointments(cast.xoel.id):
            end_appointment(None, held)
    assert "vacant; messages go to Jefe/a de Servicio" in ana.get(f"/c/{room}/mentions?q=arq").text
    with app.app_context():
        for held in current_appointments(cast.carles.id):
            end_appointment(None, held)
    assert "vacant; nobody is reading its messages" in ana.get(f"/c/{room}/mentions?q=arq").text
    assert "Bieito" in ana.get(f"/c/{room}/mentions?q=secre@vila").text


@pytest.mark.slow
def test_the_writer_alone_reads_at_the_message_which_post_cannot_read_it(app, cast, client_of):
    with app.app_context():
        room = channel_of(cast.licences)
        said = say(cast.ana, room, f"{SECRETARY}, do you have one?").seq
        address = f"/c/{room.id}"

    page = client_of(cast.ana).get(address).text
    assert f"{SECRETARY} cannot read this message." in page
    assert f'href="{address}?missed={said}"' in page
    assert "cannot read this message." not in client_of(cast.carles).get(address).text
