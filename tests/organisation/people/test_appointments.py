from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    appoint,
    appoint_all,
    change_appointment,
    end_appointment,
)
from intranet.organisation.people.queries import current_appointments, past_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from tests.cast import today


def held(person):
    return [row.post.handle for row in current_appointments(person.id)]


def the_appointment(person):
    return current_appointments(person.id)[0]


def test_the_last_day_is_included_and_midnight_is_the_agencys(app_context, cast):
    row = appoint(
        cast.dorleta,
        cast.technician_post,
        cast.xoel,
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 30),
        kind=AppointmentKind.SUBSTITUTE,
    )

    assert row.since == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert row.until == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.both
def test_dates_are_reckoned_anew_in_another_zone(app_context, cast):
    row = the_appointment(cast.uxia)
    absence = set_absence(None, cast.uxia, starts_on=today(), ends_on=today())
    town = cast.monteclaro
    change_agency(
        cast.dorleta,
        town,
        version=None,
        name=town.name,
        languages=town.languages,
        time_zone="Atlantic/Canary",
        second_factor=town.second_factor,
        basis_shown_outside=False,
    )

    assert row.until == clock.end_of(row.ends_on, "Atlantic/Canary")
    assert absence.until == clock.end_of(today(), "Atlantic/Canary")
    places = select(SpaceMember.until).where(SpaceMember.appointment_id == row.id)
    assert set(db.session.scalars(places)) == {row.until}


def test_ending_takes_effect_at_this_instant(app_context, cast):
    end_appointment(cast.dorleta, the_appointment(cast.xoel))

    assert held(cast.xoel) == []
    assert [row.ends_on for row in past_appointments(cast.xoel.id, clock.now())] == [today()]


def test_ending_on_a_day_lets_it_be_held_until_then(app_context, cast):
    end_appointment(cast.dorleta, the_appointment(cast.xoel), last_day=today())

    assert held(cast.xoel) == ["arquitecto-a-municipal"]


def test_an_appointment_that_lies_ahead_is_taken_back(app_context, cast):
    row = appoint(None, cast.technician_post, cast.xoel, starts_on=today() + timedelta(days=9))
    end_appointment(cast.dorleta, row)

    assert row.since == row.until
    assert past_appointments(cast.xoel.id, clock.now() + timedelta(days=30)) == []


def test_what_has_ended_does_not_end_again(app_context, cast):
    row = the_appointment(cast.xoel)
    end_appointment(cast.dorleta, row)
    with pytest.raises(Conflict):
        end_appointment(cast.dorleta, row)


def test_only_the_administrator_of_the_posts_agency_appoints_and_ends(app_context, cast):
    for outsider in (cast.guillem, cast.carles, cast.ana):
        with pytest.raises(Forbidden):
            appoint(outsider, cast.technician_post, cast.xoel, starts_on=today())
        with pytest.raises(Forbidden):
            end_appointment(outsider, the_appointment(cast.xoel))
        with pytest.raises(Forbidden):
            change_appointment(
                outsider,
                the_appointment(cast.xoel),
                version=1,
                starts_on=today(),
                ends_on=None,
                kind=AppointmentKind.HOLDER,
                basis="",
            )


def test_a_post_has_as_many_holders_as_places(app_context, cast):
    with pytest.raises(Invalid) as refusal:
        appoint(cast.dorleta, cast.head_post, cast.xoel, starts_on=today())
    assert "post_id" in refusal.value.errors

    appoint(
        cast.dorleta,
        cast.head_post,
        cast.xoel,
        starts_on=today(),
        kind=AppointmentKind.ACTING,
    )


def test_a_place_is_free_after_its_holder_and_before_the_next(app_context, cast):
    end_appointment(None, the_appointment(cast.carles), last_day=today())

    tomorrow = today() + timedelta(days=1)
    appoint(None, cast.head_post, cast.xoel, starts_on=tomorrow)
    with pytest.raises(Invalid):
        appoint(None, cast.head_post, cast.iria, starts_on=tomorrow)


def test_nobody_stands_in_one_post_twice(app_context, cast):
    with pytest.raises(Conflict):
        appoint(
            None,
            cast.architect_post,
            cast.xoel,
            starts_on=today(),
            kind=AppointmentKind.ACTING,
        )


def test_the_last_day_is_not_before_the_first(app_context, cast):
    with pytest.raises(Invalid):
        appoint(
            None,
            cast.technician_post,
            cast.xoel,
            starts_on=today(),
            ends_on=today() - timedelta(days=1),
        )


def test_the_second_of_two_who_change_an_appointment_is_told(app_context, cast):
    row = the_appointment(cast.uxia)
    changes = {
        "version": row.version,
        "starts_on": row.starts_on,
        "ends_on": today() + timedelta(days=90),
        "kind": row.kind,
        "basis": "interina",
    }
    change_appointment(cast.dorleta, row, **changes)
    with pytest.raises(Conflict):
        change_appointment(cast.dorleta, row, **changes)


def test_many_are_appointed_in_one_go_and_refused_together(app_context, cast):
    rows = [
        AppointmentSpec(post=cast.technician_post, person=person, starts_on=today())
        for person in (cast.xoel, cast.uxia)
    ]
    with pytest.raises(Invalid):
        appoint_all(None, cast.monteclaro, rows)
    assert held(cast.xoel) == ["arquitecto-a-municipal"]


def test_one_person_holds_posts_in_two_agencies(app_context, cast):
    agencies = [row.post.unit.agency.handle for row in current_appointments(cast.bieito.id)]
    assert agencies == ["vilaverde", "outeiro"]
