"""Mentions that were typed: linked where they mean exactly one, else asked about."""

import pytest

from intranet.messaging.conversations import mention_candidates, people_search
from intranet.messaging.conversations.mention_candidates import MAX_TYPED, typed_mentions
from tests.messaging.messages.helpers import channel_of


def found(person, conversation, body):
    return [
        (one.text, [each["name"] for each in one.candidates], one.is_sure)
        for one in typed_mentions(person, conversation, body)
    ]


def test_one_name_that_means_one_person_is_sure(app_context, cast):
    room = channel_of(cast.urban_planning)
    name = cast.carles.name.split()[0]

    assert found(cast.ana, room, f"Pregunta a @{name}, por favor.") == [
        (name, [cast.carles.name], True)
    ]


def test_the_longest_name_counts(app_context, cast):
    room = channel_of(cast.urban_planning)

    assert found(cast.ana, room, f"@{cast.carles.name} lo sabe.") == [
        (cast.carles.name, [cast.carles.name], True)
    ]


def test_a_name_that_nobody_here_has_is_not_sure(app_context, cast):
    assert found(cast.ana, channel_of(cast.licences), "@Zzyzzyz, ¿vienes?") == [
        ("Zzyzzyz", [], False)
    ]


def test_the_beginning_of_a_name_is_asked_about(app_context, cast):
    room = channel_of(cast.urban_planning)
    name = cast.carles.name.split()[0][:4]
    (one,) = found(cast.ana, room, f"@{name}")

    assert cast.carles.name in one[1]
    assert not one[2]


@pytest.mark.parametrize(
    "body",
    [
        "ana@example.com",
        "`@Carles`",
        "```\n@Carles\n```",
        "> @Carles dijo",
        "@18:00 y @_x",
        "@[Carles](person:01920000-0000-7000-8000-000000000000)",
        "https://example.com/@carles",
    ],
)
def test_what_is_no_mention_is_left_alone(app_context, cast, body):
    assert found(cast.ana, channel_of(cast.urban_planning), body) == []


def test_the_address_of_a_post_needs_no_choice(app_context, cast):
    body = f"@{cast.officer_post.handle}"

    assert found(cast.ana, channel_of(cast.licences), body) == []


@pytest.mark.slow
def test_no_more_are_looked_up_than_a_person_types(app_context, cast):
    body = " ".join(f"@Nadie{chr(97 + number)}" for number in range(20))

    assert len(found(cast.ana, channel_of(cast.licences), body)) == MAX_TYPED


def test_who_does_not_read_it_learns_nothing(app, cast, client_of):
    with app.app_context():
        room_id = channel_of(cast.licences).id
    hidden = client_of(cast.nadia).submit(f"/c/{room_id}/addressed", {"body": "@Ana"})

    assert hidden.status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("body", ["@Zz, " * 400, "".join(f"@Zz a{n} " for n in range(400))])
def test_a_text_of_nothing_but_signs_is_not_looked_up_sign_by_sign(
    app_context, cast, count_queries, body
):
    channel = channel_of(cast.licences)
    with count_queries() as of_one:
        typed_mentions(cast.ana, channel, "@Zz a1")
    with count_queries() as statements:
        found = typed_mentions(cast.ana, channel, body)

    assert [one.text for one in found] == ["Zz"]
    assert len(statements) <= mention_candidates.MAX_LOOKED_UP * len(of_one)


@pytest.mark.parametrize("rings", [True, False])
def test_everybody_is_meant_only_by_who_may_call_everybody(app_context, cast, monkeypatch, rings):
    monkeypatch.setattr(people_search, "may_mention_all", lambda *_: rings)
    (one,) = typed_mentions(cast.ana, channel_of(cast.licences), "@channel, ¿venís?")

    assert one.is_sure == rings
    assert [each["kind"] for each in one.candidates] == (["channel"] if rings else [])
