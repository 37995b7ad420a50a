"""The preview of a plan, and whether what is applied is what it said."""

import pytest

from intranet.administration.reorganisation.consequences import ConsequenceKind
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.plan_page import PlanPage
from intranet.administration.reorganisation.previewing import preview
from intranet.administration.reorganisation.readers import readers_changed
from intranet.collaboration.groups.models import Joining
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.operations import write_atoms
from intranet.messaging.spaces.queries import current_member_ids
from intranet.organisation.agencies.operations.units import rename_unit
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.reorganisation.plans import apply, made
from tests.administration.reorganisation.test_applying import election
from tests.collaboration.groups.helpers import group_of


def members():
    db.session.rollback()
    return {space.id: current_member_ids(space) for space in db.session.query(Space).all()}


@pytest.mark.both
def test_the_preview_names_every_change_of_readers(app_context, cast):
    plan = made(cast.dorleta, cast.monteclaro, *election(cast))
    said = readers_changed(read(plan))
    before = members()

    apply(cast.dorleta, plan)

    after = members()
    gained = {key: after[key] - before[key] for key in before if after[key] - before[key]}
    lost = {key: before[key] - after[key] for key in before if before[key] - after[key]}
    assert {key: some for key, some in said.gained.items() if some} == gained
    assert {key: some for key, some in said.lost.items() if some} == lost


def test_the_preview_counts(app_context, cast):
    plan = made(cast.dorleta, cast.monteclaro, *election(cast))

    found = preview(plan, cast.dorleta)

    by_kind = {each.kind: each for each in found.consequences}
    assert by_kind[ConsequenceKind.NEW_CHANNELS].count == 3
    assert by_kind[ConsequenceKind.JOINED_CHANNELS].count == 2
    assert by_kind[ConsequenceKind.LINKS].count == 2
    people = {row.text for row in by_kind[ConsequenceKind.PEOPLE].rows}
    assert people >= {"Carles Roig", "Xoel Pardo", "Ana Castro"}
    assert "Nadia Benali" not in people


def test_the_trees_show_heads_and_the_people_of_each_unit(app_context, cast):
    page = PlanPage(made(cast.dorleta, cast.monteclaro, *election(cast)))

    today, after = ({row.unit.id: row for row in tree.rows} for tree in page.trees)
    assert today[cast.urban_planning.id].head == "Carles Roig"
    assert today[cast.procurement.id].count == after[cast.procurement.id].count > 0


@pytest.mark.both
def test_an_applied_plan_shows_the_trees_that_it_was_applied_to(app_context, cast):
    plan = made(cast.dorleta, cast.monteclaro, *election(cast))

    def shown():
        said = []
        for tree in PlanPage(db.session.get_one(Plan, plan.id)).trees:
            rows = [*tree.rows, *tree.ended]
            said.append([(row.unit.id, row.depth, row.count, row.head, row.tags) for row in rows])
        return said

    before = shown()
    apply(cast.dorleta, plan)
    assert shown() == before
    rename_unit(cast.dorleta, cast.systems, Localized(es="Otra cosa"))
    end_appointment(None, current_appointments(cast.carles.id)[0])
    assert shown() == before


def test_the_preview_names_no_group_that_the_reader_may_not_know(app_context, cast):
    hidden = group_of(cast.xoel, "Reservado", is_listed=False, joining=Joining.INVITATION)
    listed = group_of(cast.xoel, "Vados")
    with unit_of_work() as work:
        for group in (hidden, listed):
            space = db.session.get_one(Space, group.space_id)
            space.audience = {"any": [{"unit": str(cast.licences.id), "subtree": True}]}
            write_atoms(work, space, Audience.parse(space.audience))
    plan = made(
        cast.dorleta,
        cast.monteclaro,
        {"kind": "merge", "units": [cast.licences.id], "into": cast.procurement.id},
        {"kind": "move_post", "post": cast.architect_post.id, "parent": cast.systems.id},
    )

    def said(viewer):
        found = preview(plan, viewer).consequences
        return {each.kind: {row.text for row in each.rows} for each in found}

    for kind in (ConsequenceKind.GROUPS, ConsequenceKind.AUDIENCES, ConsequenceKind.GAIN):
        assert "Vados" in said(cast.dorleta)[kind], kind
        assert "Reservado" not in said(cast.dorleta)[kind], kind
        assert "Un grupo que no puedes ver" in said(cast.dorleta)[kind], kind
        assert "Reservado" in said(None)[kind], kind
        assert "Reservado" in said(cast.xoel)[kind] or kind == ConsequenceKind.GAIN
