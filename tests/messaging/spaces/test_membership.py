"""Who holds a post is in its rooms, from the moment it is held until the moment it ends."""

from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import pytest

from intranet.delivery.realtime.push_readers import Audiences
from intranet.messaging.conversations.broadcasts import readers_of
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.spaces.access import is_member, leads, roles_in
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.models import Role, SpaceMember, Why
from intranet.messaging.spaces.operations import invite_to_space, name_speaker, remove_from_space
from intranet.messaging.spaces.queries import current_member_ids, space_of_unit
from intranet.organisation.agencies.operations.units import move_unit
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.events import bus
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import space_of

pytestmark = pytest.mark.both


@contextmanager
def heard():
    """What is said of members within the block, as (space, joined, left)."""
    told: list[tuple[UUID, tuple[UUID, ...], tuple[UUID, ...]]] = []

    def hear(event):
        told.extend((change.space_id, change.joined, change.left) for change in event.changes)

    bus.within(MembersChanged, hear)
    try:
        yield told
    finally:
        bus._within[MembersChanged].remove(hear)


def test_a_post_gives_the_rooms_of_its_unit_and_of_those_above(app_context, cast):
    assert is_member(cast.ana, space_of(cast.licences))
    assert is_member(cast.ana, space_of(cast.urban_planning))
    assert is_member(cast.ana, space_of(cast.town_hall))


@pytest.mark.slow
def test_heads_above_are_not_in_the_rooms_below_unless_invited(app_context, cast):
    licences = space_of(cast.licences)
    assert not is_member(cast.carles, licences)

    invite_to_space(cast.ana, licences, cast.carles)

    assert is_member(cast.carles, licences)
    assert not leads(cast.carles, licences)


def test_the_root_unit_has_no_space_of_its_own(app_context, cast):
    assert space_of_unit(cast.town_hall.id) is None


def test_another_agency_is_in_none_of_the_rooms(app_context, cast):
    for space in (space_of(cast.licences), space_of(cast.town_hall)):
        assert cast.bieito.id not in current_member_ids(space)
        assert cast.elna.id not in current_member_ids(space)


def test_who_loses_the_last_post_loses_the_rooms_in_the_same_transaction(app_context, cast):
    spaces = [space_of(cast.licences), space_of(cast.town_hall)]
    for appointment in current_appointments(cast.ana.id):
        end_appointment(None, appointment)

    assert not any(is_member(cast.ana, space) for space in spaces)


def test_an_invitation_does_not_outlive_the_last_post(app_context, cast):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.ana)
    for appointment in current_appointments(cast.ana.id):
        end_appointment(None, appointment)

    assert not is_member(cast.ana, procurement)


def test_who_was_invited_and_loses_the_last_post_is_told_and_pushed_nothing_more(app_context, cast):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.elna)
    readers, remembered = readers_of(channels_of(procurement)[0]), Audiences()
    assert cast.elna.id in remembered.ids_of(readers)

    with heard() as told:
        for appointment in current_appointments(cast.elna.id):
            end_appointment(None, appointment)

    assert (procurement.id, (), (cast.elna.id,)) in told
    assert cast.elna.id not in remembered.ids_of(readers_of(channels_of(procurement)[0]))
    with heard() as told:
        appoint(None, cast.technician_post, cast.elna, starts_on=date(2026, 1, 1))
    assert (procurement.id, (cast.elna.id,), ()) in told


def test_one_post_of_several_changes_nothing_for_who_was_invited(app_context, cast):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.bieito)
    before = procurement.members_version

    end_appointment(None, current_appointments(cast.bieito.id)[0])

    assert procurement.members_version == before
    assert is_member(cast.bieito, procurement)


def test_an_invitation_sleeps_from_the_last_day_of_the_last_post(app_context, cast):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.elna)
    today = clock.today("Europe/Madrid")
    for appointment in current_appointments(cast.elna.id):
        end_appointment(None, appointment, last_day=today)
    midnight = clock.end_of(today, "Europe/Madrid")
    channel = channels_of(procurement)[0]
    readers, remembered = readers_of(channel), Audiences()
    assert cast.elna.id in remembered.ids_of(readers)

    with clock.freeze(midnight):
        assert cast.elna.id not in remembered.ids_of(readers)


