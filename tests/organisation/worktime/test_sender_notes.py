"""When senders, and oneself, are told that somebody who is left in peace will be notified."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet.organisation.people.models import Showing
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.worktime.models import DutyKind
from intranet.organisation.worktime.operations import NewDuty, add_day, choose_own_hours, put_duties
from intranet.organisation.worktime.queries import when_reached
from intranet.organisation.worktime.sender_notes import (
    own_note,
    post_note,
    reached_note,
    reading_note,
)
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.worktime.helpers import let_loosen

MADRID = ZoneInfo("Europe/Madrid")
TUESDAY = datetime(2026, 11, 24, tzinfo=MADRID)
EVENING = {"hours": 20}
OUTSIDE = "Outside the recipient’s working hours: the message will arrive now and the notification"


@pytest.fixture
def said(app, app_context, cast):
    """What a reader in English is told, so long after that Tuesday began in Madrid."""

    def note(tell=lambda cast, now: reading_note(cast.ana, now), **later):
        now = TUESDAY + timedelta(**later)
        with app.test_request_context("/?lang=en"), clock.freeze(now):
            return tell(cast, now)

    return note


def own(cast, now):
    return own_note(cast.ana, now)


def test_who_is_at_work_is_told_at_once(said):
    assert said(hours=10) == ""
    assert said(own, hours=10) == (
        "Your working day ends today at 15:00. "
        "After that, anything that is not urgent will wait until tomorrow at 08:00."
    )


def test_before_and_after_the_hours_the_next_beginning_is_named(said):
    assert said(hours=6) == f"{OUTSIDE} today at 08:00"
    assert said(hours=18) == f"{OUTSIDE} tomorrow at 08:00"
    assert said(days=3, hours=16) == f"{OUTSIDE} on Monday at 08:00"
    waits = (
        "Notifications are currently paused. "
        "Anything that is not urgent will wait until tomorrow at 08:00."
    )
    assert said(own, hours=18) == waits


def test_on_the_eve_of_a_local_holiday_the_day_after_it_is_named(said, cast):
    add_day(None, cast.monteclaro, date(2026, 11, 25), Localized({"es": "Feria"}))

    assert said(**EVENING) == f"{OUTSIDE} on Thursday at 08:00"


def test_who_is_on_duty_is_told_at_once_and_so_is_who_chose_it(said, cast):
    night = NewDuty(
        person_id=cast.ana.id,
        since=TUESDAY.replace(hour=19),
        until=TUESDAY.replace(hour=23),
        kind=DutyKind.ON_CALL,
    )
    put_duties(None, cast.monteclaro.id, [night])
    assert said(**EVENING) == ""
    assert said(own, **EVENING).startswith("Your working day ends today at 23:00.")
    assert said(hours=23, minutes=30) != ""

    let_loosen(cast)
    choose_own_hours(cast.ana, is_always=True)
    assert said(hours=23, minutes=30) == ""
    assert said(own, **EVENING).startswith("You will be notified at any time")

    choose_own_hours(cast.ana, window=(time(10), time(12)))
    assert said(hours=9) == f"{OUTSIDE} today at 10:00"


def test_an_absence_says_its_end_and_who_stands_in_and_when_they_are_back_at_work(said, cast):
    until = TUESDAY.date() + timedelta(days=3)
    set_absence(None, cast.ana, starts_on=TUESDAY.date(), ends_on=until, stand_in=cast.xoel)

    assert said(hours=10) == (
        "Away until 27 November, substitute: Xoel Pardo. This person will be "
        "notified on Monday at 08:00"
    )


def test_a_day_further_off_than_a_week_is_named_by_its_date(said, cast):
    until = TUESDAY.date() + timedelta(days=14)
    set_absence(None, cast.ana, starts_on=TUESDAY.date(), ends_on=until)

    assert said(hours=10).endswith("This person will be notified on 9 December at 08:00")


def test_who_shows_nothing_of_their_hours_has_no_note(said, cast):
    cast.ana.showing = Showing.NOTHING

    assert said(**EVENING) == ""


@pytest.mark.parametrize("showing", [Showing.AWAY, Showing.NOTHING])
def test_who_does_not_show_their_hours_shows_them_by_no_note(said, cast, showing):
    """Neither in a talk of two or more, nor as who holds a post, nor alone in an audience."""
    with unit_of_work():
        cast.ana.showing = showing
    alone, both = [cast.ana.id], [cast.ana.id, cast.xoel.id]

    assert "08:00" not in said(**EVENING)
    assert said(lambda _cast, now: post_note(alone, now), **EVENING) == ""
    assert said(lambda _cast, now: post_note(both, now), **EVENING) == ""
    assert said(lambda _cast, now: reached_note(when_reached(alone, now), now), **EVENING) == ""
    assert said(lambda _cast, now: reached_note(when_reached(both, now), now), **EVENING) == (
        "1 person will be notified tomorrow at 08:00"
    )


def test_who_says_no_hours_has_those_of_the_agency(said, cast):
    cast.ana.week = {}

    assert said(**EVENING) == f"{OUTSIDE} tomorrow at 08:00"


def test_several_people_are_counted_and_a_post_is_read_by_the_first_of_them(said, cast):
    people = [cast.ana.id, cast.carles.id, cast.xoel.id]
    let_loosen(cast)
    choose_own_hours(cast.xoel, window=(time(12), time(20)))

    def talk(_cast, now):
        return reached_note(when_reached(people, now), now)

    def post(_cast, now):
        return post_note(people, now)

    assert said(talk, hours=10) == "1 person will be notified today at 12:00"
    assert said(talk, **EVENING) == (
        "3 people will be notified later: the first tomorrow at 08:00, the last tomorrow at 12:00"
    )
    assert said(post, hours=10) == ""
    assert said(post, **EVENING) == (
        "The person who answers is outside their working hours "
        "and will be notified tomorrow at 08:00"
    )
