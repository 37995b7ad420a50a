"""The preview of a plan, and whether what is applied is what it said."""

import pytest

from intranet.administration.reorganisation.consequences import ConsequenceKind
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.previewing import preview
from intranet.administration.reorganisation.readers import readers_changed
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import current_member_ids
from tests.administration.reorganisation.plans import apply, made
from tests.administration.reorganisation.test_applying import election


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

    found = preview(plan)

    by_kind = {each.kind: each for each in found.consequences}
    assert by_kind[ConsequenceKind.NEW_CHANNELS].count == 3
    assert by_kind[ConsequenceKind.JOINED_CHANNELS].count == 2
    assert by_kind[ConsequenceKind.LINKS].count == 2
    people = {row.text for row in by_kind[ConsequenceKind.PEOPLE].rows}
    assert people >= {"Carles Roig", "Xoel Pardo", "Ana Castro"}
    assert "Nadia Benali" not in people
    assert found.heads_before[cast.urban_planning.id] == "Carles Roig"
    assert found.people_before[cast.town_hall.id] == found.people_after[cast.town_hall.id]
