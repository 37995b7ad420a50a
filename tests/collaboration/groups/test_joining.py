"""Coming into a group and going: at will, by request, by invitation, by what one holds."""

import re

import pytest
from sqlalchemy import select

from intranet.collaboration.groups.access import get_group, is_known_to
from intranet.collaboration.groups.models import Group, GroupInvitation, Joining, Makers
from intranet.collaboration.groups.operations import joining, sharing
from intranet.collaboration.groups.operations.founding import change_rule, hand_over
from intranet.extensions import db
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach, Role, Space
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.rest import PREFIX
from tests.collaboration.groups.helpers import group_of, inside, reads


def knows(person, group) -> bool:
    asked = select(Group.space_id).join(Space, Space.id == Group.space_id)
    return (
        db.session.scalar(asked.where(Group.space_id == group.space_id, is_known_to(person)))
        is not None
    )


def test_whoever_stands_in_the_owner_post_leads_the_group_and_is_in_it(app_context, cast):
    group = group_of(cast.elna)

    assert leads(cast.elna, group.space)
    assert inside(group, cast.elna, cast.ana) == [True, False]


def test_an_open_group_is_joined_at_will_and_left_again(app_context, cast):
    group = group_of(cast.elna, reach=Reach.NETWORK)

    joining.join(cast.ana, group)
    joining.join(cast.ana, group)  # twice is once
    assert inside(group, cast.ana) == [True]
    joining.leave(cast.ana, group)
    assert inside(group, cast.ana) == [False]


def test_by_request_one_is_in_when_its_owner_lets_in(app_context, cast):
    group = group_of(cast.elna, joining=Joining.REQUEST)

    with pytest.raises(Forbidden):
        joining.join(cast.ana, group)
    joining.request_to_join(cast.ana, group, "Llevo las licencias.")
    assert not reads(cast.ana, group)
    with pytest.raises(Forbidden):
        joining.decide_request(cast.carles, group, cast.ana.id, is_accepted=True)
    joining.decide_request(cast.elna, group, cast.ana.id, is_accepted=True)

    assert reads(cast.ana, group)


@pytest.mark.both
def test_an_invitation_is_answered_by_who_was_invited(app_context, cast):
    group = group_of(cast.elna, joining=Joining.INVITATION, is_listed=False)

    assert not knows(cast.bieito, group)
    joining.invite(cast.elna, group, cast.bieito, "¿Te animas?")
    assert knows(cast.bieito, group)
    assert not reads(cast.bieito, group)
    joining.answer_invitation(cast.bieito, group, is_accepted=True)

    assert reads(cast.bieito, group)
    assert not knows(cast.carles, group)


@pytest.mark.both
def test_declined_is_out_and_taken_back_cannot_be_answered(app_context, cast):
    group = group_of(cast.elna, joining=Joining.INVITATION)
    joining.invite(cast.elna, group, cast.bieito)
    joining.answer_invitation(cast.bieito, group, is_accepted=False)
    assert inside(group, cast.bieito) == [False]

    joining.invite(cast.elna, group, cast.ana)
    joining.withdraw_invitation(cast.elna, group, cast.ana.id)
    with pytest.raises(Invalid):
        joining.answer_invitation(cast.ana, group, is_accepted=True)
    assert db.session.get(GroupInvitation, (group.space_id, cast.ana.id)) is None


@pytest.mark.both
def test_a_rule_lets_in_who_fits_and_out_who_no_longer_does(app_context, cast):
    rule = {"any": [{"level": "head", "agency_kind": "municipality"}]}
    group = group_of(cast.elna, audience=rule)
    assert inside(group, cast.carles, cast.iria) == [True, False]

    end_appointment(None, current_appointments(cast.carles.id)[0])
    assert inside(group, cast.carles) == [False]

    today = clock.today("Europe/Madrid")
    appoint(None, cast.head_post, cast.iria, starts_on=today)
    assert inside(group, cast.iria) == [True]


@pytest.mark.both
def test_an_exception_keeps_out_whatever_else_one_holds(app_context, cast):
    rule = {
        "any": [{"agency": str(cast.monteclaro.id)}],
        "except": [{"unit": str(cast.procurement.id), "subtree": True}],
    }
    group = group_of(cast.carles, reach=Reach.AGENCY, audience=rule)

    assert inside(group, cast.ana, cast.iria, cast.bieito) == [True, False, False]


@pytest.mark.both
def test_who_is_in_by_a_post_cannot_leave_and_is_told_why(app_context, cast):
    rule = {"any": [{"agency": str(cast.monteclaro.id)}]}
    group = group_of(cast.carles, reach=Reach.AGENCY, audience=rule)

    with pytest.raises(Forbidden, match="403"):
        joining.leave(cast.ana, group)


