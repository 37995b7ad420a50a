"""People's officers change the structure around others, and read nothing more by it."""

from datetime import timedelta

import pytest

from intranet.organisation.agencies.models import PostKind
from intranet.organisation.agencies.operations.administrations import RoleTerms, give_role
from intranet.organisation.agencies.operations.confirmations import ShownFunctions, confirm_shown
from intranet.organisation.agencies.operations.functions import rows_of_functions, set_levels
from intranet.organisation.agencies.operations.posts import (
    PostSpec,
    change_post,
    create_post,
    end_post,
    set_functions,
)
from intranet.organisation.agencies.operations.units import end_unit, move_unit
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.types import Localized
from tests.cast import today

OFFICER = AgencyRole.PEOPLE
FIELDS = (
    *("version", "unit", "title", "kind", "level", "is_head", "places", "handle"),
    *("publishes_for_agency", "fallback"),
)


def change(actor, post, **more):
    return change_post(actor, post, **{name: getattr(post, name) for name in FIELDS} | more)


@pytest.fixture
def carles(app_context, cast):
    """The head of urban planning, who is a people's officer as well."""
    give_role(cast.dorleta, cast.monteclaro, cast.head_post, OFFICER)
    return cast.carles


@pytest.mark.both
def test_an_officer_leaves_the_own_post_to_others(carles, cast):
    post = cast.head_post
    for more in ({"unit": cast.systems}, {"is_head": False}, {"level": 5}):
        with pytest.raises(Forbidden):
            change(carles, post, **more)
    with pytest.raises(Forbidden):
        set_levels(carles, cast.monteclaro, [cast.technician_post, post], 5)
    with pytest.raises(Forbidden):
        end_post(carles, post, today())
    change(carles, post)
    set_functions(carles, post, ["OAC"])
    assert rows_of_functions([post.id])[post.id]["OAC"].backing == 0

    change(carles, cast.technician_post, level=2)
    set_functions(carles, cast.technician_post, ["OAC"])
    assert rows_of_functions([cast.technician_post.id])[cast.technician_post.id]["OAC"].backing == 1
    change(cast.dorleta, post, unit=cast.systems)


@pytest.mark.both
def test_a_post_that_will_be_theirs_is_theirs_and_so_for_a_deputy(app_context, cast):
    terms = RoleTerms(deputy=cast.technician_post)
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER, terms)
    set_absence(None, cast.xoel, starts_on=today(), ends_on=today())
    appoint(
        *(None, cast.officer_post, cast.iria),
        starts_on=today() + timedelta(days=9),
        kind=AppointmentKind.ACTING,
    )
    for post in (cast.technician_post, cast.officer_post):
        with pytest.raises(Forbidden):
            change(cast.iria, post, level=2)
    change(cast.iria, cast.head_of_licences_post, level=2)


@pytest.mark.both
def test_an_officer_puts_nothing_below_the_unit_that_they_head(carles, cast):
    with pytest.raises(Forbidden):
        change(carles, cast.technician_post, unit=cast.licences)
    with pytest.raises(Forbidden):
        move_unit(carles, cast.systems, cast.urban_planning)
    with pytest.raises(Forbidden):
        move_unit(carles, cast.urban_planning, cast.procurement)
    change(carles, cast.technician_post, unit=cast.systems)
    move_unit(carles, cast.systems, cast.procurement)
    move_unit(cast.dorleta, cast.systems, cast.urban_planning)


@pytest.mark.both
def test_an_officer_carries_no_room_on_where_they_are(carles, cast):
    for ended, successor in (
        (cast.procurement, cast.urban_planning),
        (cast.procurement, cast.town_hall),
        (cast.urban_planning, cast.procurement),
        (cast.procurement, cast.licences),
    ):
        with pytest.raises(Forbidden):
            end_unit(carles, ended, today(), successor=successor)
    end_unit(carles, cast.systems, today(), successor=cast.procurement)
    end_unit(cast.dorleta, cast.procurement, today(), successor=cast.urban_planning)


@pytest.mark.both
def test_an_officer_takes_no_head_from_between_vacant_posts_and_them(carles, cast):
    between = cast.head_of_licences_post
    for more in ({"is_head": False}, {"kind": PostKind.ELECTED}, {"unit": cast.systems}):
        with pytest.raises(Forbidden):
            change(carles, between, **more)
    for last_day in (today() - timedelta(days=1), today() + timedelta(days=9)):
        with pytest.raises(Forbidden):
            end_post(carles, between, last_day)

    create_post(carles, PostSpec(unit=cast.licences, title=Localized(es="Delineante")))
    change(carles, between, title=Localized(es="Jefatura"), level=5)
    change(carles, cast.head_of_procurement_post, is_head=False)
    end_post(cast.dorleta, between, today() - timedelta(days=1))


@pytest.mark.both
def test_an_officer_does_not_pass_another_head_of_the_own_unit(carles, cast):
    title = Localized(es="Dirección de Urbanismo")
    first = create_post(
        None, PostSpec(unit=cast.urban_planning, title=title, level=1, is_head=True)
    )
    change(None, cast.head_post, level=2)
    with pytest.raises(Forbidden):
        change(carles, first, level=3)
    with pytest.raises(Forbidden):
        set_levels(carles, cast.monteclaro, [first], 3)
    set_levels(cast.dorleta, cast.monteclaro, [first], 3)


@pytest.mark.both
def test_an_officer_does_not_make_the_own_post_the_registry(carles, cast):
    registry = cast.technician_post
    set_functions(None, registry, ["OAC"])
    set_functions(None, cast.head_post, ["SEC"])
    with pytest.raises(Forbidden):
        set_functions(carles, registry, ["PRO"])
    shown = ShownFunctions(frozenset({"OAC"}), frozenset(), was_suggested=False)
    with pytest.raises(Forbidden):
        confirm_shown(carles, cast.monteclaro, {registry.id: shown})
    assert "OAC" in rows_of_functions([registry.id])[registry.id]
    set_functions(carles, registry, ["OAC", "PRO"])
    set_functions(cast.dorleta, registry, ["PRO"])
