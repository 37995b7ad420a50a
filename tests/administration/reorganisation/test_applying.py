"""Plans that are applied and undone."""

import pytest

from intranet.administration.reorganisation.applying import apply_plan
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.chart import PlanChart
from intranet.administration.reorganisation.chart_then import chart_then
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import Plan, PlanState
from intranet.administration.reorganisation.operations import (
    add_changes,
    apply_now,
    remove_change,
)
from intranet.administration.reorganisation.queries import changes_of
from intranet.administration.reorganisation.undoing import undo
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.ids import uuid7
from tests.administration.reorganisation.plans import (
    applied,
    apply,
    channel_of,
    codes,
    made,
    standing,
)
from tests.cast import today
from tests.messaging.messages.helpers import say


def state_of(plan: Plan) -> PlanState:
    return plan.state


def election(cast):
    """The changes of a plan of every kind."""
    area, part = uuid7(), uuid7()
    return [
        {"kind": "found", "id": area, "name": {"es": "Ciudad"}, "parent": cast.town_hall.id},
        {"kind": "move", "unit": cast.systems.id, "parent": area},
        {"kind": "rename", "unit": cast.procurement.id, "name": {"es": "Compras"}},
        {
            "kind": "split",
            "unit": cast.licences.id,
            "parts": [
                {"id": part, "name": {"es": "Obra mayor"}},
                {"name": {"es": "Obra menor"}, "posts": [cast.officer_post.id]},
            ],
        },
        {"kind": "dissolve", "unit": cast.urban_planning.id, "successor": area},
    ]


@pytest.mark.slow
@pytest.mark.both
def test_a_plan_is_applied_whole_and_undone_to_equal_rows(app_context, cast):
    before = standing(cast.monteclaro)
    plan = made(cast.dorleta, cast.monteclaro, *election(cast))
    found = read(plan)
    assert not found.forbids, [each.sentence for each in found.findings]

    apply(cast.dorleta, plan)

    assert state_of(plan) == PlanState.APPLIED
    stands = {unit.id: unit for unit in db.session.query(Unit).all()}
    for unit in found.after.living():
        assert stands[unit.id].parent_id == unit.parent_id
        assert stands[unit.id].path == found.after.path(unit.id)
    assert standing(cast.monteclaro) != before

    undo(cast.dorleta, plan)

    assert state_of(plan) == PlanState.UNDONE
    assert standing(cast.monteclaro) == before

    apply(cast.dorleta, plan)
    then = chart_then(plan)
    assert then
    assert then.chart.units.keys() == found.before.units.keys()
    undo(cast.dorleta, plan)
    assert standing(cast.monteclaro) == before


@pytest.mark.both
def test_what_was_written_in_a_merged_unit_is_read_on(app_context, cast):
    channel = channel_of(cast.licences)
    applied(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "merge", "units": [cast.licences.id], "into": cast.procurement.id},
    )
    for reader in (cast.ana, cast.nadia):
        assert readable_among(reader, [channel.id])


@pytest.mark.both
def test_what_was_written_in_a_new_unit_survives_undoing(app_context, cast):
    area = uuid7()
    plan = applied(
        cast.dorleta,
        cast.monteclaro,
        {
            "kind": "merge",
            "units": [cast.licences.id, cast.procurement.id],
            "id": area,
            "name": {"es": "Trámites"},
            "code": "TRA",
            "parent": cast.town_hall.id,
        },
    )
    channel = channel_of(db.session.get_one(Unit, area))
    say(cast.ana, channel, "Escrito en la unidad nueva")

    undo(cast.dorleta, plan)

    unit = db.session.get_one(Unit, area)
    assert unit.code != "TRA"
    assert not unit.is_in_force(today())
    assert readable_among(cast.ana, [channel.id])
    assert channel_of(unit).archived_at is not None

    apply(cast.dorleta, plan)

    unit = db.session.get_one(Unit, area)
    assert (unit.code, unit.is_in_force(today())) == ("TRA", True)
    assert channel_of(unit).archived_at is None
    say(cast.nadia, channel, "Y se sigue escribiendo")
    assert all(readable_among(reader, [channel.id]) for reader in (cast.ana, cast.nadia))


@pytest.mark.both
def test_a_unit_of_an_undone_plan_is_opened_again_by_no_other_plan(app_context, cast):
    area = uuid7()
    merged = {
        "kind": "merge",
        "units": [cast.licences.id, cast.procurement.id],
        "id": area,
        "name": {"es": "Trámites"},
        "parent": cast.town_hall.id,
    }
    plan = applied(cast.dorleta, cast.monteclaro, merged)
    say(cast.ana, channel_of(db.session.get_one(Unit, area)), "Escrito en la unidad nueva")
    undo(cast.dorleta, plan)
    [stated] = changes_of(plan.id)

    found = {"kind": "found", "id": area, "name": {"es": "Otra"}, "parent": cast.systems.id}
    other = made(cast.dorleta, cast.monteclaro, found)
    assert codes(read(other).errors) == ["of_another"]
    remove_change(cast.dorleta, stated)
    assert codes(read(other).errors) == ["of_another"]

    add_changes(cast.dorleta, plan, [ChangeSpec.parse(merged)])
    apply(cast.dorleta, plan)
    assert db.session.get_one(Unit, area).is_in_force(today())


def test_a_plan_that_would_differ_changes_nothing(app_context, cast, monkeypatch):
    plan = made(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "end_post", "post": cast.architect_post.id},
        {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Otra"}},
    )
    apply_now(cast.dorleta, plan)
    monkeypatch.setattr(PlanChart, "path", lambda _chart, unit_id: f"/{unit_id.hex}/")

    assert not apply_plan(plan.id)

    assert state_of(plan) == PlanState.DRAFT
    [reason] = list(plan.refused or ())
    assert reason["code"] == "not_applied"
    assert cast.licences.name == {"es": "Licencias"}


@pytest.mark.both
def test_an_ended_post_ends_its_appointments_until_it_is_undone(app_context, cast):
    before = standing(cast.monteclaro)
    plan = applied(
        cast.dorleta, cast.monteclaro, {"kind": "end_post", "post": cast.architect_post.id}
    )
    assert not current_appointments(cast.xoel.id)

    undo(cast.dorleta, plan)

    assert current_appointments(cast.xoel.id)
    assert standing(cast.monteclaro) == before
