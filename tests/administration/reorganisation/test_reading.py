"""A plan is read as a pure function: what forbids it is said, and nothing is written."""

from datetime import timedelta

import pytest

from intranet.administration.reorganisation.applying import apply_plan
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import PlanState
from intranet.administration.reorganisation.operations import (
    add_change,
    apply_now,
    change_change,
    create_plan,
    discard_plan,
    remove_change,
    schedule,
    unschedule,
)
from intranet.administration.reorganisation.queries import changes_of, editors_of
from intranet.administration.reorganisation.undoing import undo
from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit, move_unit, rename_unit
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from tests.administration.reorganisation.plans import applied, codes, made
from tests.cast import today


def found(cast, *changes):
    return codes(read(made(cast.dorleta, cast.monteclaro, *changes)).findings)


def test_a_unit_cannot_merge_into_its_own_child(app_context, cast):
    merge = {"kind": "merge", "units": [cast.urban_planning.id], "into": cast.licences.id}
    assert found(cast, merge) == ["into_child"]


def test_a_unit_cannot_move_below_itself(app_context, cast):
    move = {"kind": "move", "unit": cast.urban_planning.id, "parent": cast.licences.id}
    assert found(cast, move) == ["below_itself"]


def test_the_agency_itself_stays(app_context, cast):
    root = cast.town_hall.id
    for change in (
        {"kind": "move", "unit": root, "parent": cast.licences.id},
        {"kind": "dissolve", "unit": root, "successor": cast.licences.id},
        {"kind": "rename", "unit": root, "name": {"es": "Otra"}},
    ):
        assert found(cast, change) == ["root"]


def test_a_unit_is_ended_once(app_context, cast):
    dissolve = {"kind": "dissolve", "unit": cast.licences.id, "successor": cast.urban_planning.id}
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Otra"}}
    assert found(cast, dissolve, rename) == ["ended_twice", "two_heads"]


def test_posts_of_an_ended_unit_need_a_place(app_context, cast):
    plan = made(cast.dorleta, cast.monteclaro, {"kind": "dissolve", "unit": cast.licences.id})
    reading = read(plan)
    assert codes(reading.unresolved) == ["post_left"] * len(reading.unresolved)
    assert {each.post_id for each in reading.unresolved} == {
        cast.head_of_licences_post.id,
        cast.officer_post.id,
    }
    with pytest.raises(Invalid):
        apply_now(cast.dorleta, plan)

    for post in (cast.head_of_licences_post, cast.officer_post):
        moved = {"kind": "move_post", "post": post.id, "parent": cast.procurement.id}
        add_change(cast.dorleta, plan, ChangeSpec.parse(moved))
    assert not read(plan).forbids


def test_nothing_goes_to_another_agency(app_context, cast):
    for change in (
        {"kind": "move_post", "post": cast.officer_post.id, "parent": cast.innovation.id},
        {"kind": "move_post", "post": cast.innovation_post.id, "parent": cast.licences.id},
        {"kind": "move", "unit": cast.licences.id, "parent": cast.innovation.id},
    ):
        assert found(cast, change) == ["of_another"]


def test_a_new_unit_does_not_take_the_place_of_another(app_context, cast):
    new = {"kind": "found", "name": {"es": "Nueva"}, "parent": cast.town_hall.id}
    assert "of_another" in found(cast, {**new, "id": cast.innovation.id})
    assert "founded_before" in found(cast, {**new, "id": cast.licences.id})


def test_names_and_codes_are_taken_once(app_context, cast):
    root = cast.town_hall.id
    new = {"kind": "found", "name": {"es": "Contratación Pública"}, "parent": root}
    assert "name_taken" in found(cast, new)
    assert "code_taken" in found(cast, {**new, "name": {"es": "Otra"}, "code": "URB"})


def test_the_tree_has_a_depth(app_context, cast):
    parent = cast.licences
    for number in range(12):
        parent = create_unit(None, parent, Localized(es=f"Unidad {number}"))
    move = {"kind": "move", "unit": cast.urban_planning.id, "parent": cast.procurement.id}
    deep = {"kind": "move", "unit": cast.procurement.id, "parent": cast.systems.id}
    assert found(cast, move, deep) == ["too_deep"]


def test_a_post_with_a_role_is_not_ended(app_context, cast):
    end = {"kind": "end_post", "post": cast.administrator_post.id}
    assert "has_role" in found(cast, end)


def test_a_change_needs_its_fields():
    for change in (
        {"kind": "rename", "unit": str(uuid7())},
        {"kind": "merge", "units": [str(uuid7())]},
        {"kind": "move", "unit": "x", "parent": "y"},
        {"kind": "explode"},
        {"kind": "rename", "unit": str(uuid7()), "name": {"es": "x" * 201}},
        {"kind": "rename", "unit": str(uuid7()), "name": {"es": "\0"}},
    ):
        with pytest.raises(Invalid):
            ChangeSpec.parse(change)


def test_only_who_may_change_units_drafts_plans(app_context, cast):
    plan = create_plan(cast.dorleta, cast.monteclaro, "Enero")
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "x"}}
    spec = ChangeSpec.parse(rename)
    for outsider in (cast.guillem, cast.ana, cast.carles):
        for act in (
            lambda who: create_plan(who, cast.monteclaro, "Otro"),
            lambda who: add_change(who, plan, spec),
            lambda who: schedule(who, plan, today() + timedelta(days=9)),
            lambda who: apply_now(who, plan),
            lambda who: undo(who, plan),
            lambda who: discard_plan(who, plan),
        ):
            with pytest.raises(Forbidden):
                act(outsider)