def test_a_rule_cannot_be_another_group(app_context, cast):
    first = group_of(cast.elna)
    with pytest.raises(Invalid):
        change_rule(cast.elna, first, Audience.parse({"any": [{"group": str(first.space_id)}]}))


def test_the_group_goes_with_its_owner_post_to_who_follows_in_it(app_context, cast):
    group = group_of(cast.elna)
    held = current_appointments(cast.elna.id)[0]
    end_appointment(None, held)
    appoint(None, held.post, cast.guillem, starts_on=clock.today("Europe/Madrid"))

    assert leads(cast.guillem, group.space)
    assert not leads(cast.elna, group.space)


@pytest.mark.both
def test_handed_over_another_post_leads_it(app_context, cast):
    group = group_of(cast.elna)
    post = cast.vilaverde_post

    hand_over(cast.elna, group, post)

    assert leads(cast.bieito, group.space)
    assert not leads(cast.elna, group.space)
    assert group.space.agency_id == post.agency_id


def test_a_group_of_one_agency_takes_nobody_else(app_context, cast):
    group = group_of(cast.carles, reach=Reach.AGENCY)

    assert not knows(cast.bieito, group)
    with pytest.raises(Forbidden):
        joining.join(cast.bieito, group)
    with pytest.raises(Invalid):
        joining.invite(cast.carles, group, cast.bieito)


def test_who_loses_the_post_loses_the_group(app_context, cast):
    group = group_of(cast.carles, reach=Reach.AGENCY)
    joining.join(cast.iria, group)
    assert inside(group, cast.iria) == [True]

    end_appointment(None, current_appointments(cast.iria.id)[0])

    assert inside(group, cast.iria) == [False]
    assert not reads(cast.iria, group)


@pytest.mark.both
def test_whom_its_owner_lets_speak_speaks_until_that_is_taken_back(app_context, cast):
    group = group_of(cast.elna)
    joining.join(cast.ana, group)
    joining.set_role(cast.elna, group, cast.ana, Role.SPEAKER)
    joining.set_role(cast.elna, group, cast.ana, Role.MEMBER)
    assert inside(group, cast.ana) == [True]
    with pytest.raises(Invalid):
        joining.set_role(cast.elna, group, cast.carles, Role.SPEAKER)
    with pytest.raises(Forbidden):
        joining.set_role(cast.ana, group, cast.elna, Role.SPEAKER)


def test_an_agency_says_who_of_it_opens_groups(app_context, cast):
    sharing.set_makers(cast.dorleta, cast.monteclaro, Makers.HEADS)
    group_of(cast.carles)
    with pytest.raises(Forbidden):
        group_of(cast.iria, name="Otro")
    with pytest.raises(Forbidden):
        sharing.set_makers(cast.guillem, cast.monteclaro, Makers.EVERYBODY)


def test_an_unlisted_group_is_nobody_elses_to_know(app_context, cast):
    group = group_of(cast.elna, is_listed=False)
    with pytest.raises(Exception, match="404"):
        get_group(cast.carles, group.space_id)


def test_two_groups_of_an_agency_are_not_called_the_same(app_context, cast):
    group_of(cast.elna)
    with pytest.raises(Invalid):
        group_of(cast.guillem)


@pytest.mark.both
def test_who_said_no_is_not_asked_again_at_once(app_context, cast, monkeypatch):
    group = group_of(cast.elna, joining=Joining.REQUEST)
    joining.request_to_join(cast.ana, group, "")
    joining.decide_request(cast.elna, group, cast.ana.id, is_accepted=False)
    joining.invite(cast.elna, group, cast.bieito)
    joining.answer_invitation(cast.bieito, group, is_accepted=False)
    with pytest.raises(Invalid):
        joining.request_to_join(cast.ana, group, "Por favor.")
    with pytest.raises(Invalid):
        joining.invite(cast.elna, group, cast.bieito)
    joining.invite(cast.elna, group, cast.ana)  # who decided may think again

    later = clock.now() + joining.ASK_AGAIN_AFTER
    monkeypatch.setattr(clock, "now", lambda: later)
    joining.invite(cast.elna, group, cast.bieito)


def test_a_group_begins_by_request_on_the_page_and_for_programs(app, cast, client_of):
    elna = client_of(cast.elna)
    page = elna.get("/groups/new").text
    assert re.search(r'type="radio"\s+value="request"\s+checked[^>]*name="joining"', page)
    made = elna.post(
        f"{PREFIX}/groups",
        json={"name": "Padrón", "purpose": "Lo común."},
        headers={"X-CSRFToken": elna.token()},
    )
    assert made.status_code == 201, made.text
    assert made.json["joining"] == "request"
