"""Planning: what is kept, who reads it, what is refused with a sentence."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intranet.collaboration.events.models import Event
from intranet.collaboration.events.operations.planning import change_event, move_occurrence
from intranet.collaboration.events.planning import plan_of
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.publishing.publications.access import get_not_withdrawn, get_own
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import posts_of
from intranet.publishing.publications.versions import with_working_copy
from tests.collaboration.events.helpers import CANARY, form, plan, planned, times
from tests.messaging.messages.helpers import read_english, space_of

MARCH = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def winter():
    with clock.freeze(datetime(2027, 1, 11, 9, tzinfo=UTC)):
        yield


def test_an_event_is_read_by_whom_its_visibility_reaches_and_by_nobody_else(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS)

    assert get_not_withdrawn(cast.ana, Event, event.publication_id).place == ""
    for stranger in (cast.nadia, cast.elna, cast.eloi):
        with pytest.raises(NotFound):
            get_not_withdrawn(stranger, Event, event.publication_id)
    with pytest.raises(Forbidden):
        get_own(cast.ana, Event, event.publication_id)
    assert get_own(cast.carles, Event, event.publication_id).sequence == 0


def test_it_is_at_ten_by_the_clock_of_its_place(app_context, cast):
    here = planned(cast.carles, cast.urban_planning)
    there = planned(cast.carles, cast.urban_planning, zone=CANARY)

    assert times(here) == [MARCH]
    assert times(there) == [MARCH + timedelta(hours=1)]


def test_what_repeats_stays_at_ten_when_the_clocks_change(app_context, cast):
    event = planned(
        cast.carles,
        cast.urban_planning,
        "2027-03-15T10:00",
        "2027-03-15T11:00",
        rule="FREQ=WEEKLY;BYDAY=MO;COUNT=4",
    )

    assert [moment.isoformat() for moment in times(event)] == [
        "2027-03-15T09:00:00+00:00",
        "2027-03-22T09:00:00+00:00",
        "2027-03-29T08:00:00+00:00",
        "2027-04-05T08:00:00+00:00",
    ]


def test_what_repeats_without_an_end_is_known_for_two_years_and_no_longer(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule="FREQ=DAILY")

    assert len(times(event)) == 366
    assert max(times(event)) < clock.now() + timedelta(days=2 * 366)


@pytest.mark.both
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("rule", {"rule": "FREQ=SECONDLY"}),
        ("rule", {"rule": "FREQ=MINUTELY;INTERVAL=1"}),
        ("rule", {"rule": "FREQ=DAILY;BYSECOND=1,2,3"}),
        ("rule", {"rule": "FREQ=DAILY;COUNT=100000"}),
        ("rule", {"rule": "FREQ=DAILY;INTERVAL=0"}),
        ("rule", {"rule": "FREQ=DAILY;COUNT=2;UNTIL=20280101"}),
        ("rule", {"rule": "FREQ=WEEKLY;BYDAY=TU"}),
        ("rule", {"rule": "FREQ=WEEKLY;BYDAY=1MO"}),
        ("rule", {"rule": "FREQ=DAILY;UNTIL=20270101"}),
        ("rule", {"rule": "FREQ=DAILY\r\nATTENDEE:mailto:x@example.org"}),
        ("rule", {"rule": "every Monday"}),
        ("zone", {"zone": "Mars/Olympus"}),
        ("zone", {"zone": "../../etc/passwd"}),
        ("capacity", {"capacity": 0}),
        ("capacity", {"capacity": -3}),
        ("capacity", {"capacity": 10**9}),
        ("link", {"link": "http://example.org"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("link", {"link": "https://user:secret@example.org/"}),
        ("place", {"place": "x" * 301}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_writes_nothing(
    app_context, cast, field, wrong
):
    with pytest.raises(Invalid) as refused:
        planned(cast.carles, cast.urban_planning, **wrong)

    assert list(refused.value.errors) == [field]
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0
    assert db.session.scalar(select(func.count()).select_from(Publication)) == 0


@pytest.mark.parametrize(
    ("field", "starts", "ends"),
    [
        ("ends_on", "2027-03-01T10:00", "2027-03-01T09:00"),
        ("ends_on", "2027-03-01T10:00", "2027-03-01T10:00"),
        ("ends_on", "2027-03-01T10:00", "2027-05-01T10:00"),
        ("starts_on", "2027-03-28T02:30", "2027-03-28T04:00"),
        ("ends_on", "2027-03-28T01:00", "2027-03-28T02:30"),
        ("starts_on", "2099-03-01T10:00", "2099-03-01T11:00"),
    ],
)
def test_a_time_that_cannot_be_is_refused(app_context, cast, field, starts, ends):
    with pytest.raises(Invalid) as refused:
        planned(cast.carles, cast.urban_planning, starts, ends)

    assert list(refused.value.errors) == [field]


def test_a_rule_is_kept_in_one_spelling(app_context, cast):
    event = planned(
        cast.carles, cast.urban_planning, rule="rrule:interval=1;byday=we,mo;freq=weekly;wkst=mo;"
    )

    assert event.rule == "FREQ=WEEKLY;BYDAY=MO,WE"


def test_the_first_monday_and_the_last_friday_of_the_month(app_context, cast):
    first = planned(cast.carles, cast.urban_planning, rule="FREQ=MONTHLY;BYDAY=1MO;COUNT=3")
    last = planned(
        cast.carles,
        cast.urban_planning,
        "2027-01-29T10:00",
        "2027-01-29T11:00",
        rule="FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
    )

    assert [moment.day for moment in times(first)] == [1, 5, 3]
    assert [moment.day for moment in times(last)] == [29, 26, 26]


@pytest.mark.slow
@pytest.mark.both
def test_days_go_with_the_first_and_keep_what_was_said_of_them(app_context, cast):
    from intranet.collaboration.events.attendance import answers_of
    from intranet.collaboration.events.models import AnswerKind
    from intranet.collaboration.events.operations.answering import answer_event

    event = planned(cast.carles, cast.urban_planning, rule="FREQ=WEEKLY;COUNT=3")
    answer_event(cast.ana, event.publication, AnswerKind.NO, recurrence="20270308T100000")
    publication = with_working_copy(event.publication)
    change_event(
        cast.carles,
        event,
        {"es": Written("Reunión de coordinación", "Orden del día: plazos.")},
        plan("2027-03-01T12:30", "2027-03-01T13:00", rule="FREQ=WEEKLY;COUNT=3"),
        visibility=None,
        topics=[],
        edition=publication.edition,
    )

    keys = [key for _event, key in answers_of(cast.ana, [event.publication_id])]
    assert keys == ["20270308T123000"]
    assert event.sequence == 1
    assert event.changes == ["time"]
    assert [moment.hour for moment in times(event)] == [11, 11, 11]


def test_one_day_is_moved_and_the_others_stay(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule="FREQ=WEEKLY;COUNT=3")
    moved = plan("2027-03-09T16:00", "2027-03-09T17:00")

    move_occurrence(cast.carles, event, "20270308T100000", moved.starts, moved.ends)

    assert [moment.isoformat()[:16] for moment in times(event)] == [
        "2027-03-01T09:00",
        "2027-03-09T15:00",
        "2027-03-15T09:00",
    ]
    taken = plan("2027-03-15T10:00", "2027-03-15T11:00")
    with pytest.raises(Invalid):
        move_occurrence(cast.carles, event, "20270301T100000", taken.starts, taken.ends)
    with pytest.raises(Forbidden):
        move_occurrence(cast.ana, event, "20270301T100000", moved.starts, moved.ends)
    with pytest.raises(NotFound):
        move_occurrence(cast.carles, event, "20270302T100000", moved.starts, moved.ends)


def test_who_may_not_change_it_is_told_so_and_changes_nothing(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)
    edition = with_working_copy(event.publication).edition

    with pytest.raises(Forbidden):
        change_event(
            cast.ana,
            event,
            {"es": Written("Otra", "")},
            plan_of(event),
            visibility=None,
            topics=[],
            edition=edition,
        )


@pytest.mark.slow
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(app, cast, client_of):
    read_english(app, cast.carles)
    with app.app_context():
        space, post = space_of(cast.urban_planning).id, posts_of(cast.carles)[0].id
    client = client_of(cast.carles)

    wrong = client.submit("/events/new", form(space, post, ends_time="09:00", place="Sala <b>2"))
    assert wrong.status_code == 422
    assert "The event ends before it begins" in wrong.text
    assert "Sala &lt;b&gt;2" in wrong.text

    made = client.submit(
        "/events/new", form(space, post, repeats="weekly", repeats_on=["MO", "WE"])
    )
    assert made.status_code == 303
    page = client.get(made.headers["Location"])
    assert page.status_code == 200
    assert "Every week: Monday, Wednesday" in page.text
    assert "10:00–11:00" in page.text


def test_an_address_fills_the_form(cast, client_of):
    page = client_of(cast.carles).get("/events/new?title=Visita&starts=2027-02-03T09:30").text

    assert 'value="Visita"' in page
    assert 'value="2027-02-03"' in page
    assert 'value="09:30"' in page
    assert client_of(cast.carles).get("/events/new?starts=nonsense").status_code == 200


def test_an_event_and_an_idea_begin_with_the_people_of_ones_own_space(app, cast, client_of):
    with app.app_context():
        unit = str(space_of(cast.licences).id)
    page = client_of(cast.ana).get("/events/new").text
    assert re.search(rf'<option value="{unit}"\s+selected', page)
    assert re.search(r'value="members"\s+checked[^>]*name="visibility"', page)
