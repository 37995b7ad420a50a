"""Mails that tell of an event: when and where, what changed, an entry that calendars take."""

from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest
from sqlalchemy import select

from intranet.attention.notifications.choices import NotificationWays
from intranet.attention.notifications.models import Kind, MailChoice
from intranet.attention.notifications.operations import choose_ways
from intranet.collaboration.events.models import AnswerKind, Event
from intranet.collaboration.events.operations.answering import answer_event
from intranet.collaboration.events.operations.cancelling import cancel_event
from intranet.collaboration.events.operations.planning import change_event
from intranet.collaboration.events.planning import plan_of
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.versions import with_working_copy
from tests.collaboration.events.helpers import BODY, CANARY, TITLE, planned
from tests.messaging.messages.helpers import read_english

MONDAY = datetime(2027, 1, 11, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def winter(app, cast):
    with clock.freeze(MONDAY):
        read_english(app, cast.ana)
        with app.app_context():
            let_out(MailContent.TEXT)
            choose_ways(cast.ana.id, Kind.CONCERN, NotificationWays(MailChoice.NOW, push=False))
        yield


def let_out(content):
    with unit_of_work():
        for agency in db.session.scalars(select(Agency)):
            agency.mail_content = content


def entry_of(letter):
    """The part of a letter for calendars, and what it says."""
    (part,) = letter.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    return part, icalendar.Calendar.from_ical(part.get_content())


def test_an_invitation_says_when_and_where_and_holds_an_entry(app, cast, mail):
    with app.app_context():
        event = planned(
            cast.carles,
            cast.urban_planning,
            zone=CANARY,
            place="Las Palmas; sala 2",
            rule="FREQ=WEEKLY;COUNT=3",
            invites=True,
        )
        event_id = event.publication_id

    (letter,) = [each for each in mail() if each["To"] == "ana@monteclaro.example"]
    text = letter.get_body(("plain",)).get_content()
    assert "Monday, 1 March, 11:00–12:00 (10:00–11:00 in Canary)" in text
    assert "Las Palmas; sala 2" in text
    assert "Every week, 3 times" in text
    assert "You are on the guest list." in text
    part, calendar = entry_of(letter)
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert str(calendar["METHOD"]) == "PUBLISH"
    (component,) = calendar.walk("VEVENT")
    assert str(component["UID"]) == str(event_id)
    assert component["DTSTART"].dt.hour == 10
    assert calendar.walk("VTIMEZONE")


@pytest.mark.slow
def test_a_change_says_what_is_another_and_a_cancellation_takes_the_entry_away(app, cast, mail):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning)
        answer_event(cast.ana, event.publication, AnswerKind.YES)
        change_event(
            cast.carles,
            event,
            {"es": Written(TITLE, BODY)},
            replace(plan_of(event), place="Sala 2"),
            visibility=None,
            topics=[],
            edition=with_working_copy(event.publication).edition,
            note="La de siempre está en obras.",
        )
        event_id = event.publication_id
    (letter,) = mail()
    text = letter.get_body(("plain",)).get_content()
    assert "Changes: the place" in text
    assert "La de siempre está en obras." in text
    (component,) = entry_of(letter)[1].walk("VEVENT")
    assert int(component["SEQUENCE"]) == 1

    with app.app_context():
        cancel_event(cast.carles, db.session.get_one(Event, event_id), "Coincide con el pleno.")
    (letter,) = mail()
    part, calendar = entry_of(letter)
    (component,) = calendar.walk("VEVENT")
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert str(component["STATUS"]) == "CANCELLED"
    assert int(component["SEQUENCE"]) == 2


@pytest.mark.slow
def test_one_cancelled_day_is_taken_away_by_itself(app, cast, mail):
    with app.app_context():
        event = planned(cast.carles, cast.urban_planning, rule="FREQ=WEEKLY;COUNT=3")
        answer_event(cast.ana, event.publication, AnswerKind.YES)
        cancel_event(cast.carles, event, "Fiesta.", recurrence="20270308T100000")

    (letter,) = mail()
    _part, calendar = entry_of(letter)
    (component,) = calendar.walk("VEVENT")
    assert component["RECURRENCE-ID"].dt.day == 8
    assert str(component["STATUS"]) == "CANCELLED"


@pytest.mark.slow
def test_a_mail_says_no_more_than_may_leave(app, cast, mail):
    with app.app_context():
        let_out(MailContent.NOTHING)
        planned(cast.carles, cast.urban_planning, place="Sala 2", invites=True)

    letter = next(each for each in mail() if each["To"] == "ana@monteclaro.example")
    everything = letter.as_string()
    assert "Sala 2" not in everything
    assert "coordinaci" not in everything
