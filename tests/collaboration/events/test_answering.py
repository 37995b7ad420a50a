"""Answering: places in the order of the yes, a line for who comes too late, nobody twice."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.events import attendance
from intranet.collaboration.events.models import AnswerKind, Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.cancelling import cancel_event
from intranet.collaboration.events.operations.planning import change_event
from intranet.collaboration.events.operations.reminding import due_reminders, remind_of
from intranet.collaboration.events.planning import plan_of
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.versions import with_working_copy
from tests.collaboration.events.helpers import BODY, TITLE, planned
from tests.messaging.messages.helpers import read_english

YES, MAYBE, NO = AnswerKind.YES, AnswerKind.MAYBE, AnswerKind.NO
WEEKLY = "FREQ=WEEKLY;COUNT=3"


@pytest.fixture(autouse=True)
def winter():
    with clock.freeze(datetime(2027, 1, 11, 9, tzinfo=UTC)):
        yield


def told(person, why):
    """How often somebody was told something of an event."""
    while run_due():
        pass
    rows = db.session.scalars(
        select(Notification).where(Notification.person_id == person.id, Notification.why == why)
    )
    return len(rows.all())


def changed(author, event, **more):
    from dataclasses import replace

    publication = with_working_copy(db.session.get_one(Publication, event.publication_id))
    return change_event(
        author,
        event,
        {"es": Written(TITLE, BODY)},
        replace(plan_of(event), **more),
        visibility=None,
        topics=[],
        edition=publication.edition,
    )


def coming(event, at=""):
    return {row.person_id: (row.answer, row.waiting) for row in attendance.coming(event, at)}


@pytest.mark.slow
@pytest.mark.both
def test_the_last_word_counts_and_saying_it_twice_changes_nothing(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)

    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.ana, event.publication, MAYBE)

    assert coming(event) == {cast.ana.id: (MAYBE, None)}


@pytest.mark.slow
def test_who_does_not_read_it_cannot_answer_and_who_holds_no_post_neither(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS)

    for stranger in (cast.elna, cast.eloi, cast.nadia):
        with pytest.raises(NotFound):
            answer_event(stranger, event.publication, YES)
    with pytest.raises(Forbidden):
        answer_event(cast.ana, event.publication, YES, post_id=cast.mayor_post.id)
    assert coming(event) == {}


@pytest.mark.slow
def test_who_comes_too_late_waits_and_moves_up_when_a_place_is_given_up(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, capacity=1)
    for person in (cast.ana, cast.xoel, cast.nadia):
        answer_event(person, event.publication, YES)
    assert coming(event) == {
        cast.ana.id: (YES, None),
        cast.xoel.id: (YES, 1),
        cast.nadia.id: (YES, 2),
    }

    answer_event(cast.ana, event.publication, NO)

    assert coming(event)[cast.xoel.id] == (YES, None)
    assert coming(event)[cast.nadia.id] == (YES, 1)
    assert told(cast.xoel, "event_up") == 1
    assert told(cast.nadia, "event_up") == 0


@pytest.mark.slow
@pytest.mark.both
def test_more_places_let_the_line_move_up_in_its_order(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, capacity=1)
    for person in (cast.ana, cast.xoel, cast.nadia):
        answer_event(person, event.publication, YES)

    event = changed(cast.carles, event, capacity=2)

    assert coming(event)[cast.xoel.id] == (YES, None)
    assert coming(event)[cast.nadia.id] == (YES, 1)
    event = changed(cast.carles, event, capacity=None)
    assert coming(event)[cast.nadia.id] == (YES, None)


@pytest.mark.slow
def test_fewer_places_throw_nobody_out(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, capacity=3)
    for person in (cast.ana, cast.xoel):
        answer_event(person, event.publication, YES)

    event = changed(cast.carles, event, capacity=1)
    answer_event(cast.nadia, event.publication, YES)
    answer_event(cast.ana, event.publication, NO)

    assert coming(event)[cast.xoel.id] == (YES, None)
    assert coming(event)[cast.nadia.id] == (YES, 1)


@pytest.mark.slow
def test_of_two_at_the_same_moment_exactly_one_gets_the_last_place(app, cast):
    with app.app_context():
        event_id = planned(cast.carles, cast.urban_planning, capacity=1).publication_id
    people = [cast.ana.id, cast.xoel.id, cast.nadia.id, cast.carles.id]
    start = threading.Barrier(len(people))
    faults = []

    def say_yes(person_id):
        from intranet.organisation.people.models import Person

        with app.app_context():
            start.wait()
            try:
                person = db.session.get_one(Person, person_id)
                answer_event(person, db.session.get_one(Publication, event_id), YES)
            except Exception as fault:  # noqa: BLE001 - said below
                faults.append(fault)
            db.session.remove()

    threads = [threading.Thread(target=say_yes, args=(each,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with app.app_context():
        rows = attendance.coming(db.session.get_one(Event, event_id), "")
        assert sorted(row.waiting or 0 for row in rows) == [0, 1, 2, 3]


@pytest.mark.slow
def test_places_of_what_repeats_are_counted_day_by_day(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule=WEEKLY, capacity=1)

    with pytest.raises(Invalid):
        answer_event(cast.ana, event.publication, YES)
    answer_event(cast.ana, event.publication, YES, recurrence="20270301T100000")
    answer_event(cast.xoel, event.publication, YES, recurrence="20270301T100000")
    answer_event(cast.xoel, event.publication, YES, recurrence="20270308T100000")

    assert coming(event, "20270301T100000")[cast.xoel.id] == (YES, 1)
    assert coming(event, "20270308T100000")[cast.xoel.id] == (YES, None)
    with pytest.raises(NotFound):
        answer_event(cast.ana, event.publication, YES, recurrence="20270302T100000")


def test_what_is_said_of_a_day_goes_before_what_is_said_of_all(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule=WEEKLY)

    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.ana, event.publication, NO, recurrence="20270308T100000")

    assert coming(event, "20270301T100000") == {cast.ana.id: (YES, None)}
    assert coming(event, "20270308T100000") == {cast.ana.id: (NO, None)}


@pytest.mark.slow
@pytest.mark.both
def test_who_comes_is_told_what_changed_and_who_does_not_is_not(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)
    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.xoel, event.publication, NO)

    changed(cast.carles, event, place="Sala 2")

    assert told(cast.ana, "event_changed") == 1
    assert told(cast.xoel, "event_changed") == 0


@pytest.mark.slow
def test_a_change_of_nothing_tells_nobody(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)
    answer_event(cast.ana, event.publication, YES)

    event = changed(cast.carles, event)

    assert event.sequence == 0
    assert told(cast.ana, "event_changed") == 0


def test_what_is_cancelled_is_told_once_and_answered_no_more(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)
    answer_event(cast.ana, event.publication, YES)

    with pytest.raises(Invalid):
        cancel_event(cast.carles, event, " ")
    with pytest.raises(Forbidden):
        cancel_event(cast.ana, event, "No puedo.")
    cancel_event(cast.carles, event, "Coincide con el pleno.")
    cancel_event(cast.carles, event, "Otra vez.")

    assert told(cast.ana, "event_cancelled") == 1
    assert db.session.get_one(Event, event.publication_id).cancelled_reason == (
        "Coincide con el pleno."
    )
    with pytest.raises(Forbidden):
        answer_event(cast.xoel, event.publication, YES)


@pytest.mark.slow
def test_one_day_is_cancelled_and_the_others_stay(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule=WEEKLY)
    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.xoel, event.publication, YES, recurrence="20270301T100000")

    cancel_event(cast.carles, event, "Fiesta.", recurrence="20270308T100000")

    assert told(cast.ana, "event_one_off") == 1
    assert told(cast.xoel, "event_one_off") == 0
    with pytest.raises(Forbidden):
        answer_event(cast.ana, event.publication, NO, recurrence="20270308T100000")
    answer_event(cast.ana, event.publication, NO, recurrence="20270315T100000")
    assert coming(event, "20270315T100000")[cast.ana.id] == (NO, None)


@pytest.mark.slow
@pytest.mark.both
def test_each_is_reminded_once_the_day_before(app_context, cast):
    event = planned(cast.carles, cast.urban_planning, rule=WEEKLY)
    answer_event(cast.ana, event.publication, YES)
    answer_event(cast.xoel, event.publication, NO)
    answer_event(cast.nadia, event.publication, YES, recurrence="20270308T100000")
    assert due_reminders(clock.now()) == []

    with clock.freeze(datetime(2027, 2, 28, 12, tzinfo=UTC)):
        for _round in range(2):
            for occurrence in due_reminders(clock.now()):
                remind_of(occurrence)
        assert told(cast.ana, "event_soon") == 1
        assert told(cast.xoel, "event_soon") == 0
        assert told(cast.nadia, "event_soon") == 0


@pytest.mark.slow
@pytest.mark.both
def test_who_is_invited_is_told_and_only_who_leads_invites_many(app_context, cast, monkeypatch):
    from intranet.collaboration.events.operations import planning

    planned(cast.carles, cast.urban_planning, invites=True)
    assert told(cast.ana, "event_invited") == 1
    assert told(cast.carles, "event_invited") == 0

    monkeypatch.setattr(planning, "INVITED_LIMIT", 2)
    with pytest.raises(Forbidden):
        planned(cast.ana, cast.urban_planning, invites=True)
    planned(cast.carles, cast.urban_planning, invites=True)


def test_who_is_over_cannot_be_answered(app_context, cast):
    event = planned(cast.carles, cast.urban_planning)

    with clock.freeze(datetime(2027, 3, 2, 9, tzinfo=UTC)), pytest.raises(Forbidden):
        answer_event(cast.ana, event.publication, YES)


@pytest.mark.slow
def test_the_page_answers_by_plain_form_and_shows_who_comes_by_agency(app, cast, client_of):
    read_english(app, cast.ana)
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, visibility=Visibility.NETWORK)
        answer_event(cast.elna, event.publication, YES)
        address = f"/events/{event.publication_id}"
    client = client_of(cast.ana)

    assert client.submit(f"{address}/answer", {"answer": "perhaps"}).status_code == 422
    sent = client.submit(f"{address}/answer", {"answer": "yes"})
    assert sent.status_code == 303
    page = client.get(address).text
    assert "You are going" in page
    assert "Ayuntamiento de Monteclaro" in page
    assert "Elna" in client.get(f"{address}/people").text
    with app.app_context():
        hidden = planned(cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS)
    for address in (f"/events/{hidden.publication_id}/answer", f"/events/{uuid7()}/answer"):
        assert client_of(cast.nadia).submit(address, {"answer": "no"}).status_code == 404


@pytest.mark.slow
def test_the_page_of_an_event_asks_the_same_number_of_questions_however_many_come(
    app, cast, client_of, count_queries
):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, visibility=Visibility.NETWORK)
        for person in (cast.bieito, cast.elna):
            answer_event(person, event.publication, YES)
        address = f"/events/{event.publication_id}"
    client = client_of(cast.ana)
    client.get(address)
    with count_queries() as few:
        client.get(address)
    with app.app_context():
        for person in (cast.nadia, cast.rosa, cast.xoel, cast.guillem, cast.iria):
            answer_event(person, db.session.get_one(Publication, event.publication_id), YES)
    client.get(address)
    with count_queries() as many:
        client.get(address)

    assert len(many) == len(few)