@pytest.mark.both
def test_two_administrators_do_not_overwrite_each_other(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    plan = made(cast.dorleta, cast.monteclaro, rename)
    [change] = changes_of(plan.id)
    spec = ChangeSpec.parse({**rename, "name": {"es": "Dos"}})
    change_change(cast.dorleta, change, spec, version=1)
    with pytest.raises(Conflict):
        change_change(cast.dorleta, change, spec, version=1)
    with pytest.raises(Conflict):
        remove_change(cast.dorleta, change, version=1)
    with pytest.raises(Conflict):
        schedule(cast.dorleta, plan, today() + timedelta(days=9), version=1)
    assert [person.name for person in editors_of(plan)] == [cast.dorleta.name]


def test_a_plan_is_not_for_yesterday(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    plan = made(cast.dorleta, cast.monteclaro, rename)
    for days in (0, -1):
        with pytest.raises(Invalid):
            schedule(cast.dorleta, plan, today() + timedelta(days=days))


def test_two_plans_do_not_touch_a_unit_on_the_same_day(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    move = {"kind": "move", "unit": cast.licences.id, "parent": cast.procurement.id}
    day = today() + timedelta(days=9)
    one = made(cast.dorleta, cast.monteclaro, rename)
    other = made(cast.dorleta, cast.monteclaro, move)
    schedule(cast.dorleta, one, day)
    with pytest.raises(Invalid) as refused:
        schedule(cast.dorleta, other, day)
    assert "Licencias" in str(refused.value.errors["plan"])
    schedule(cast.dorleta, other, day + timedelta(days=1))


@pytest.mark.both
def test_a_scheduled_plan_waits_for_its_day(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    plan = made(cast.dorleta, cast.monteclaro, rename)
    day = today() + timedelta(days=9)
    schedule(cast.dorleta, plan, day)
    with pytest.raises(Conflict):
        add_change(cast.dorleta, plan, ChangeSpec.parse(rename))
    assert not apply_plan(plan.id)

    with clock.freeze(clock.start_of(day, "Europe/Madrid")):
        assert apply_plan(plan.id)
        assert cast.licences.name == {"es": "Uno"}
        assert not apply_plan(plan.id)


def test_a_draft_made_again_is_not_applied(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    plan = made(cast.dorleta, cast.monteclaro, rename)
    schedule(cast.dorleta, plan, today() + timedelta(days=9))
    unschedule(cast.dorleta, plan)
    with clock.freeze(clock.now() + timedelta(days=20)):
        assert not apply_plan(plan.id)


@pytest.mark.both
def test_a_plan_is_rebased_on_independent_changes(app_context, cast):
    dissolve = {"kind": "dissolve", "unit": cast.licences.id, "successor": cast.urban_planning.id}
    plan = made(cast.dorleta, cast.monteclaro, dissolve)
    apply_now(cast.dorleta, plan)
    rename_unit(cast.dorleta, cast.licences, Localized(es="Licencias y obras"))
    late = create_post(
        cast.dorleta, PostSpec(unit=cast.licences, title=Localized(es="Inspector/a"))
    )

    assert apply_plan(plan.id)

    db.session.refresh(late)
    assert late.unit_id == cast.urban_planning.id


@pytest.mark.both
def test_a_plan_whose_base_changed_is_refused_whole(app_context, cast):
    rename = {"kind": "rename", "unit": cast.systems.id, "name": {"es": "Sistemas"}}
    move = {"kind": "move", "unit": cast.licences.id, "parent": cast.procurement.id}
    plan = made(cast.dorleta, cast.monteclaro, rename, move)
    apply_now(cast.dorleta, plan)
    move_unit(cast.dorleta, cast.licences, cast.systems)

    assert not apply_plan(plan.id)

    assert plan.state == PlanState.DRAFT
    [reason] = list(plan.refused or ())
    assert reason["code"] == "changed_since"
    assert "Licencias" in reason["about"]["what"]
    assert cast.systems.name == {"es": "Organización y Sistemas"}


@pytest.mark.both
def test_what_came_since_is_kept_or_named(app_context, cast):
    area = uuid7()
    plan = applied(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "found", "id": area, "name": {"es": "Ciudad"}, "parent": cast.town_hall.id},
        {"kind": "move", "unit": cast.licences.id, "parent": area},
    )
    since = create_unit(cast.dorleta, db.session.get_one(Unit, area), Localized(es="Nueva"))
    with pytest.raises(Conflict) as refused:
        undo(cast.dorleta, plan)
    assert "Nueva" in str(refused.value.detail)

    move_unit(cast.dorleta, since, cast.town_hall)
    rename_unit(cast.dorleta, cast.licences, Localized(es="Con otro nombre"))
    undo(cast.dorleta, plan)

    assert cast.licences.parent_id == cast.urban_planning.id
    assert cast.licences.name == {"es": "Con otro nombre"}


def test_a_plan_is_undone_within_a_day(app_context, cast):
    rename = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Uno"}}
    plan = applied(cast.dorleta, cast.monteclaro, rename)
    with clock.freeze(clock.now() + timedelta(days=2)), pytest.raises(Conflict):
        undo(cast.dorleta, plan)
