"""Units are merged, split, dissolved: who read a channel reads it, and what was begun goes on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import ConversationChoice, Telling
from intranet.attention.notifications.operations import set_level
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Place
from intranet.messaging.messages.models import MessageDraft
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.models import Role
from intranet.messaging.spaces.operations import invite_to_space
from intranet.messaging.spaces.roles import give_role
from intranet.organisation.agencies.operations.posts import PostSpec, create_post, end_post
from intranet.organisation.agencies.operations.storing import change_posts
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units
from intranet.organisation.agencies.operations.units import create_unit, end_unit, move_unit
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.announcement_models import (
    Announcement,
    PublicationAtom,
    Recipient,
)
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.following import follow
from tests.cast import today
from tests.collaboration.groups.helpers import group_of, inside
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.publishing.publications.helpers import draft, published

pytestmark = pytest.mark.both
YESTERDAY = timedelta(days=1)


def reads(person, room):
    return bool(readable_among(person, [room.id]))


def days_later(cast, number):
    day = today() + timedelta(days=number)
    return clock.freeze(clock.start_of(day, cast.monteclaro.time_zone))


def stored(kind):
    """Every row of a table, as values."""
    columns = kind.__table__.c
    return sorted(map(tuple, db.session.execute(select(*columns))), key=repr)


def test_a_room_of_a_split_unit_is_read_from_all_its_posts(app_context, cast):
    room = channel_of(cast.licences)
    say(cast.ana, room, "Hola.")

    end_units(
        [
            UnitEnd(
                unit_id=cast.licences.id,
                last_day=today(),
                successor_id=cast.procurement.id,
                elsewhere={cast.officer_post.id: cast.systems.id},
            )
        ],
        today(),
    )

    assert cast.officer_post.unit_id == cast.systems.id
    assert cast.head_of_licences_post.unit_id == cast.procurement.id
    assert all(reads(person, room) for person in (cast.ana, cast.uxia, cast.nadia, cast.iria))
    assert not any(reads(person, room) for person in (cast.dorleta, cast.xoel, cast.carles))
    appoint(None, cast.officer_post, cast.xoel, starts_on=today())
    assert reads(cast.xoel, room)
    assert reconcile(repair=False) == {}


def test_it_is_read_from_a_post_wherever_that_goes_later(app_context, cast):
    room = channel_of(cast.licences)
    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    change_posts({cast.officer_post.id: {"unit_id": cast.systems.id}})

    assert reads(cast.uxia, room)
    assert reconcile(repair=False) == {}


def test_who_moved_out_on_its_last_day_reads_it_as_well(app_context, cast):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    room = channel_of(unit)
    change_posts({cast.officer_post.id: {"unit_id": unit.id}})
    change_posts({cast.officer_post.id: {"unit_id": cast.systems.id}})
    change_posts({cast.technician_post.id: {"unit_id": unit.id}})
    assert not reads(cast.uxia, room)

    with unit_of_work():
        change_posts({cast.technician_post.id: {"unit_id": cast.procurement.id}})
        end_unit(None, unit, today())

    assert reads(cast.iria, room)
    assert reads(cast.carles, room)
    assert reconcile(repair=False) == {}


def test_a_day_long_past_opens_nothing_to_who_was_there_then(app_context, cast):
    room, there = channel_of(cast.licences), today()
    change_posts({cast.technician_post.id: {"unit_id": cast.licences.id}})
    with days_later(cast, 10):
        change_posts({cast.technician_post.id: {"unit_id": cast.procurement.id}})
    with days_later(cast, 40):
        say(cast.ana, room, "Lo de después.")
        end_unit(None, cast.licences, there + 5 * YESTERDAY, successor=cast.systems)
        assert not reads(cast.iria, room)
        assert reads(cast.ana, room)
        assert reconcile(repair=False) == {}


def test_people_whose_posts_end_with_a_unit_read_its_room_while_they_hold_another(
    app_context, cast
):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    post = create_post(None, PostSpec(unit=unit, title=Localized(es="Programadora")))
    room = channel_of(unit)
    held = appoint(None, post, cast.iria, starts_on=today() - 9 * YESTERDAY)
    say(cast.iria, room, "Hola.")
    last_day = today() - YESTERDAY

    with unit_of_work():
        end_units([UnitEnd(unit_id=unit.id, last_day=last_day)], today())
        change_posts({post.id: {"valid_to": last_day}})

    assert not held.is_current(held.since.replace(year=2100))
    assert space_of(unit).archived_at
    assert reads(cast.iria, room)
    assert not reads(cast.nadia, room)
    (other,) = current_appointments(cast.iria.id)
    end_appointment(None, other)
    assert not reads(cast.iria, room)
    assert reconcile(repair=False) == {}


def test_who_was_invited_or_speaks_there_still_reads_it(app_context, cast):
    space, room = space_of(cast.licences), channel_of(cast.licences)
    invite_to_space(cast.ana, space, cast.rosa)
    with unit_of_work() as work:
        give_role(work, space, cast.uxia, Role.SPEAKER, cast.ana)

    end_units(
        [
            UnitEnd(
                unit_id=cast.licences.id,
                last_day=today(),
                successor_id=cast.procurement.id,
                elsewhere={cast.officer_post.id: cast.systems.id},
            )
        ],
        today(),
    )

    assert reads(cast.rosa, room)
    assert reads(cast.uxia, room)
    assert reconcile(repair=False) == {}


def test_nobody_is_out_for_an_instant(app_context, cast):
    """Whoever leaves a room loses their draft there."""
    room = channel_of(cast.licences)
    with unit_of_work() as work:
        work.add(
            MessageDraft(person_id=cast.uxia.id, conversation_id=room.id, place=room.id, body="M")
        )

    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    assert db.session.scalars(select(MessageDraft.body)).all() == ["M"]


def test_units_that_succeed_each_other_in_one_plan_end_where_the_last_goes_on(app_context, cast):
    room = channel_of(cast.licences)
    ends = [
        UnitEnd(unit_id=cast.procurement.id, last_day=today(), successor_id=cast.systems.id),
        UnitEnd(unit_id=cast.licences.id, last_day=today(), successor_id=cast.procurement.id),
    ]
    end_units(ends, today())

    assert cast.officer_post.unit_id == cast.systems.id
    assert all(reads(person, room) for person in (cast.ana, cast.iria, cast.dorleta))
    assert reconcile(repair=False) == {}


def test_a_sub_unit_that_moves_with_a_merge_keeps_its_room_open(app_context, cast):
    room, above = channel_of(cast.licences), channel_of(cast.urban_planning)
    end_unit(cast.dorleta, cast.urban_planning, today(), successor=cast.procurement)

    assert room.archived_at is None
    say(cast.ana, room, "Seguimos.")
    assert all(reads(person, above) for person in (cast.ana, cast.xoel, cast.iria))
    assert not reads(cast.nadia, room)
    move_unit(None, cast.licences, cast.systems)
    assert reads(cast.uxia, above)
    assert reconcile(repair=False) == {}


def test_a_group_s_rule_names_the_successor(app_context, cast):
    group = group_of(
        cast.dorleta,
        audience={
            "any": [{"unit": str(cast.licences.id), "subtree": True}],
            "except": [{"heads": str(cast.urban_planning.id)}],
        },
    )
    assert inside(group, cast.ana, cast.iria) == [True, False]

    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    assert inside(group, cast.ana, cast.iria, cast.carles) == [True, True, False]
    assert str(cast.procurement.id) in str(group.space.audience)
    assert str(cast.licences.id) not in str(group.space.audience)
    assert reconcile(repair=False) == {}


def test_what_is_not_sent_yet_goes_to_the_successor_and_what_was_sent_stays(app_context, cast):
    audience = {"any": [{"unit": str(cast.licences.id), "subtree": True}]}
    sent = published(cast.carles, audience=audience)
    waiting = draft(cast.carles, title="Mañana", audience=audience)
    tables = (Recipient, PublicationAtom)
    before = [stored(kind) for kind in tables]
    audience_before = db.session.get_one(Announcement, sent.id).audience

    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    assert [stored(kind) for kind in tables] == before
    assert db.session.get_one(Announcement, sent.id).audience == audience_before
    after = db.session.get_one(Announcement, waiting.id).audience
    assert after == {"any": [{"unit": str(cast.procurement.id), "subtree": True}]}


def test_a_draft_for_an_ended_unit_is_one_for_its_successor(app_context, cast):
    waiting = draft(cast.carles, unit=cast.urban_planning)

    end_unit(cast.dorleta, cast.urban_planning, today(), successor=cast.procurement)

    row = db.session.get_one(Publication, waiting.id)
    assert row.space_id == space_of(cast.procurement).id


def test_who_follows_a_unit_or_listens_to_its_channel_goes_on(app_context, cast):
    old, new = channel_of(cast.licences), channel_of(cast.procurement)
    follow(cast.ana, FollowKind.UNIT, cast.licences.id.hex)
    follow(cast.ana, FollowKind.UNIT, cast.procurement.id.hex)
    follow(cast.rosa, FollowKind.UNIT, cast.licences.id.hex)
    set_level(cast.ana, old, Telling.ALL)
    with unit_of_work() as work:
        work.add(
            Place(
                person_id=cast.ana.id, conversation_id=old.id, is_favourite=True, favourite_rank=2
            )
        )

    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    rows = db.session.execute(select(Follow.person_id, Follow.subject)).all()
    next_unit = cast.procurement.id.hex
    assert {tuple(row) for row in rows} == {(cast.ana.id, next_unit), (cast.rosa.id, next_unit)}
    assert db.session.get_one(ConversationChoice, (cast.ana.id, new.id)).telling == Telling.ALL
    place = db.session.get_one(Place, (cast.ana.id, new.id))
    assert (place.is_favourite, place.favourite_rank) == (True, 2)


def test_a_post_that_ends_later_than_its_unit_closes_the_room(app_context, cast):
    unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
    post = create_post(None, PostSpec(unit=unit, title=Localized(es="Programadora")))
    end_units([UnitEnd(unit_id=unit.id, last_day=today() - YESTERDAY)], today())
    assert space_of(unit).archived_at is None

    end_post(None, post, today() - YESTERDAY)

    assert space_of(unit).archived_at
