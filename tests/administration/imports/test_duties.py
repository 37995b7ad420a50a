"""Duty rosters: what becomes of each line, from sheets and from calendars, over midnight too."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.worktime.models import DutyKind
from intranet.organisation.worktime.queries import duties_ahead, quiet_until
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import apply, fates, look, said, xlsx

HEADER = "correo;día;desde;hasta;tipo;nota"
NOW = datetime(2030, 11, 23, 9, tzinfo=UTC)  # later than the cast was made
MADRID = ZoneInfo("Europe/Madrid")
LAST_DAY_OF_ALL = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:1204
DTSTART;VALUE=DATE:99991231
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


@pytest.fixture(autouse=True)
def at_work(app_context):
    with clock.freeze(NOW):
        yield


@pytest.fixture
def town(cast):
    """What Dorleta imports for; Xoel has staff number 1204."""
    with unit_of_work():
        cast.account_of(cast.xoel).staff_number = "1204"
    return ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)


def email(cast, person):
    return cast.account_of(person).email


def calendar(*events: str) -> io.BytesIO:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n"
    return io.BytesIO(f"{head}{body}END:VCALENDAR\r\n".encode())


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MADRID).astimezone(UTC)


def duties(person):
    rows = duties_ahead(person.id, NOW, 99)
    return [(row.since, row.until, row.kind, row.note) for row in rows]


@pytest.mark.both
def test_a_roster_is_applied_and_the_same_again_changes_nothing(cast, town):
    ana = email(cast, cast.ana)
    lines = [
        HEADER,
        f"{ana};27/11/2030;22:00;6:00;;Noche",
        f"{ana};;2030-11-28 22:00;2030-11-29 06:00;Turno;",
        f"{ana};30.11.2030;15:00;15:00;Guardia;",
    ]
    file = "\n".join(lines).encode()

    assert apply("duties", io.BytesIO(file), town)["created"] == 3
    assert duties(cast.ana) == [
        (local(2030, 11, 27, 22), local(2030, 11, 28, 6), DutyKind.SHIFT, "Noche"),
        (local(2030, 11, 28, 22), local(2030, 11, 29, 6), DutyKind.SHIFT, ""),
        (local(2030, 11, 30, 15), local(2030, 12, 1, 15), DutyKind.ON_CALL, ""),
    ]
    assert cast.ana.id in quiet_until([cast.ana.id], local(2030, 11, 27, 21, 59))
    assert quiet_until([cast.ana.id], local(2030, 11, 28, 3)) == {}

    assert fates("duties", *lines, scope=town) == ["unchanged"] * 3
    longer = [lines[0], lines[1].replace("6:00", "7:00")]
    assert apply("duties", io.BytesIO("\n".join(longer).encode()), town)["changed"] == 1
    assert duties(cast.ana)[0][1] == local(2030, 11, 28, 7)


def test_a_night_in_which_the_clocks_change_is_an_hour_longer_or_shorter(cast, town):
    ana = email(cast, cast.ana)
    nights = [HEADER, f"{ana};29/3/2031;22:00;6:00", f"{ana};25/10/2031;22:00;6:00"]

    apply("duties", io.BytesIO("\n".join(nights).encode()), town)

    hours = [(until - since).total_seconds() / 3600 for since, until, *_ in duties(cast.ana)]
    assert hours == [7, 9]


@pytest.mark.both
def test_each_line_that_cannot_be_is_rejected_with_its_reason(cast, town):
    ana, bieito = email(cast, cast.ana), email(cast, cast.bieito)
    cases = {
        f"{ana};yesterday;22:00;6:00": "rejected day date",
        f"{ana};31/11/2030;22:00;6:00": "rejected day date",
        f"{ana};;22:00;6:00": "rejected day day_missing",
        f"{ana};27/11/2030;ten;6:00": "rejected from time",
        f"{ana};27/11/2030;25:00;6:00": "rejected from time",
        f"{ana};27/11/2030;22:00;": "rejected to missing",
        f"{ana};;2030-11-27 22:00;2030-11-27 21:00": "rejected to ends_before",
        f"{ana};;2030-11-27 22:00;2031-11-27 21:00": "rejected to lasts_too_long",
        f"{ana};20/11/2030;22:00;6:00": "rejected to is_over",
        f"{ana};27/11/2030;22:00;6:00;fiesta": "rejected kind choice",
        "nobody@x.example;27/11/2030;22:00;6:00": "rejected email person_unknown",
        f"{bieito};27/11/2030;22:00;6:00": "rejected email person_unknown",
        ";27/11/2030;22:00;6:00": "rejected  no_identity",
        "ana;27/11/2030;22:00;6:00": "rejected email email",
    }
    assert fates("duties", HEADER, *cases, scope=town) == list(cases.values())

    numbers = ["number;day;from;to", "9999;2030-11-27;22:00;06:00", "1204;2030-11-27;22:00;06:00"]
    numbers[0] = "staff_number;day;from;to"
    numbers.append(numbers[2])
    found = fates("duties", *numbers, scope=town)
    assert found == ["rejected staff_number person_unknown", "created", "rejected from twice"]


def test_a_sheet_keeps_the_times_of_its_cells(cast, town):
    rows = [["e-mail", "from", "to"], [email(cast, cast.ana), "2030-11-27 22:00", "06:00:00"]]

    assert apply("duties", xlsx(rows), town)["created"] == 1
    assert duties(cast.ana)[0][:2] == (local(2030, 11, 27, 22), local(2030, 11, 28, 6))


@pytest.mark.slow
def test_a_calendar_is_a_roster_of_who_attends_or_is_named(cast, town):
    ana = email(cast, cast.ana)
    file = calendar(
        f"DTSTART;TZID=Europe/Madrid:20301127T220000\r\nDTEND;TZID=Europe/Madrid:20301128T060000"
        f"\r\nSUMMARY:Noche\r\nATTENDEE:mailto:{ana}",
        "DTSTART:20301127T210000Z\r\nDURATION:PT8H\r\nSUMMARY:Guardia 1204",
        "DTSTART;VALUE=DATE:20301205\r\nSUMMARY:1204 todo el día",
        "DTSTART:20301128T220000\r\nDTEND:20301129T060000\r\nSUMMARY:Noche",
        f"DTSTART:20301127T220000\r\nRRULE:FREQ=SOMETIMES\r\nSUMMARY:{ana}",
        f"DTSTART:20301127T220000\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:{ana}",
        f"DTSTART:20301128T220000\r\nDTEND:20301128T210000\r\nSUMMARY:{ana}",
    )
    outcomes, found = look("duties", file, town)
    assert found.said.encoding == "ics"
    assert [said(each) for each in outcomes] == [
        "created",
        "created",
        "created",
        "rejected  no_identity",
        "rejected from repeats",
        "rejected from repeats",
        "rejected to ends_before",
    ]

    file.seek(0)
    assert apply("duties", file, town)["created"] == 3
    night = (local(2030, 11, 27, 22), local(2030, 11, 28, 6))
    assert [row[:2] for row in duties(cast.ana)] == [night]
    assert duties(cast.xoel) == [
        (*night, DutyKind.ON_CALL, "Guardia 1204"),
        (local(2030, 12, 5), local(2030, 12, 6), DutyKind.SHIFT, "1204 todo el día"),
    ]


@pytest.mark.slow
@pytest.mark.both
def test_an_event_that_repeats_is_a_duty_each_time_for_some_months(cast, town):
    ana = email(cast, cast.ana)
    file = calendar(
        # Began long ago; away on one night, later on another; over the change of clocks.
        f"UID:1\r\nDTSTART;TZID=Europe/Madrid:20200106T220000\r\nDURATION:PT8H\r\nSUMMARY:{ana}"
        "\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20301217T000000Z"
        "\r\nEXDATE;TZID=Europe/Madrid:20301202T220000",
        "UID:1\r\nRECURRENCE-ID;TZID=Europe/Madrid:20301209T220000\r\nDURATION:PT4H"
        f"\r\nDTSTART;TZID=Europe/Madrid:20301209T230000\r\nSUMMARY:{ana}",
        "UID:2\r\nDTSTART:20301124T080000\r\nDURATION:PT8H\r\nSUMMARY:Guardia 1204"
        "\r\nRRULE:FREQ=MONTHLY",
        f"UID:3\r\nDTSTART:20200106T220000\r\nDURATION:PT8H\r\nSUMMARY:{ana}"
        "\r\nRRULE:FREQ=DAILY;COUNT=3",
    )
    outcomes, _found = look("duties", file, town)
    assert [said(each) for each in outcomes if each.what == "rejected"] == ["rejected to is_over"]

    file.seek(0)
    assert apply("duties", file, town)["created"] == 3 + 14
    assert [row[:2] for row in duties(cast.ana)] == [
        (local(2030, 11, 25, 22), local(2030, 11, 26, 6)),
        (local(2030, 12, 9, 23), local(2030, 12, 10, 3)),
        (local(2030, 12, 16, 22), local(2030, 12, 17, 6)),
    ]
    on_call = duties(cast.xoel)
    assert [row[0] for row in (on_call[0], on_call[-1])] == [
        local(2030, 11, 24, 8),
        local(2031, 12, 24, 8),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"This is no calendar at all, whatever its name.", "columns_missing"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\n", "calendar_damaged"),
        (LAST_DAY_OF_ALL, "calendar_damaged"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 10_000_000, "calendar_too_large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
        (b"", "empty"),
    ],
    ids=["a text", "half a calendar", "no day after", "ten megabytes", "a picture", "nothing"],
)
def test_what_is_no_roster_is_refused_whole(town, data, code):
    with pytest.raises(Refused) as refusal:
        look("duties", io.BytesIO(data), town)

    assert refusal.value.code == code


def test_a_calendar_sent_as_people_is_known_for_what_it_is(cast, town):
    with pytest.raises(Refused) as refusal:
        look("people", calendar("DTSTART:20301127T210000Z\r\nSUMMARY:1204"), town)

    assert refusal.value.about["likely"] == ImportKind.DUTIES
    assert db.session.is_active
