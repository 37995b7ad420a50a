import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import AgencyKind, Function, SecondFactor
from intranet.organisation.agencies.operations.agencies import (
    change_agency,
    create_agency,
    root_unit,
)
from intranet.organisation.agencies.queries import agency_by_handle, post_by_address
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized


def made(**more):
    kept = {
        "code": "L9",
        "name": Localized(eu="Iturrialdeko Udala"),
        "kind": AgencyKind.MUNICIPALITY,
        "languages": ["eu", "es"],
    }
    return create_agency(**{**kept, **more})


def settings_of(agency, **more):
    kept = {
        "version": agency.version,
        "name": agency.name,
        "languages": agency.languages,
        "time_zone": agency.time_zone,
        "second_factor": agency.second_factor,
        "basis_shown_outside": agency.basis_shown_outside,
    }
    return {**kept, **more}


def test_an_agency_has_a_root_and_a_handle(app_context):
    agency = made()

    assert agency.handle == "iturrialdeko-udala"
    assert root_unit(agency).name == agency.name
    assert root_unit(agency).depth == 0


def test_codes_and_handles_are_one_agencys(app_context, cast):
    with pytest.raises(Invalid):
        made(code=cast.monteclaro.code, code_scheme="dir3")
    with pytest.raises(Invalid):
        made(handle="monteclaro")


def test_an_agency_needs_a_name_in_its_own_language_and_a_known_zone(app_context):
    with pytest.raises(Invalid):
        made(name=Localized(es="Solo"))
    with pytest.raises(Invalid):
        made(time_zone="Mars/Base")
    with pytest.raises(Invalid):
        made(languages=[])


def test_the_functions_are_there_once(app_context):
    made()
    assert db.session.scalar(select(func.count()).select_from(Function)) == 62


@pytest.mark.both
def test_an_agency_decides_for_itself(app_context, cast):
    agency = cast.monteclaro
    change_agency(
        cast.dorleta,
        agency,
        **settings_of(
            agency,
            name=Localized(es="Concejo de Monteclaro"),
            second_factor=SecondFactor.ADMINISTRATORS,
            basis_shown_outside=True,
        ),
    )

    assert agency.second_factor == SecondFactor.ADMINISTRATORS
    assert cast.town_hall.name.text("es") == "Concejo de Monteclaro"


def test_another_agency_decides_nothing(app_context, cast):
    for outsider in (cast.guillem, cast.ana):
        with pytest.raises(Forbidden):
            change_agency(outsider, cast.monteclaro, **settings_of(cast.monteclaro))


@pytest.mark.both
def test_the_second_of_two_who_change_the_settings_is_told(app_context, cast):
    agency = cast.monteclaro
    first = settings_of(agency, basis_shown_outside=True)
    change_agency(cast.dorleta, agency, **first)
    with pytest.raises(Conflict):
        change_agency(cast.dorleta, agency, **first)


def test_a_post_is_found_by_its_address(app_context, cast):
    address = f"@{cast.vilaverde_post.handle}@vilaverde"

    assert post_by_address(address) is cast.vilaverde_post
    assert post_by_address(address.upper()) is cast.vilaverde_post
    assert post_by_address("nobody@vilaverde") is None
    assert agency_by_handle("Altamar") is cast.altamar
