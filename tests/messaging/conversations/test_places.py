"""What is read, marked unread and muted is each person's own."""

import pytest

from intranet.backups.settling import settle
from intranet.messaging.conversations.listing import grouped, listed, unread_total
from intranet.messaging.conversations.operations import (
    mark_read,
    mark_unread_from,
    mute,
    start_direct_message,
    unmute,
)
from intranet.messaging.conversations.queries import read_position
from intranet.messaging.messages import queries as message_queries
from intranet.messaging.spaces.operations import invite_to_space
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.errors import NotFound
from tests.messaging.messages.helpers import channel_of, say, space_of


def names(person, code):
    groups = grouped(listed(person))["groups"]
    return [item["title"] for group in groups if group["code"] == code for item in group["items"]]


def test_what_is_read_only_rises(spanish_request, cast):
    channel = channel_of(cast.licences)
    for _ in range(3):
        say(cast.uxia, channel)
    assert read_position(cast.ana, channel).unread == 3
    assert mark_read(cast.ana, channel, 2) == 2
    assert mark_read(cast.ana, channel, 1) == 2
    assert mark_read(cast.ana, channel, 999) == 3


def test_marked_unread_waits_until_it_is_read(spanish_request, cast):
    channel = channel_of(cast.licences)
    for _ in range(3):
        say(cast.uxia, channel)
    mark_read(cast.ana, channel, 3)
    mark_unread_from(cast.ana, channel, 2)
    assert read_position(cast.ana, channel).unread == 2
    mark_read(cast.ana, channel, 3)
    assert read_position(cast.ana, channel).unread == 0


@pytest.mark.parametrize(("seq", "unread"), [(0, 3), (1, 3), (3, 1), (4, 1), (2**31 - 1, 1)])
def test_marked_unread_are_messages_that_there_are(spanish_request, cast, seq, unread):
    channel = channel_of(cast.licences)
    for _ in range(3):
        say(cast.uxia, channel)
    mark_read(cast.ana, channel, 3)

    mark_unread_from(cast.ana, channel, seq)

    assert read_position(cast.ana, channel).unread == unread


def test_in_an_empty_room_nothing_is_marked_unread(spanish_request, cast):
    channel = channel_of(cast.licences)
    mark_unread_from(cast.ana, channel, 1)
    assert read_position(cast.ana, channel).unread == 0


def test_who_does_not_read_a_room_marks_nothing_in_it(spanish_request, cast):
    channel = channel_of(cast.licences)
    for act in (lambda: mark_read(cast.carles, channel, 1), lambda: mute(cast.carles, channel)):
        with pytest.raises(NotFound):
            act()


@pytest.mark.slow
def test_who_joins_finds_what_was_said_before_as_read(spanish_request, cast):
    from datetime import date

    channel = channel_of(cast.procurement)
    say(cast.nadia, channel)
    appoint(None, cast.technician_post, cast.xoel, starts_on=date(2026, 1, 1))
    invite_to_space(cast.nadia, space_of(cast.procurement), cast.ana)
    for person in (cast.xoel, cast.ana):
        assert read_position(person, channel).unread == 0
        assert message_queries.latest(channel.id)


def test_near_rooms_come_first_and_innermost(spanish_request, cast):
    assert names(cast.ana, "own") == [
        "Licencias",
        "Urbanismo y Obras",
        "Ayuntamiento de Monteclaro",
    ]


def test_posts_in_two_agencies_give_one_list_grouped_by_agency(spanish_request, cast):
    groups = grouped(listed(cast.bieito))["groups"]
    assert [group["heading"] for group in groups] == [
        "Concello de Outeiro",
        "Concello de Vilaverde",
    ]


def test_the_rail_counts_what_is_not_muted_and_calls_in_any_case(spanish_request, cast):
    channel = channel_of(cast.licences)
    say(cast.uxia, channel)
    say(cast.uxia, channel, f"@[Ana](person:{cast.ana.id})")
    counts = message_queries.mention_counts(cast.ana)
    assert unread_total(cast.ana, counts) == 2
    mute(cast.ana, channel)
    assert unread_total(cast.ana, counts) == 1
    unmute(cast.ana, channel)
    assert unread_total(cast.ana, counts) == 2


def test_a_talk_is_called_by_the_names_of_the_others(spanish_request, cast):
    start_direct_message(cast.ana, [cast.carles, cast.bieito])
    assert names(cast.ana, "direct") == ["Carles Roig, Bieito Lourido"]
    assert names(cast.bieito, "direct") == ["Ana Castro, Carles Roig"]


def test_a_place_that_was_read_in_an_earlier_epoch_is_none(spanish_request, cast):
    channel = channel_of(cast.licences)
    say(cast.uxia, channel)
    epoch = settle(None, signs_out=False).epoch
    say(cast.uxia, channel, "Nobody has seen this.")

    assert mark_read(cast.ana, channel, 2, epoch="0") == 0
    assert read_position(cast.ana, channel).unread == 2
    assert mark_read(cast.ana, channel, 2, epoch=epoch) == 2
