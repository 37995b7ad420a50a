from datetime import date, timedelta

import pytest

from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.operations.administrations import (
    accept_mandate,
    end_administration,
    make_administrator,
    propose_mandate,
)
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.agencies.queries import administrations_of, mandates_of
from intranet.organisation.people.access import administered_agencies
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized
from tests.cast import today


def in_a_year() -> date:
    return today() + timedelta(days=365)


def mandate_over_vilaverde(cast) -> Administration:
    """Vilaverde's secretary administers it, and asks the province to do so as well."""
    make_administrator(None, cast.vilaverde, cast.vilaverde_post)
    return propose_mandate(cast.bieito, cast.vilaverde, cast.assistance_post, last_day=in_a_year())


def names(agencies):
    return [agency.handle for agency in agencies]


def test_a_post_of_the_agency_administers_at_once(app_context, cast):
    make_administrator(cast.dorleta, cast.monteclaro, cast.architect_post)

    assert names(administered_agencies(cast.xoel)) == ["monteclaro"]


def test_administration_goes_with_the_post(app_context, cast):
    make_administrator(None, cast.monteclaro, cast.architect_post)
    appointment = current_appointments(cast.dorleta.id)[0]
    end_appointment(None, appointment)

    assert administered_agencies(cast.dorleta) == []


def test_a_mandate_begins_when_both_sides_have_accepted(app_context, cast):
    mandate = mandate_over_vilaverde(cast)
    assert names(administered_agencies(cast.guillem)) == ["altamar"]

    accept_mandate(cast.guillem, mandate)

    assert names(administered_agencies(cast.guillem)) == ["altamar", "vilaverde"]
    create_unit(cast.guillem, cast.vilaverde_hall, Localized(gl="Padrón"))
    assert [row.id for row in mandates_of(cast.altamar.id)] == [mandate.id]


def test_only_the_asked_agency_accepts(app_context, cast):
    mandate = mandate_over_vilaverde(cast)
    for other in (cast.bieito, cast.dorleta, cast.elna):
        with pytest.raises(Forbidden):
            accept_mandate(other, mandate)


@pytest.mark.parametrize("side", ["bieito", "guillem"])
def test_either_side_ends_a_mandate(app_context, cast, side):
    mandate = mandate_over_vilaverde(cast)
    accept_mandate(cast.guillem, mandate)

    end_administration(getattr(cast, side), mandate)

    assert names(administered_agencies(cast.guillem)) == ["altamar"]
    with pytest.raises(Conflict):
        end_administration(cast.bieito, mandate)


def test_a_mandate_ends_with_its_last_day(app_context, cast):
    mandate = mandate_over_vilaverde(cast)
    accept_mandate(cast.guillem, mandate)

    with clock.freeze(clock.end_of(in_a_year(), "Europe/Madrid") - timedelta(seconds=1)):
        assert names(administered_agencies(cast.guillem)) == ["altamar", "vilaverde"]
    with clock.freeze(clock.end_of(in_a_year(), "Europe/Madrid")):
        assert names(administered_agencies(cast.guillem)) == ["altamar"]


@pytest.mark.both
def test_who_administers_by_mandate_gives_it_to_nobody(app_context, cast):
    accept_mandate(cast.guillem, mandate_over_vilaverde(cast))

    with pytest.raises(Forbidden):
        propose_mandate(cast.guillem, cast.vilaverde, cast.innovation_post, last_day=in_a_year())
    with pytest.raises(Forbidden):
        make_administrator(cast.guillem, cast.vilaverde, cast.vilaverde_post)


def test_a_third_agency_has_no_say(app_context, cast):
    mandate = mandate_over_vilaverde(cast)
    for other in (cast.dorleta, cast.elna, cast.ana):
        with pytest.raises(Forbidden):
            end_administration(other, mandate)


def test_the_last_post_keeps_the_administration(app_context, cast):
    [row] = administrations_of(cast.monteclaro.id)
    with pytest.raises(Conflict):
        end_administration(cast.dorleta, row)

    make_administrator(cast.dorleta, cast.monteclaro, cast.architect_post)
    end_administration(cast.dorleta, row)
    assert administered_agencies(cast.dorleta) == []


def test_a_mandate_is_dated_and_for_another_agency(app_context, cast):
    make_administrator(None, cast.vilaverde, cast.vilaverde_post)
    with pytest.raises(Invalid):
        propose_mandate(cast.bieito, cast.vilaverde, cast.assistance_post, last_day=today())
    with pytest.raises(Invalid):
        propose_mandate(cast.bieito, cast.vilaverde, cast.vilaverde_post, last_day=in_a_year())
    with pytest.raises(Invalid):
        make_administrator(cast.bieito, cast.vilaverde, cast.assistance_post)


def test_a_post_is_asked_once(app_context, cast):
    mandate_over_vilaverde(cast)
    with pytest.raises(Conflict):
        propose_mandate(cast.bieito, cast.vilaverde, cast.assistance_post, last_day=in_a_year())
    with pytest.raises(Conflict):
        make_administrator(cast.dorleta, cast.monteclaro, cast.administrator_post)
