"""When somebody who is not there will see what is written to them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet.core import clock
from intranet.people.availability import reading_note
from intranet.people.models import Showing
from intranet.people.operations.absences import set_absence

MADRID = ZoneInfo("Europe/Madrid")
TUESDAY = datetime(2026, 11, 24, tzinfo=MADRID)


@pytest.fixture
def said(app, house, cast):
    """What a reader in English is told of Ana, so long after that Tuesday began in Madrid."""

    def note(**later):
        now = TUESDAY + timedelta(**later)
        with app.test_request_context("/?lang=en"), clock.freeze(now):
            return reading_note(cast.ana, now)

    return note


def test_who_is_there_may_see_it_at_once(said):
    assert said(hours=10) == ""


def test_before_the_first_hour_it_is_seen_today(said):
    assert said(hours=6) == "Not on duty yet. Will see it today at 08:00"


def test_after_the_last_hour_it_is_seen_tomorrow(said):
    assert said(hours=18) == "Off duty. Will see it tomorrow at 08:00"


def test_over_the_weekend_the_day_is_named(said):
    assert said(days=3, hours=16) == "Off duty. Will see it on Monday at 08:00"


def test_days_of_absence_are_left_out(said, cast):
    wednesday = TUESDAY.date() + timedelta(days=1)
    set_absence(None, cast.ana, starts_on=wednesday, ends_on=wednesday)

    assert said(hours=18) == "Off duty. Will see it on Thursday at 08:00"


def test_during_an_absence_its_end_and_who_stands_in_are_said(said, cast):
    until = TUESDAY.date() + timedelta(days=2)
    set_absence(None, cast.ana, starts_on=TUESDAY.date(), ends_on=until, stand_in=cast.xoel)

    assert said(hours=10) == "Away until 26 November, Xoel Pardo stands in"


def test_who_says_nothing_of_their_hours_has_no_such_note(said, cast):
    cast.ana.showing = Showing.NOTHING
    assert said(hours=20) == ""
    cast.ana.showing = Showing.HOURS
    cast.ana.week = {}
    assert said(hours=20) == ""
