"""The pages of working time: of an agency's administrators, and one's own; what senders see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import (
    start_direct_message,
    start_post_conversation,
)
from intranet.organisation.worktime.models import CalendarDay, Duty, DutyKind
from intranet.organisation.worktime.operations import NewDuty, put_duties, set_working_time
from intranet.organisation.worktime.queries import own_hours, quiet_until, working_time
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from tests.organisation.worktime.helpers import let_loosen

WEEK = {"mon_from": "09:00", "mon_to": "14:00", "tue_from": "09:00", "tue_to": "14:00"}


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def place(cast):
    return f"/admin/{cast.monteclaro.code}/worktime"


def see(client, address):
    """A page, in English."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code == 200, answer.text
    return answer.text


def acts(app):
    with app.app_context():
        return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.at)))


def test_hours_are_set_and_what_cannot_be_is_said_with_nothing_lost(app, cast, dorleta, place):
    assert 'value="15:00"' in see(dorleta, place)
    for wrong, words in [
        ({**WEEK, "mon_to": "08:00"}, "The end is earlier than the start."),
        ({**WEEK, "mon_to": ""}, "Enter a start time and an end time"),
        ({**WEEK, "mon_to": "late"}, "Enter a start time and an end time"),
        ({}, "Enter the hours for at least one day."),
    ]:
        answer = dorleta.submit(f"{place}?lang=en", {**wrong, "version": "0"})
        assert answer.status_code == 422
        assert words in answer.text
        assert not wrong or 'value="14:00"' in answer.text

    assert dorleta.submit(place, {**WEEK, "version": "0"}).status_code == 303
    assert 'value="14:00"' in see(dorleta, place)
    with app.app_context():
        row = working_time(cast.monteclaro)
        assert sorted(row.week) == ["mon", "tue"]
        assert not row.is_quiet_outside
        assert quiet_until([cast.carles.id], datetime(2026, 11, 26, 3, tzinfo=UTC)) == {}

    overtaken = dorleta.submit(f"{place}?lang=en", {**WEEK, "mon_to": "13:00", "version": "0"})
    assert overtaken.status_code == 409
    assert 'value="13:00"' in overtaken.text
    assert acts(app).count("worktime.change") == 1
    assert "Working time changed" in see(dorleta, f"/admin/{cast.monteclaro.code}/audit")


@pytest.mark.slow
def test_a_calendar_is_changed_and_taken_over(app, cast, dorleta, client_of, place):
    year = clock.today("Europe/Madrid").year
    calendar, feast = f"{place}/calendar", date(year, 6, 13)
    form = {"day": feast.isoformat(), "scope": "local", "name_es": "San Antonio"}
    assert dorleta.submit(f"{calendar}/days", form).status_code == 303
    again = dorleta.submit(f"{calendar}/days?lang=en", form)
    assert again.status_code == 422
    assert "This day is already in the calendar." in again.text
    assert 'value="San Antonio"' in again.text
    for wrong in ({**form, "day": "13/6"}, {**form, "name_es": ""}, {**form, "scope": "mine"}):
        assert dorleta.submit(f"{calendar}/days", wrong).status_code == 422
    assert "San Antonio" in see(dorleta, calendar)

    copy = f"/admin/{cast.altamar.code}/worktime/calendar/copy"
    guillem = client_of(cast.guillem)
    with app.app_context():
        name = cast.monteclaro.name.text("es")
    copied = guillem.submit(copy, {"other": name, "year": year})
    assert copied.status_code == 303
    with app.app_context():
        theirs = CalendarDay.agency_id == cast.altamar.id
        assert feast in db.session.scalars(select(CalendarDay.day).where(theirs)).all()
    for unknown in ({"other": "Nowhere", "year": year}, {"other": name, "year": 1492}):
        assert guillem.submit(copy, unknown).status_code == 422

    assert dorleta.submit(f"{calendar}/days/{feast}", {"do": "remove"}).status_code == 303
    assert dorleta.submit(f"{calendar}/days/{feast}", {"do": "remove"}).status_code == 303
    assert "San Antonio" not in see(dorleta, calendar)
    assert dorleta.submit(f"{calendar}/days/13-6", {"do": "remove"}).status_code == 422
    said = [act for act in acts(app) if act.startswith("calendar.")]
    assert said == ["calendar.add", "calendar.copy", "calendar.remove"]


