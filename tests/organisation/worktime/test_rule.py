"""Until when somebody is left in peace: the rule as a table of cases."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet.organisation.worktime.rule import (
    MAX_QUIET_PERIOD,
    Own,
    Roster,
    Span,
    Stretch,
    Workplace,
    quiet_end,
)

MADRID, CANARY = "Europe/Madrid", "Atlantic/Canary"
MORNING = Span(time(8), time(15))
WEEK = (MORNING,) * 5 + (None,) * 2
NEVER = (None,) * 7
TOWN = Workplace(MADRID, WEEK, frozenset({date(2026, 11, 27), date(2026, 12, 8)}))
VILLAGE = Workplace(MADRID, WEEK, frozenset({date(2026, 11, 24)}))
ISLAND = Workplace(CANARY, WEEK, frozenset())
OPEN_HOUSE = Workplace(MADRID, WEEK, frozenset(), is_quiet_outside=False)


def at(text: str, zone: str = MADRID) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def stretch(since: str, until: str) -> Stretch:
    return Stretch(at(since), at(until))


AFTERNOONS = Own(window=Span(time(12), time(20)))
TUESDAYS = Own(week=(None, Span(time(9), time(14)), None, None, None, None, None))
ALWAYS = Own(is_always=True)
NIGHT = Roster(shifts=[stretch("2026-11-23T22:00", "2026-11-24T06:00")])
CALLED = Roster(on_call=[stretch("2026-11-23T15:00", "2026-11-24T08:00")])
AWAY = Roster(absences=[stretch("2026-11-23T00:00", "2026-11-26T00:00")])
AWAY_ON_CALL = Roster(on_call=CALLED.on_call, absences=AWAY.absences)
LONG_AWAY = Roster(absences=[stretch("2026-11-23T00:00", "2027-06-01T00:00")])

CASES = [
    ("at work", "2026-11-23T10:00", [TOWN], Own(), Roster(), None),
    ("the first minute", "2026-11-23T08:00", [TOWN], Own(), Roster(), None),
    ("the minute after the last", "2026-11-23T15:00", [TOWN], Own(), Roster(), "2026-11-24T08:00"),
    ("before dawn", "2026-11-23T05:00", [TOWN], Own(), Roster(), "2026-11-23T08:00"),
    ("Friday evening", "2026-11-20T20:00", [TOWN], Own(), Roster(), "2026-11-23T08:00"),
    ("eve of a local holiday", "2026-11-26T20:00", [TOWN], Own(), Roster(), "2026-11-30T08:00"),
    ("on the holiday", "2026-11-27T10:00", [TOWN], Own(), Roster(), "2026-11-30T08:00"),
    ("one of two agencies works", "2026-11-27T10:00", [TOWN, VILLAGE], Own(), Roster(), None),
    ("neither does", "2026-11-26T20:00", [TOWN, VILLAGE], Own(), Roster(), "2026-11-27T08:00"),
    ("one has no quiet", "2026-11-26T20:00", [TOWN, OPEN_HOUSE], Own(), Roster(), None),
    ("no post, no rule", "2026-11-26T20:00", [], Own(), Roster(), None),
    ("an hour later there", "2026-11-23T07:30", [ISLAND], Own(), Roster(), "2026-11-23T09:00"),
    ("own week instead", "2026-11-23T10:00", [TOWN], TUESDAYS, Roster(), "2026-11-24T09:00"),
    ("own week, holiday", "2026-12-07T10:00", [TOWN], TUESDAYS, Roster(), "2026-12-15T09:00"),
    ("own window, too early", "2026-11-23T09:00", [TOWN], AFTERNOONS, Roster(), "2026-11-23T12:00"),
    ("own window, after hours", "2026-11-23T19:00", [TOWN], AFTERNOONS, Roster(), None),
    ("own window, holiday", "2026-11-27T13:00", [TOWN], AFTERNOONS, Roster(), "2026-11-30T12:00"),
    ("always", "2026-11-27T03:00", [TOWN], ALWAYS, Roster(), None),
    ("before the night shift", "2026-11-23T20:00", [TOWN], Own(), NIGHT, "2026-11-23T22:00"),
    ("its day is no usual day", "2026-11-23T10:00", [TOWN], Own(), NIGHT, "2026-11-23T22:00"),
    ("in it, after midnight", "2026-11-24T03:00", [TOWN], Own(), NIGHT, None),
    ("the morning after", "2026-11-24T10:00", [TOWN], Own(), NIGHT, "2026-11-25T08:00"),
    ("on call beside the hours", "2026-11-23T10:00", [TOWN], Own(), CALLED, None),
    ("called at night", "2026-11-24T03:00", [TOWN], Own(), CALLED, None),
    ("and at work next day", "2026-11-24T10:00", [TOWN], Own(), CALLED, None),
    ("away", "2026-11-23T10:00", [TOWN], Own(), AWAY, "2026-11-26T08:00"),
    ("away, though always", "2026-11-23T10:00", [TOWN], ALWAYS, AWAY, "2026-11-26T08:00"),
    ("away, though no quiet", "2026-11-23T10:00", [OPEN_HOUSE], Own(), AWAY, "2026-11-26T08:00"),
    ("away, though on call", "2026-11-23T16:00", [TOWN], Own(), AWAY_ON_CALL, "2026-11-26T08:00"),
    ("soon away", "2026-11-20T20:00", [TOWN], Own(), AWAY, "2026-11-26T08:00"),
    ("away without a post", "2026-11-23T10:00", [], Own(), AWAY, "2026-11-26T00:00"),
]


@pytest.mark.parametrize(
    ("now", "places", "own", "ahead", "until"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_quiet_ends(now, places, own, ahead, until):
    assert quiet_end(at(now), places, own, ahead) == (at(until) if until else None)


@pytest.mark.parametrize("zone", [MADRID, CANARY])
@pytest.mark.parametrize(
    ("evening", "next_morning"),
    [
        ("2026-03-28T20:00", "2026-03-29T08:00"),
        ("2026-10-24T20:00", "2026-10-25T08:00"),
        ("2027-03-27T20:00", "2027-03-28T08:00"),
        ("2027-10-30T20:00", "2027-10-31T08:00"),
    ],
)
def test_the_morning_after_the_clocks_change_begins_by_the_new_time(zone, evening, next_morning):
    place = Workplace(zone, (MORNING,) * 7, frozenset())

    ends = quiet_end(at(evening, zone), [place])

    assert ends == at(next_morning, zone)
    assert ends - at(evening, zone) != timedelta(hours=12)


def test_hours_that_begin_at_a_time_that_does_not_come_begin_as_much_later():
    place = Workplace(MADRID, (Span(time(2, 30), time(9)),) * 7, frozenset())

    assert quiet_end(at("2026-03-29T01:00"), [place]) == at("2026-03-29T03:30")


def test_who_never_works_and_who_is_away_for_long_wait_for_sixty_days():
    now = at("2026-11-23T10:00")

    assert quiet_end(now, [Workplace(MADRID, NEVER, frozenset())]) == now + MAX_QUIET_PERIOD
    assert quiet_end(now, [TOWN], Own(), LONG_AWAY) == now + MAX_QUIET_PERIOD
