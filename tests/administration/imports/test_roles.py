"""A file does what its person might do in a form: posts with a role are an administrator's."""

from datetime import timedelta

import pytest

from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.models import Import, ImportState
from intranet.administration.imports.operations import start_applying
from intranet.extensions import db
from intranet.organisation.agencies.operations.administrations import (
    give_role,
    propose_mandate,
)
from intranet.organisation.agencies.roles import AgencyRole
from tests.administration.imports.helpers import fates, stage, table
from tests.cast import today

HEADER = "name;email;post_code;appointment"


@pytest.fixture
def of_officer(app_context, cast):
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.PEOPLE)
    return ImportScope(frozenset({cast.monteclaro.id}), cast.xoel)


def line(person, cast, post, kind="acting"):
    return f"{person.name};{cast.account_of(person).email};{post.code};{kind}"


def test_a_peoples_officer_imports_people_but_nobody_into_a_post_with_a_role(cast, of_officer):
    lines = [
        line(cast.nadia, cast, cast.officer_post),
        line(cast.nadia, cast, cast.administrator_post),
        line(cast.nadia, cast, cast.architect_post),
        line(cast.xoel, cast, cast.officer_post),
    ]
    assert fates("people", HEADER, *lines, scope=of_officer) == [
        "created",
        "rejected post_code needs_administrator",
        "rejected post_code needs_administrator",
        "rejected name own_appointment",
    ]
    post = f"{cast.administrator_post.code};Responsable;SIS;2199-01-01"
    fate = fates("posts", "code;title;unit_code;valid_to", post, scope=of_officer)
    assert fate == ["rejected code needs_administrator"]


def test_an_administrator_imports_into_any_post(cast, app_context):
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    lines = [
        line(cast.nadia, cast, cast.administrator_post),
        line(cast.dorleta, cast, cast.officer_post),
    ]
    assert fates("people", HEADER, *lines, scope=scope) == ["created", "created"]


def test_an_appointment_to_a_post_with_a_role_does_not_move_to_days_of_the_past(cast, app_context):
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    lines = [
        f"{cast.dorleta.name};dorleta@monteclaro.example;{cast.administrator_post.code};2001-01-01",
        f"{cast.xoel.name};xoel@monteclaro.example;{cast.architect_post.code};2001-01-01",
    ]
    header = "name;email;post_code;from"
    assert fates("people", header, *lines, scope=scope) == [
        "rejected from post_with_role",
        "changed",
    ]


def test_a_mandate_over_another_agency_is_a_role_too(cast, of_officer):
    post, last_day = cast.officer_post, today() + timedelta(days=9)
    propose_mandate(cast.guillem, cast.altamar, post, last_day=last_day)
    assert fates("people", HEADER, line(cast.nadia, cast, post), scope=of_officer) == [
        "rejected post_code needs_administrator"
    ]


def test_a_peoples_officer_imports_nothing_by_which_they_move_or_read_more(cast, app_context):
    give_role(cast.dorleta, cast.monteclaro, cast.head_post, AgencyRole.PEOPLE)
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.carles)
    own, other = cast.head_post, cast.technician_post
    planning, systems = cast.urban_planning.code, cast.systems.code

    for unit_code, fate in ((planning, "rejected code for_others"), (systems, "changed")):
        line_of_other = f"{other.code};{other.title['es']};{unit_code}"
        assert fates("posts", "code;title;unit_code", line_of_other, scope=scope) == [fate]
    assert fates(
        *("posts", "code;title;unit_code;functions"),
        f"{own.code};{own.title['es']};{planning};OAC",
        scope=scope,
    ) == ["rejected code for_others"]
    for moved, into, fate in (
        (cast.systems, planning, "rejected parent_code for_others"),
        (cast.urban_planning, systems, "rejected parent_code for_others"),
        (cast.procurement, systems, "changed"),
    ):
        line_of_unit = f"{moved.code};{moved.name['es']};{into}"
        assert fates("units", "code;name;parent_code", line_of_unit, scope=scope) == [fate]


@pytest.mark.both
def test_an_import_takes_no_head_from_between_vacant_posts_and_who_applies_it(cast, app_context):
    give_role(cast.dorleta, cast.monteclaro, cast.head_post, AgencyRole.PEOPLE)
    post = cast.head_of_licences_post
    file = table("code;title;unit_code;head", f"{post.code};{post.title['es']};URB-LIC;no")
    row = stage("posts", file, ImportScope(frozenset({cast.monteclaro.id}), cast.carles))
    start_applying(cast.carles, row, is_meant=True)
    apply_for(row.id)

    row = db.session.get_one(Import, row.id, populate_existing=True)
    assert (row.state, row.refusal) == (ImportState.CHECKED, {"code": "for_others"})
    assert cast.head_of_licences_post.is_head

    start_applying(cast.dorleta, row, is_meant=True)
    assert apply_for(row.id)
    assert not cast.head_of_licences_post.is_head