@pytest.mark.slow
def test_the_roster_is_listed_searched_and_taken_back(app, cast, dorleta, client_of, place):
    assert "No one is on duty" in see(dorleta, f"{place}/duties")
    since = clock.now() + timedelta(days=1)
    with app.app_context():
        night = NewDuty(
            person_id=cast.ana.id,
            since=since,
            until=since + timedelta(hours=8),
            kind=DutyKind.ON_CALL,
            note="Noche",
        )
        put_duties(None, cast.monteclaro.id, [night])
        duty_id = db.session.scalars(select(Duty.id)).one()

    assert "Noche" in see(dorleta, f"{place}/duties?q=ana")
    assert "No one with this name" in see(dorleta, f"{place}/duties?q=zzz")
    mine = see(client_of(cast.ana), "/me/worktime")
    assert "On call" in mine
    assert "Noche" in mine

    remove = f"duties/{duty_id}/remove"
    altamar = place.replace(cast.monteclaro.code, cast.altamar.code)
    assert client_of(cast.guillem).submit(f"{altamar}/{remove}").status_code == 404
    assert dorleta.submit(f"{place}/{remove}").status_code == 303
    assert dorleta.submit(f"{place}/{remove}").status_code == 404
    assert "duty.remove" in acts(app)


def test_one_chooses_for_oneself_when_to_be_told(app, cast, client_of):
    ana = client_of(cast.ana)
    window = {"choice": "window", "opens": "10:00", "closes": "19:30"}
    assert 'value="always"' not in see(ana, "/me/worktime")
    for loosened in (window, {"choice": "always"}):
        assert ana.submit("/me/worktime", loosened).status_code == 422
    with app.app_context():
        let_loosen(cast)
    assert 'value="agency" checked' in " ".join(see(ana, "/me/worktime").split())
    for wrong in (
        {**window, "closes": "09:00"},
        {**window, "opens": ""},
        {**window, "choice": "never"},
        {},
    ):
        assert ana.submit("/me/worktime", wrong).status_code == 422
    assert ana.submit("/me/worktime", window).status_code == 303
    assert 'value="19:30"' in see(ana, "/me/worktime")
    assert ana.submit("/me/worktime", {"choice": "always"}).status_code == 303
    with app.app_context():
        row = own_hours(cast.ana.id)
        assert row is not None
        assert row.is_always
    assert ana.submit("/me/worktime", {"choice": "agency"}).status_code == 303
    with app.app_context():
        assert own_hours(cast.ana.id) is None


def test_who_writes_to_a_person_or_a_post_is_told_when_it_arrives_and_nobody_in_a_channel(
    app, cast, client_of
):
    with app.app_context():
        # Nobody works tomorrow or today: whatever the hour, everybody is told in some days.
        later = (clock.today("Europe/Madrid") + timedelta(days=2)).strftime("%a").lower()
        hours = {later: (datetime.min.time(), datetime.min.time().replace(hour=1))}
        set_working_time(None, cast.monteclaro, hours, is_quiet_outside=True, version=None)
        talk = start_direct_message(cast.xoel, [cast.carles]).id
        post = start_post_conversation(cast.xoel, cast.head_of_procurement_post).id
    xoel = client_of(cast.xoel)

    assert (
        "Outside the recipient’s working hours: the message will arrive now and the notification"
        in see(xoel, f"/c/{talk}")
    )
    assert "The person who answers is outside their working hours" in see(xoel, f"/c/{post}")
    assert 'composer__note"' in see(xoel, f"/c/{talk}")
    nadia = see(client_of(cast.nadia), f"/c/{post}")
    assert (
        "Outside the recipient’s working hours: the message will arrive now and the notification"
        in nadia
    )
