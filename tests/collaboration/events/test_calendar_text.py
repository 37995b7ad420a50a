"""Calendars: what other programs read, at the right instants, and nothing that they may not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from intranet.collaboration.events import attendance, queries
from intranet.collaboration.events.ics import EventCalendarEntry, calendar_of
from intranet.collaboration.events.models import AnswerKind, Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.cancelling import cancel_event
from intranet.collaboration.events.operations.following import end_calendar, make_calendar_key
from intranet.collaboration.events.operations.planning import move_occurrence
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.platform.core import clock
from intranet.platform.core.mail import in_language
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.events.helpers import CANARY, MADRID, plan, planned, times
from tests.collaboration.events.reader import read
from tests.hostile import DISTURBING

YES, MAYBE, NO = AnswerKind.YES, AnswerKind.MAYBE, AnswerKind.NO


@pytest.fixture(autouse=True)
def winter():
    with clock.freeze(datetime(2027, 1, 11, 9, tzinfo=UTC)):
        yield


def text_of(event: Event, *, content: MailContent = MailContent.TEXT) -> str:
    """The event as a calendar has it."""
    exceptions = attendance.exceptions([event.publication_id]).get(event.publication_id, ())
    with in_language("es"):
        return calendar_of(
            [EventCalendarEntry(queries.next_occurrence(event), exceptions, content=content)]
        )


def begins(text: str) -> list[datetime]:
    """When events of a calendar begin by icalendar's and recurring-ical-events' reckoning."""
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(date(2026, 1, 1), date(2029, 1, 1))
    return sorted(each["DTSTART"].dt.astimezone(UTC) for each in found)


@pytest.mark.parametrize("zone", [MADRID, CANARY, "Europe/Dublin", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    ("first", "rule"),
    [
        ("2027-03-15T10:00", "FREQ=WEEKLY;COUNT=4"),
        ("2027-10-17T23:30", "FREQ=DAILY;INTERVAL=2;UNTIL=20271110"),
        ("2027-01-31T09:00", "FREQ=MONTHLY;BYDAY=-1SU;COUNT=12"),
        ("2027-02-28T00:15", "FREQ=YEARLY;COUNT=2"),
    ],
)
def test_two_readers_and_we_agree_on_what_repeats_across_a_change_of_clocks(
    app_context, cast, zone, first, rule
):
    last = (datetime.fromisoformat(first) + timedelta(minutes=90)).isoformat()
    event = planned(cast.carles, cast.urban_planning, first, last, zone=zone, rule=rule)
    text = text_of(event)

    ours = [moment for moment in times(event) if moment.year < 2029]
    assert begins(text) == ours
    theirs = sorted(row.begins for row in read(text) if row.begins.year < 2029)
    assert theirs == ours  # by the rules in VTIMEZONE alone, without a database of zones


@pytest.mark.both
def test_days_that_are_moved_and_cancelled_are_so_for_each_reader(app_context, cast):
    event = planned(
        cast.carles,
        cast.urban_planning,
        "2027-03-15T10:00",
        "2027-03-15T11:00",
        rule="FREQ=WEEKLY;COUNT=4",
    )
    moved = plan("2027-03-30T16:00", "2027-03-30T17:30")
    move_occurrence(cast.carles, event, "20270329T100000", moved.starts, moved.ends)
    cancel_event(cast.carles, event, "Fiesta.", recurrence="20270322T100000")
    text = text_of(db.session.get_one(Event, event.publication_id))

    expected = ["2027-03-15T09:00", "2027-03-30T14:00", "2027-04-05T08:00"]
    assert [moment.isoformat()[:16] for moment in begins(text)] == expected
    assert [row.begins.isoformat()[:16] for row in read(text)] == expected
    assert "EXDATE;TZID=Europe/Madrid:20270322T100000" in text
    assert "RECURRENCE-ID;TZID=Europe/Madrid:20270329T100000" in text
    assert text.count("SEQUENCE:2") == 2


def test_whole_days_stand_as_days(app_context, cast):
    event = planned(
        cast.carles, cast.urban_planning, "2027-05-03T00:00", "2027-05-05T00:00", is_all_day=True
    )
    text = text_of(event)

    assert "DTSTART;VALUE=DATE:20270503" in text
    assert "DTEND;VALUE=DATE:20270505" in text
    assert event.ends - event.starts == timedelta(days=2)


def test_what_is_typed_stays_text_in_every_field(app_context, cast):
    nasty = 'a,b;c\\d "e" <b>x</b>\r\nEND:VEVENT\r\nBEGIN:VALARM'
    event = planned(
        cast.carles,
        cast.urban_planning,
        title=nasty,
        body=f"{nasty}\n\n{'ñ' * 400}",
        place=" ".join([nasty, *DISTURBING])[:290],
    )
    text = text_of(event)
    calendar = icalendar.Calendar.from_ical(text)
    component = next(iter(calendar.walk("VEVENT")))

    assert len(calendar.walk("VEVENT")) == 1
    assert calendar.walk("VALARM") == []
    assert "END:VEVENT BEGIN:VALARM" in str(component["SUMMARY"])
    assert str(component["SUMMARY"]).startswith('a,b;c\\d "e" <b>x</b>')
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert [row.summary for row in read(text)] == [str(component["SUMMARY"])]


def test_what_may_not_leave_does_not(app_context, cast):
    event = planned(
        cast.carles, cast.urban_planning, place="Sala 2", link="https://example.org/sala"
    )

    nothing = text_of(event, content=MailContent.NOTHING)
    assert "Reuni" not in nothing
    assert "Sala" not in nothing
    assert "example.org/sala" not in nothing
    title = text_of(event, content=MailContent.TITLE)
    assert "Reuni" in title
    assert "Orden del" not in title


def test_an_hour_that_a_rule_leaves_out_is_where_the_clock_would_have_been(app_context, cast):
    event = planned(
        cast.carles,
        cast.urban_planning,
        "2027-03-27T02:30",
        "2027-03-27T03:00",
        rule="FREQ=DAILY;COUNT=3",
    )

    assert [moment.isoformat()[:16] for moment in times(event)] == [
        "2027-03-27T01:30",
        "2027-03-28T01:30",
        "2027-03-29T00:30",
    ]


def test_an_event_is_reckoned_anew_when_its_zone_changes_its_rule(app_context, cast, monkeypatch):
    from intranet.collaboration.events import jobs, occurrences

    event = planned(cast.carles, cast.urban_planning, "2027-07-01T10:00", "2027-07-01T11:00")
    assert times(event)[0].hour == 8

    # As if the machine had learned that summer time is given up: the zone is another by then.
    monkeypatch.setattr(
        occurrences, "ZoneInfo", lambda name: ZoneInfo("Etc/GMT-1" if name == MADRID else name)
    )
    with clock.freeze(clock.now() + timedelta(hours=25)):
        jobs.reckon_times()

    assert times(event)[0].hour == 9
    assert db.session.get_one(Event, event.publication_id).starts.hour == 10


@pytest.mark.slow
@pytest.mark.both
def test_a_calendar_holds_what_its_owner_comes_to_as_they_may_read_it_now(app, cast, client_of):
    with app.app_context():
        coming = planned(cast.carles, cast.urban_planning, title="Voy")
        maybe = planned(cast.nadia, cast.procurement, title="Quizá", visibility=Visibility.NETWORK)
        refused = planned(cast.carles, cast.urban_planning, title="Paso")
        planned(cast.carles, cast.urban_planning, title="Sin decir", visibility=Visibility.MEMBERS)
        hidden = planned(
            cast.nadia, cast.procurement, title="Cerrado", visibility=Visibility.AGENCY
        )
        answer_event(cast.ana, coming.publication, YES)
        answer_event(cast.ana, maybe.publication, MAYBE)
        answer_event(cast.ana, refused.publication, NO)
        answer_event(cast.ana, hidden.publication, YES)
        with unit_of_work():
            hidden.publication.visibility = Visibility.MEMBERS
            for agency in db.session.query(Agency):
                agency.mail_content = MailContent.TEXT
        secret = make_calendar_key(cast.ana, has_places=False)
    stranger = app.test_client()

    answer = stranger.get(f"/calendar/{secret}.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {row.summary for row in read(answer.text)} == {"Voy", "Quizá"}
    assert "STATUS:TENTATIVE" in answer.text
    again = stranger.get(
        f"/calendar/{secret}.ics", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""

    with app.app_context():
        other = make_calendar_key(cast.ana, has_places=True)
    assert stranger.get(f"/calendar/{secret}.ics").status_code == 404
    assert "Sin decir" in stranger.get(f"/calendar/{other}.ics").text
    with app.app_context():
        end_calendar(cast.ana)
    assert stranger.get(f"/calendar/{other}.ics").status_code == 404
    assert stranger.get("/calendar/nothing.ics").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_a_calendar_changes_with_what_is_in_it(app, cast):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning)
        gone = planned(cast.carles, cast.urban_planning, title="Retirado")
        for each in (event, gone):
            answer_event(cast.ana, each.publication, YES)
        secret = make_calendar_key(cast.ana, has_places=False)
        ids = [event.publication_id, gone.publication_id]
    address, reader = f"/calendar/{secret}.ics", app.test_client()
    before = reader.get(address)

    with app.app_context():
        event, gone = (db.session.get_one(Event, event_id) for event_id in ids)
        cancel_event(cast.carles, event, "Fiesta.")
        withdraw(cast.carles, gone.publication, "Era otro.")
    after = reader.get(address, headers={"If-None-Match": before.headers["ETag"]})

    assert before.text.count("BEGIN:VEVENT") == 2
    assert after.status_code == 200
    assert after.text.count("BEGIN:VEVENT") == 1
    assert "STATUS:CANCELLED" in after.text
    assert "SEQUENCE:1" in after.text


def test_who_comes_to_one_day_only_has_that_day(app, cast):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, rule="FREQ=WEEKLY;COUNT=4", capacity=5)
        answer_event(cast.ana, event.publication, YES, recurrence="20270308T100000")
        secret = make_calendar_key(cast.ana, has_places=False)

    text = app.test_client().get(f"/calendar/{secret}.ics").text

    assert [row.begins.isoformat()[:10] for row in read(text)] == ["2027-03-08"]
    assert "RRULE" not in text


@pytest.mark.slow
def test_who_does_not_come_to_one_day_has_the_others(app, cast):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, rule="FREQ=WEEKLY;COUNT=3")
        answer_event(cast.ana, event.publication, YES)
        answer_event(cast.ana, event.publication, NO, recurrence="20270308T100000")
        secret = make_calendar_key(cast.ana, has_places=False)

    text = app.test_client().get(f"/calendar/{secret}.ics").text

    assert [row.begins.day for row in read(text)] == [1, 15]


@pytest.mark.both
def test_the_page_shows_the_address_once_and_no_log_holds_it(app, cast, client_of, caplog):
    client = client_of(cast.ana)
    page = client.submit("/me/calendar", {"has_places": "1"}).text
    secret = page.split("/calendar/")[1].split(".ics")[0]

    assert app.test_client().get(f"/calendar/{secret}.ics").status_code == 200
    assert secret not in client.get("/me/calendar").text
    assert secret not in caplog.text
    client.submit("/me/calendar", {"end": "1"})
    assert app.test_client().get(f"/calendar/{secret}.ics").status_code == 404


def test_the_file_of_an_event_is_for_its_readers(app, cast, client_of):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS)
        address = f"/events/{event.publication_id}.ics"

    assert [row.begins.hour for row in read(client_of(cast.ana).get(address).text)] == [9]
    assert client_of(cast.nadia).get(address).status_code == 404
