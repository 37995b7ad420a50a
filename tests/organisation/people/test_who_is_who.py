from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from intranet.extensions import db
from intranet.organisation.people import queries, unit_members
from intranet.organisation.people.access import (
    colleagues_among,
    get_administered_agency,
    get_person,
    holds_any_post,
    visible_fields,
)
from intranet.organisation.people.availability import AvailabilityState
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Showing
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.operations.people import (
    ProfileContents,
    edit_profile,
    rename_person,
)
from intranet.organisation.people.speakers import answering
from intranet.organisation.worktime.presence import availabilities
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.unit_of_work import unit_of_work

TUESDAY_AT_TEN = datetime(2026, 6, 2, 8, tzinfo=UTC)
TUESDAY_EVENING = datetime(2026, 6, 2, 18, tzinfo=UTC)


def names(appointments):
    return [row.person.name for row in appointments]


def speakers(post):
    return answering([post.id], clock.now())[post.id].people


def test_who_stands_in_a_post_holders_first(app_context, cast):
    assert names(queries.holders(cast.officer_post.id, clock.now())) == [
        "Ana Castro",
        "Lara Nieto",
        "Uxía Lema",
    ]
    assert names(queries.holders(cast.head_of_licences_post.id, clock.now())) == ["Ana Castro"]


@pytest.mark.both
def test_a_vacant_post_speaks_by_its_fallback(app_context, cast):
    assert speakers(cast.technician_post) == [cast.iria]
    with unit_of_work():
        cast.head_post.fallback_id = cast.architect_post.id
    end_appointment(None, queries.current_appointments(cast.carles.id)[0])

    assert speakers(cast.head_post) == [cast.xoel]


@pytest.mark.both
def test_people_of_a_unit_and_below_it(app_context, cast):
    here = unit_members.members_of_unit(cast.urban_planning.id, clock.now())

    assert [row.person_id for row in here] == [cast.carles.id, cast.xoel.id]
    assert [row.is_head for row in here] == [True, False]
    assert unit_members.count_in_subtree(cast.urban_planning, clock.now()) == 5


def test_the_head_is_of_the_nearest_unit_that_has_one(app_context, cast):
    assert names(queries.heads_of_person(cast.xoel.id)) == ["Carles Roig"]
    assert names(queries.heads_of_person(cast.carles.id)) == ["Rosa Vidueira"]
    assert names(queries.heads_of_person(cast.ana.id)) == ["Carles Roig"]
    assert queries.heads_of_person(cast.rosa.id) == []


def test_vacancies_count_places(app_context, cast):
    units = [cast.licences.id, cast.procurement.id, cast.urban_planning.id]
    today = clock.today("Europe/Madrid")

    found = queries.vacancies(units, clock.now(), today)

    assert found == {cast.licences.id: 3, cast.procurement.id: 1}


def test_lines_of_a_hundred_cost_as_many_queries_as_one(app_context, cast):
    people = [cast.ana.id, cast.bieito.id, cast.elna.id, cast.eloi.id, cast.carles.id]
    db.session.rollback()
    db.session.expunge_all()
    said = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: said.append(call[2]))

    lines = person_lines(people, clock.now())

    assert [words for words in said if words.startswith("SELECT")] == said[-1:]
    bieito = cast.bieito.id
    assert lines[bieito].caption("gl") == "Secretaría-Intervención · Concello de Vilaverde"
    assert lines[cast.eloi.id].post_title is None
    assert (
        lines[cast.elna.id].caption("es") == "Cap d'Innovació · Innovación · Diputación de Altamar"
    )


def test_who_shares_an_agency_is_a_colleague(app_context, cast):
    everybody = [cast.ana.id, cast.carles.id, cast.bieito.id, cast.eloi.id]

    assert colleagues_among(cast.ana, everybody) == {cast.ana.id, cast.carles.id}


def test_a_phone_is_for_the_agency_until_its_owner_opens_it(app_context, cast):
    assert "phone" in visible_fields(cast.carles, cast.ana)
    assert "phone" not in visible_fields(cast.bieito, cast.ana)
    assert "about" in visible_fields(cast.bieito, cast.ana)

    profile = ProfileContents(phone="1204", reach={"phone": "network", "about": "agency"})
    edit_profile(cast.ana, cast.ana, profile, version=cast.ana.version)

    assert "phone" in visible_fields(cast.bieito, cast.ana)
    assert "about" not in visible_fields(cast.bieito, cast.ana)


def test_who_holds_no_post_sees_only_themselves(app_context, cast):
    assert not holds_any_post(cast.eloi)
    assert get_person(cast.eloi, cast.eloi.id) is cast.eloi
    with pytest.raises(NotFound):
        get_person(cast.eloi, cast.ana.id)
    assert get_person(cast.bieito, cast.ana.id) is cast.ana


def test_nobody_writes_anothers_profile(app_context, cast):
    for other in (cast.dorleta, cast.carles):
        with pytest.raises(Forbidden):
            edit_profile(other, cast.ana, ProfileContents(), version=cast.ana.version)


@pytest.mark.both
def test_a_profile_that_changed_meanwhile_is_not_overwritten(app_context, cast):
    seen = cast.ana.version
    edit_profile(cast.ana, cast.ana, ProfileContents(about="Primero"), version=seen)
    with pytest.raises(Conflict):
        edit_profile(cast.ana, cast.ana, ProfileContents(about="Segundo"), version=seen)
    assert cast.ana.about == "Primero"


def test_an_administrator_corrects_a_name(app_context, cast):
    rename_person(cast.dorleta, cast.monteclaro, cast.ana, "Ana Castro Ñíguez")
    assert cast.ana.sort_key == "ana castro nzziguez"
    with pytest.raises(Forbidden):
        rename_person(cast.guillem, cast.monteclaro, cast.ana, "Otra")


def test_an_agency_is_administered_by_its_own_only(app_context, cast):
    assert get_administered_agency(cast.dorleta, "L01990012") is cast.monteclaro
    for outsider in (cast.guillem, cast.ana, cast.bieito):
        with pytest.raises(NotFound):
            get_administered_agency(outsider, "L01990012")


@pytest.mark.parametrize(
    ("instant", "state"),
    [(TUESDAY_AT_TEN, AvailabilityState.AVAILABLE), (TUESDAY_EVENING, AvailabilityState.OFF)],
)
def test_availability_comes_from_the_hours(app_context, cast, instant, state):
    with clock.freeze(instant):
        found = availabilities([cast.ana, cast.carles], clock.now())

    assert found[cast.ana.id].state == state
    assert cast.carles.id not in found


def test_an_absence_comes_before_the_hours(app_context, cast):
    with clock.freeze(TUESDAY_AT_TEN):
        day = TUESDAY_AT_TEN.date()
        set_absence(
            None, cast.ana, starts_on=day, ends_on=day + timedelta(days=2), stand_in=cast.xoel
        )
        found = availabilities([cast.ana], clock.now())[cast.ana.id]

    assert found.state == AvailabilityState.AWAY
    assert found.stand_in == cast.xoel.name


@pytest.mark.both
def test_who_chooses_to_show_nothing_shows_nothing(app_context, cast):
    week = cast.ana.week
    edit_profile(
        cast.ana,
        cast.ana,
        ProfileContents(week=week, showing=Showing.NOTHING),
        version=cast.ana.version,
    )
    assert availabilities([cast.ana], TUESDAY_AT_TEN) == {}
