"""A role that a hand gives to whom a rule has in belongs to the post, not to the person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.collaboration.groups.operations import joining
from intranet.collaboration.groups.operations.founding import change_rule
from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, roles_in
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.membership import apply_to_people
from intranet.messaging.spaces.models import Role, SpaceMember, Why
from intranet.messaging.spaces.operations import name_speaker
from intranet.organisation.people.operations.appointments import (
    appoint,
    change_appointment,
    end_appointment,
)
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.voices import voices
from tests.collaboration.groups.helpers import group_of, inside
from tests.messaging.messages.helpers import space_of

TOWNS = Audience.parse({"any": [{"agency_kind": "municipality"}]})


def roles(person, space):
    return sorted(role.value for role in roles_in(person, space))


def test_in_a_unit_it_ends_with_the_post(app_context, cast):
    procurement = space_of(cast.procurement)
    appointment = appoint(None, cast.technician_post, cast.ana, starts_on=date(2026, 1, 1))
    name_speaker(cast.nadia, procurement, cast.ana)
    assert roles(cast.ana, procurement) == ["member", "speaker"]
    assert procurement.id in {voice.space.id for voice in voices(cast.ana)}

    end_appointment(None, appointment)

    assert roles(cast.ana, procurement) == []
    assert not is_member(cast.ana, procurement)
    assert procurement.id not in {voice.space.id for voice in voices(cast.ana)}
    assert not reconcile(repair=False)


@pytest.mark.slow
@pytest.mark.parametrize("the_post_ends", [False, True])
def test_in_a_group_it_ends_with_the_post_and_with_the_rule(app_context, cast, the_post_ends):
    group = group_of(cast.elna)
    change_rule(cast.elna, group, TOWNS)
    appointment = current_appointments(cast.iria.id)[0]
    joining.set_role(cast.elna, group, cast.iria, Role.SPEAKER)
    assert roles(cast.iria, group.space) == ["member", "speaker"]

    change_appointment(
        None,
        appointment,
        version=None,
        starts_on=appointment.starts_on,
        ends_on=clock.today(cast.monteclaro.time_zone) + timedelta(days=365),
        kind=appointment.kind,
        basis=appointment.basis,
    )
    given = select(SpaceMember.until).where(
        SpaceMember.person_id == cast.iria.id, SpaceMember.role == Role.SPEAKER
    )
    assert db.session.scalar(given) == appointment.until

    if the_post_ends:
        end_appointment(None, appointment)
    else:
        change_rule(cast.elna, group, None)
    assert roles(cast.iria, group.space) == []


@pytest.mark.slow
@pytest.mark.parametrize("in_bulk", [False, True])
def test_it_goes_over_to_another_post_by_which_the_rule_has_them_in(app_context, cast, in_bulk):
    group = group_of(cast.elna)
    change_rule(cast.elna, group, TOWNS)
    joining.set_role(cast.elna, group, cast.iria, Role.SPEAKER)
    first = current_appointments(cast.iria.id)[0]
    appoint(None, cast.officer_post, cast.iria, starts_on=date(2026, 2, 1))

    end_appointment(None, first)
    if in_bulk:
        with unit_of_work() as work:
            apply_to_people(work, {cast.iria.id})

    assert roles(cast.iria, group.space) == ["member", "speaker"]
    assert not reconcile(repair=False)


@pytest.mark.slow
@pytest.mark.parametrize("in_bulk", [False, True])
def test_nobody_speaks_by_a_post_that_they_do_not_hold_yet(app_context, cast, in_bulk):
    procurement = space_of(cast.procurement)
    later = clock.today(cast.monteclaro.time_zone) + timedelta(days=30)
    begun, before = date(2026, 1, 1), later - timedelta(days=1)
    first = appoint(None, cast.technician_post, cast.ana, starts_on=begun, ends_on=before)
    appoint(None, cast.technician_post, cast.ana, starts_on=later)
    name_speaker(cast.nadia, procurement, cast.ana)

    end_appointment(None, first)
    if in_bulk:
        with unit_of_work() as work:
            apply_to_people(work, {cast.ana.id})

    assert roles(cast.ana, procurement) == []
    assert procurement.id not in {voice.space.id for voice in voices(cast.ana)}
    assert not reconcile(repair=False)


@pytest.mark.slow
def test_who_came_in_by_hand_stays_as_they_came_when_it_is_taken_back(app_context, cast):
    group = group_of(cast.elna)
    joining.join(cast.ana, group)
    came = select(SpaceMember.agency_id, SpaceMember.appointment_id, SpaceMember.until).where(
        SpaceMember.person_id == cast.ana.id,
        SpaceMember.space_id == group.space_id,
        SpaceMember.why == Why.HAND,
    )
    before = db.session.execute(came).one()
    change_rule(cast.elna, group, TOWNS)
    joining.set_role(cast.elna, group, cast.ana, Role.SPEAKER)
    joining.set_role(cast.elna, group, cast.ana, Role.MEMBER)
    assert db.session.execute(came).one() == before

    change_rule(cast.elna, group, None)
    assert inside(group, cast.ana) == [True]


@pytest.mark.slow
def test_who_accepts_an_older_invitation_keeps_the_role_they_got_since(app_context, cast):
    group = group_of(cast.elna)
    joining.invite(cast.elna, group, cast.ana)
    change_rule(cast.elna, group, TOWNS)
    joining.set_role(cast.elna, group, cast.ana, Role.SPEAKER)

    joining.answer_invitation(cast.ana, group, is_accepted=True)

    assert "speaker" in roles(cast.ana, group.space)
