"""Plans that are applied and undone."""

import pytest

from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import PlanState
from intranet.administration.reorganisation.undoing import undo
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.agencies.models import Unit
from intranet.platform.core.ids import uuid7
from tests.administration.reorganisation.plans import applied, apply, channel_of, made, standing


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


@pytest.mark.both
def test_a_plan_is_applied_whole_and_undone_to_equal_rows(app_context, cast):
    before = standing(cast.monteclaro)
    plan = made(cast.dorleta, cast.monteclaro, *election(cast))
    found = read(plan)
    assert not found.forbids, [each.sentence for each in found.findings]

    apply(cast.dorleta, plan)

    assert plan.state == PlanState.APPLIED
    stands = {unit.id: unit for unit in db.session.query(Unit).all()}
    for unit in found.after.living():
        assert stands[unit.id].parent_id == unit.parent_id
        assert stands[unit.id].path == found.after.path(unit.id)
    assert standing(cast.monteclaro) != before

    undo(cast.dorleta, plan)

    assert plan.state == PlanState.UNDONE
    assert standing(cast.monteclaro) == before

    apply(cast.dorleta, plan)
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
