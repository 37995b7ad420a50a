"""A file does what its person might do in a form: posts with a role are an administrator's."""

import pytest

from intranet.administration.imports.importer import ImportScope
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from tests.administration.imports.helpers import fates

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
