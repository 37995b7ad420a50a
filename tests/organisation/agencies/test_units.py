from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import (
    DEPTH_LIMIT,
    create_unit,
    end_unit,
    move_unit,
    rename_unit,
)
from intranet.organisation.agencies.queries import subtree, units_of
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized
from tests.cast import today


def paths_are_true(agency_id):
    units = {unit.id: unit for unit in db.session.scalars(select(Unit))}
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.id.hex}/"


def test_a_new_unit_stands_below_its_parent(app_context, cast):
    unit = create_unit(cast.dorleta, cast.licences, Localized(es="Obra menor"))

    assert unit.ancestor_ids == [*cast.licences.ancestor_ids, unit.id]
    assert unit.code == "obra-menor"
    assert unit.depth == 3


def test_only_the_agencys_administrator_makes_units(app_context, cast):
    for outsider in (cast.guillem, cast.ana, cast.carles):
        with pytest.raises(Forbidden):
            create_unit(outsider, cast.licences, Localized(es="Obra menor"))


def test_a_code_is_taken_once(app_context, cast):
    with pytest.raises(Invalid) as refusal:
        create_unit(cast.dorleta, cast.town_hall, Localized(es="Otra"), code="URB")
    assert "code" in refusal.value.errors


def test_a_unit_needs_a_name(app_context, cast):
    for name in (Localized(es="  "), Localized(), Localized(es="x" * 201)):
        with pytest.raises(Invalid):
            create_unit(cast.dorleta, cast.town_hall, name)


@pytest.mark.both
def test_a_moved_unit_takes_all_below_it_along(app_context, cast):
    inner = create_unit(None, cast.licences, Localized(es="Obra menor"))

    move_unit(cast.dorleta, cast.urban_planning, cast.procurement)

    paths_are_true(cast.monteclaro.id)
    moved = set(db.session.scalars(select(Unit.id).where(subtree(cast.procurement.path))))
    assert moved == {
        cast.procurement.id,
        cast.urban_planning.id,
        cast.licences.id,
        inner.id,
    }
    assert cast.licences.ancestor_ids[-3:-1] == [cast.procurement.id, cast.urban_planning.id]


def test_a_unit_cannot_stand_below_itself_or_in_another_agency(app_context, cast):
    for parent in (cast.urban_planning, cast.licences, cast.innovation):
        with pytest.raises(Invalid):
            move_unit(cast.dorleta, cast.urban_planning, parent)
    with pytest.raises(Invalid):
        move_unit(cast.dorleta, cast.town_hall, cast.licences)


def test_a_tree_has_a_depth_that_its_paths_can_hold(app_context, cast):
    unit = cast.licences
    while unit.depth < DEPTH_LIMIT:
        unit = create_unit(None, unit, Localized(es=f"Nivel {unit.depth + 1}"))

    with pytest.raises(Invalid):
        create_unit(None, unit, Localized(es="Uno más"))
    deep = create_unit(None, cast.procurement, Localized(es="Otra"))
    with pytest.raises(Invalid):
        move_unit(None, cast.urban_planning, deep)


def test_the_second_of_two_who_rename_a_unit_is_told(app_context, cast):
    seen = cast.licences.version
    rename_unit(cast.dorleta, cast.licences, Localized(es="Licencias y Obras"), version=seen)

    with pytest.raises(Conflict):
        rename_unit(cast.dorleta, cast.licences, Localized(es="Otra cosa"), version=seen)
    assert cast.licences.name.text("es") == "Licencias y Obras"


def test_the_root_has_the_name_of_the_agency(app_context, cast):
    with pytest.raises(Invalid):
        rename_unit(cast.dorleta, cast.town_hall, Localized(es="Otro"))


@pytest.mark.both
def test_a_units_posts_and_units_go_to_its_successor(app_context, cast):
    posts = set(db.session.scalars(select(Post.id).where(Post.unit_id == cast.urban_planning.id)))

    end_unit(cast.dorleta, cast.urban_planning, today(), successor=cast.procurement)

    assert cast.urban_planning.successor_id == cast.procurement.id
    assert cast.urban_planning.valid_to == today()
    assert cast.licences.parent_id == cast.procurement.id
    assert {db.session.get_one(Post, post).unit_id for post in posts} == {cast.procurement.id}
    paths_are_true(cast.monteclaro.id)


def test_a_unit_with_people_needs_a_successor(app_context, cast):
    with pytest.raises(Invalid) as refusal:
        end_unit(cast.dorleta, cast.licences, today())
    assert "successor_id" in refusal.value.errors
    assert cast.licences.valid_to is None


@pytest.mark.both
def test_an_empty_unit_ends_without_one_and_leaves_the_tree(app_context, cast):
    unit = create_unit(cast.dorleta, cast.town_hall, Localized(es="Fiestas"))

    end_unit(cast.dorleta, unit, today() - timedelta(days=1))

    assert unit.id not in {each.id for each in units_of(cast.monteclaro.id, today())}


def test_nothing_comes_into_a_unit_whose_last_day_it_is(app_context, cast):
    end_unit(cast.dorleta, cast.licences, today(), successor=cast.procurement)

    with pytest.raises(Invalid):
        create_unit(cast.dorleta, cast.licences, Localized(es="Obra menor"))
    with pytest.raises(Invalid):
        move_unit(cast.dorleta, cast.procurement, cast.licences)
    with pytest.raises(Invalid):
        create_post(cast.dorleta, PostSpec(unit=cast.licences, title=Localized(es="Inspección")))


def test_a_unit_does_not_end_in_the_future(app_context, cast):
    with pytest.raises(Invalid):
        end_unit(cast.dorleta, cast.licences, date(2090, 1, 1), successor=cast.procurement)


def test_units_come_as_they_stand_in_the_tree(app_context, cast):
    names = [unit.name.text("es") for unit in units_of(cast.monteclaro.id, today())]

    assert names == [
        "Ayuntamiento de Monteclaro",
        "Contratación Pública",
        "Organización y Sistemas",
        "Urbanismo y Obras",
        "Licencias",
    ]
