"""Plans by which whoever schedules them would move, read more, or has lost the role since."""

from datetime import timedelta

import pytest

from intranet.administration.reorganisation.applying import apply_plan
from intranet.administration.reorganisation.models import PlanState
from intranet.administration.reorganisation.operations import apply_now, schedule
from intranet.administration.reorganisation.undoing import undo
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.agencies.operations.administrations import (
    end_administration,
    give_role,
)
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.outbox import run_due
from tests.administration.reorganisation.plans import apply, channel_of, made
from tests.administration.reorganisation.test_told import told
from tests.cast import today


@pytest.fixture
def carles(app_context, cast):
    """The head of urban planning, who is a people's officer as well."""
    give_role(cast.dorleta, cast.monteclaro, cast.head_post, AgencyRole.PEOPLE)
    return cast.carles


PLACES = ("unit", "post", "parent", "into")
FOR_OTHERS = [
    {"kind": "move_post", "post": "head_post", "parent": "systems"},
    {"kind": "head", "post": "head_post", "is_head": False},
    {"kind": "move", "unit": "urban_planning", "parent": "systems"},
    {"kind": "move", "unit": "systems", "parent": "licences"},
    {"kind": "move_post", "post": "technician_post", "parent": "licences"},
    {"kind": "merge", "units": ["procurement", "systems"], "into": "urban_planning"},
    {"kind": "merge", "units": ["systems"], "into": "town_hall"},
    {"kind": "head", "post": "head_of_licences_post", "is_head": False},
    {"kind": "move_post", "post": "head_of_licences_post", "parent": "systems"},
]
"""Plans that Carles may draft, and somebody else has to schedule."""


def of_cast(cast, change):
    """A change with the ids of what it names."""
    ids = {name: getattr(cast, change[name]).id for name in PLACES if name in change}
    units = [getattr(cast, name).id for name in change.get("units", ())]
    return {**change, **ids, **({"units": units} if units else {})}


@pytest.mark.both
@pytest.mark.parametrize("change", FOR_OTHERS)
def test_someone_else_schedules_what_lets_an_officer_read_more(carles, cast, change):
    plan = made(carles, cast.monteclaro, of_cast(cast, change))

    with pytest.raises(Forbidden):
        apply_now(carles, plan)
    with pytest.raises(Forbidden):
        schedule(carles, plan, today() + timedelta(days=3))

    assert plan.state == PlanState.DRAFT
    apply(cast.dorleta, plan)


def test_an_officer_applies_and_undoes_what_concerns_others(carles, cast):
    plan = made(
        carles,
        cast.monteclaro,
        {"kind": "merge", "units": [cast.systems.id], "into": cast.procurement.id},
        {"kind": "rename", "unit": cast.urban_planning.id, "name": {"es": "Ciudad"}},
    )
    apply(carles, plan)
    assert not readable_among(carles, [channel_of(cast.systems).id])
    undo(carles, plan)


@pytest.mark.both
def test_an_officer_does_not_undo_what_took_a_room_from_them(carles, cast):
    plan = made(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "move_post", "post": cast.head_post.id, "parent": cast.systems.id},
    )
    apply(cast.dorleta, plan)

    with pytest.raises(Forbidden):
        undo(carles, plan)

    undo(cast.dorleta, plan)


@pytest.mark.both
def test_an_officer_does_not_undo_what_moved_the_unit_in_which_they_are(carles, cast):
    for unit, parent in ((cast.urban_planning, cast.systems), (cast.licences, cast.procurement)):
        change = {"kind": "move", "unit": unit.id, "parent": parent.id}
        plan = made(cast.dorleta, cast.monteclaro, change)
        apply(cast.dorleta, plan)
        with pytest.raises(Forbidden):
            undo(carles, plan)
        undo(cast.dorleta, plan)


def days_later(plan, number):
    return clock.freeze(clock.start_of(today() + timedelta(days=number), plan.agency.time_zone))


@pytest.mark.both
def test_a_plan_waits_for_someone_with_the_role_if_its_scheduler_lost_it(app_context, cast):
    role = give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.PEOPLE)
    plan = made(
        cast.xoel,
        cast.monteclaro,
        {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Otra"}},
    )
    schedule(cast.xoel, plan, today() + timedelta(days=3))
    end_administration(cast.dorleta, role)

    with days_later(plan, 3):
        assert not apply_plan(plan.id)
        while run_due():
            pass
    [reason] = list(plan.refused or ())
    assert reason["code"] == "scheduler_gone"
    assert plan.state == PlanState.DRAFT
    assert "plan_refused" in {why for why, _words in told(cast.dorleta)}

    schedule(cast.dorleta, plan, today() + timedelta(days=4))
    with days_later(plan, 4):
        assert apply_plan(plan.id)
    assert cast.licences.name == {"es": "Otra"}


@pytest.mark.both
def test_a_plan_waits_if_its_scheduler_has_come_to_gain_by_it(app_context, cast):
    role = give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.ADMINISTRATOR)
    plan = made(
        cast.xoel,
        cast.monteclaro,
        {"kind": "merge", "units": [cast.systems.id], "into": cast.urban_planning.id},
    )
    schedule(cast.xoel, plan, today() + timedelta(days=3))
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.PEOPLE)
    end_administration(cast.dorleta, role)

    with days_later(plan, 3):
        assert not apply_plan(plan.id)
    assert [each["code"] for each in plan.refused or ()] == ["for_others"]


def test_its_page_says_so_before_anybody_presses(app, cast, client_of):
    with app.app_context():
        give_role(cast.dorleta, cast.monteclaro, cast.head_post, AgencyRole.PEOPLE)
        plan = made(cast.carles, cast.monteclaro, of_cast(cast, FOR_OTHERS[0]))
        address = f"/admin/{cast.monteclaro.code}/reorganisations/{plan.id}"
    said = "Tiene que decidirlo otra persona"

    page = client_of(cast.carles).get(address).text
    assert said in page
    assert 'aria-describedby="plan-foot-reason"' in page
    assert said not in client_of(cast.dorleta).get(address).text
