"""An agency's code within its scheme, and the address that follows from it."""

import pytest

from intranet.extensions import db
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.operations.agencies import create_agency
from intranet.organisation.agencies.queries import agency_by_code
from intranet.platform.core.errors import Invalid
from intranet.platform.core.types import Localized
from tests.administration.imports.helpers import apply, fates, table


def make(scheme, code="01001", **more):
    return create_agency(
        code=code,
        code_scheme=scheme,
        name=Localized(fr="Commune"),
        kind=AgencyKind.MUNICIPALITY,
        languages=["fr"],
        **more,
    )


def of(address):
    found = agency_by_code(address)
    assert found, address
    return found


@pytest.mark.both
def test_scheme_and_code_are_unique_together_and_the_first_keeps_its_address(app_context):
    first, second = make("ine"), make("insee")
    assert (first.code, first.register_code) == ("01001", "01001")
    assert (second.code, second.register_code) == ("insee:01001", "01001")
    assert agency_by_code("01001") == first
    assert agency_by_code("insee:01001") == second
    for scheme in ("ine", "insee"):
        with pytest.raises(Invalid) as why:
            make(scheme)
        assert set(why.value.errors) == {"code"}
        db.session.rollback()


@pytest.mark.slow
def test_the_second_of_a_code_has_its_pages(app, cast, client_of):
    with app.app_context():
        make("ine")
        make("insee")
    client = client_of(cast.ana)
    assert client.get("/agencies/01001").status_code == 200
    assert client.get("/agencies/insee:01001").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"handle": "Con Acción"}, "handle"),
        ({"handle": "@vila"}, "handle"),
        ({"handle": "monteclaro"}, "handle"),
        ({"scheme": "Cosa Rara"}, "scheme"),
        ({"scheme": ""}, "scheme"),
    ],
)
def test_handle_and_scheme_are_checked(app_context, cast, wrong, field):
    with pytest.raises(Invalid) as why:
        make(**{"scheme": "insee", **wrong})
    assert set(why.value.errors) == {field}


@pytest.mark.slow
@pytest.mark.both
def test_a_file_of_agencies_tells_two_schemes_apart(app_context):
    header = "code;name;scheme"
    assert fates("agencies", header, "01001;Uno;ine", "01001;Un;insee", "01001;Bis;insee") == [
        "created",
        "created",
        "rejected code twice",
    ]
    done = apply("agencies", table(header, "01001;Uno;ine", "01001;Un;insee"))
    assert done["created"] == 2
    assert of("01001").code_scheme == "ine"
    assert of("insee:01001").register_code == "01001"
    done = apply("agencies", table(header, "01001;Uno;ine", "01001;Deux;insee"))
    assert (done["created"], done["changed"]) == (0, 1)
    assert of("insee:01001").name["es"] == "Deux"


def test_a_local_code_is_given_its_scheme_by_a_file(app_context):
    make("local")
    assert apply("agencies", table("code;name;scheme", "01001;Commune;insee"))["changed"] == 1
    assert of("01001").code_scheme == "insee"