def test_dates_are_right_at_midnight_without_any_job(app_context, cast):
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    appoint(None, cast.technician_post, cast.xoel, starts_on=tomorrow, ends_on=tomorrow)
    procurement = space_of(cast.procurement)
    midnight = clock.start_of(tomorrow, "Europe/Madrid")

    for instant, expected in (
        (midnight - timedelta(seconds=1), False),
        (midnight, True),
        (midnight + timedelta(hours=23, minutes=59), True),
        (clock.end_of(tomorrow, "Europe/Madrid"), False),
    ):
        with clock.freeze(instant):
            assert is_member(cast.xoel, procurement) is expected


def test_a_rule_never_touches_what_a_hand_gave(app_context, cast):
    procurement = space_of(cast.procurement)
    name_speaker(cast.nadia, procurement, cast.ana)
    appointment = appoint(None, cast.technician_post, cast.ana, starts_on=date(2026, 1, 1))
    end_appointment(None, appointment)

    assert is_member(cast.ana, procurement)
    assert Role.SPEAKER in roles_in(cast.ana, procurement)


def test_inviting_a_member_changes_nothing(app_context, cast):
    procurement = space_of(cast.procurement)
    name_speaker(cast.nadia, procurement, cast.ana)
    before = procurement.members_version

    invite_to_space(cast.nadia, procurement, cast.ana)
    invite_to_space(cast.nadia, procurement, cast.iria)

    assert roles_in(cast.ana, procurement) == {Role.SPEAKER}
    assert procurement.members_version == before


def test_a_hand_takes_back_only_what_a_hand_gave(app_context, cast):
    licences = space_of(cast.licences)
    invite_to_space(cast.ana, licences, cast.carles)
    remove_from_space(cast.ana, licences, cast.carles)
    remove_from_space(cast.ana, licences, cast.uxia)

    assert not is_member(cast.carles, licences)
    assert is_member(cast.uxia, licences)


def test_only_who_leads_the_space_invites_and_names(app_context, cast):
    licences = space_of(cast.licences)
    with pytest.raises(Forbidden):
        invite_to_space(cast.uxia, licences, cast.carles)
    with pytest.raises(Forbidden):
        name_speaker(cast.dorleta, licences, cast.dorleta)


def test_acting_heads_lead_and_the_mayor_leads_the_agencys_space(app_context, cast):
    assert leads(cast.ana, space_of(cast.licences))
    assert not leads(cast.ana, space_of(cast.urban_planning))
    assert leads(cast.rosa, space_of(cast.town_hall))
    planning = space_of(cast.urban_planning)
    assert [one.id for one in (cast.carles, cast.xoel, cast.ana) if leads(one, planning)] == [
        cast.carles.id
    ]


def test_a_unit_that_moves_takes_its_people_out_of_the_old_rooms_above(app_context, cast):
    move_unit(None, cast.licences, cast.procurement)

    assert not is_member(cast.ana, space_of(cast.urban_planning))
    assert is_member(cast.ana, space_of(cast.procurement))


def test_the_version_rises_with_each_change_of_members(app_context, cast):
    licences = space_of(cast.licences)
    before = licences.members_version
    invite_to_space(cast.ana, licences, cast.carles)
    assert licences.members_version == before + 1


def test_rows_and_rules_agree_and_a_row_put_in_by_accident_is_found(app_context, cast):
    assert reconcile(repair=False) == {}
    licences = space_of(cast.licences)
    mine = current_appointments(cast.bieito.id)[0]
    with unit_of_work() as work:
        work.add(
            SpaceMember(
                space_id=licences.id,
                person_id=cast.bieito.id,
                appointment_id=mine.id,
                why=Why.RULE,
                since=mine.since,
            )
        )
    assert list(reconcile(repair=True)) == [licences]
    assert not is_member(cast.bieito, licences)
    assert reconcile(repair=False) == {}
