"""Drafts, two who write at once, the clock, corrections, withdrawal: the life of a publication."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.events import bus
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications import queries
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.events import PublicationHeld
from intranet.publishing.publications.forms import EditorForm
from intranet.publishing.publications.jobs import publish_due
from intranet.publishing.publications.models import (
    Publication,
    PublicationState,
    PublicationVersion,
)
from intranet.publishing.publications.operations import publishing
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    discard_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import (
    correct,
    publish,
    publish_scheduled,
    schedule,
    withdraw,
)
from intranet.publishing.publications.versions import digest, get_version, with_working_copy
from tests.publishing.publications.helpers import BODY, TITLE, draft, published

FRIDAY = datetime(2026, 3, 27, 13, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


def saved(author, made, title=TITLE, body=BODY, **choices):
    texts = {"es": Written(title, body)}
    return save_draft(author, made, texts, Choices(**choices), edition=made.edition)


def version_of(made, number) -> PublicationVersion:
    found = get_version(made, number)
    assert found
    return found


def state_of(made):
    db.session.refresh(made)
    return made.state(clock.now())


def test_who_writes_second_is_told_and_neither_text_is_lost(app_context, cast):
    made = draft(cast.carles)
    before = made.edition
    saved(cast.carles, made, body="El primero.")

    with pytest.raises(Conflict):
        save_draft(
            cast.carles, made, {"es": Written(TITLE, "El segundo.")}, Choices(), edition=before
        )

    assert [text.body for text in with_working_copy(made).texts] == ["El primero."]


def test_spring_leaves_an_hour_out_and_the_first_of_two_in_autumn_counts(app, cast):
    sent = {"edition": 1, "when": "later", "scheduled_on": "2026-03-29", "scheduled_time": "02:30"}
    with app.app_context():
        agency = cast.monteclaro
        with pytest.raises(Invalid) as refused:
            EditorForm.parse(sent).choices(agency)
        assert set(refused.value.errors) == {"scheduled_on"}
        twice = EditorForm.parse({**sent, "scheduled_on": "2026-10-25"}).choices(agency)
        assert twice.scheduled_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"scheduled_at": FRIDAY - timedelta(minutes=1)}, "scheduled_at"),
        ({"scheduled_at": FRIDAY + timedelta(days=1000)}, "scheduled_at"),
        ({"scheduled_at": MONDAY, "expires_at": FRIDAY + timedelta(hours=1)}, "expires_at"),
        ({"scheduled_at": MONDAY, "due_on": FRIDAY.date()}, "due_on"),
        ({"scheduled_at": MONDAY, "is_urgent": True}, "urgent_reason"),
    ],
)
def test_times_that_make_no_sense_are_refused_with_a_reason(app_context, cast, choices, field):
    with clock.freeze(FRIDAY):
        made = draft(cast.carles, **choices)
        with pytest.raises(Invalid) as refused:
            schedule(cast.carles, made, edition=made.edition)
    assert set(refused.value.errors) == {field}


@pytest.mark.slow
def test_what_came_due_while_the_program_was_off_goes_out_once_when_it_is_on_again(
    app_context, cast
):
    with clock.freeze(FRIDAY):
        made = draft(cast.carles, scheduled_at=FRIDAY + timedelta(hours=20))
        schedule(cast.carles, made, edition=made.edition)
        publish_due()
        assert state_of(made) == PublicationState.SCHEDULED
    with clock.freeze(MONDAY):
        publish_due()
        publish_due()
        assert state_of(made) == PublicationState.PUBLISHED
        assert made.published_at == MONDAY
        assert [version.number for version in queries.versions(made)] == [1]


@pytest.mark.slow
@pytest.mark.both
def test_another_time_is_confirmed_anew(app_context, cast):
    with clock.freeze(FRIDAY):
        made = draft(cast.carles, scheduled_at=MONDAY)
        schedule(cast.carles, made, edition=made.edition)
        saved(cast.carles, made, body="Otra cosa.", scheduled_at=MONDAY)
        assert state_of(made) == PublicationState.SCHEDULED
        saved(cast.carles, made, scheduled_at=FRIDAY - timedelta(days=9))
        assert state_of(made) == PublicationState.DRAFT
        publish_due()
        assert state_of(made) == PublicationState.DRAFT


def left_by_its_scheduler(cast):
    """Scheduled for Monday by Carles, whose post is Xoel's by then."""
    with clock.freeze(FRIDAY):
        made = draft(cast.carles, scheduled_at=MONDAY)
        schedule(cast.carles, made, edition=made.edition)
        for held in current_appointments(cast.carles.id):
            end_appointment(None, held)
        appoint(None, cast.head_post, cast.xoel, starts_on=FRIDAY.date())
    return made


@pytest.mark.slow
@pytest.mark.both
def test_what_its_scheduler_may_no_longer_say_is_held_and_told_once(app_context, cast):
    heard: list[PublicationHeld] = []
    hear = heard.append
    bus.within(PublicationHeld, hear)
    try:
        made = left_by_its_scheduler(cast)
        with clock.freeze(MONDAY):
            publish_due()
            publish_due()
            assert state_of(made) == PublicationState.HELD
            assert made.held_reason == "voice"
            publish(cast.xoel, made, edition=made.edition)
            assert state_of(made) == PublicationState.PUBLISHED
    finally:
        bus._within[PublicationHeld].remove(hear)
    assert [event.publication_id for event in heard] == [made.id]


@pytest.mark.slow
@pytest.mark.both
def test_what_was_put_off_meanwhile_does_not_go_out(app_context, cast):
    with clock.freeze(FRIDAY):
        made = draft(cast.carles, scheduled_at=MONDAY)
        schedule(cast.carles, made, edition=made.edition)
    with clock.freeze(MONDAY):
        (due,) = queries.due_ids(clock.now())
        saved(cast.carles, made, scheduled_at=MONDAY + timedelta(days=7))
        schedule(cast.carles, made, edition=made.edition)
        publish_scheduled(db.session.get_one(Publication, due))
        assert state_of(made) == PublicationState.SCHEDULED


@pytest.mark.slow
@pytest.mark.both
def test_what_was_held_and_told_of_can_still_be_thrown_away(app_context, cast):
    made = left_by_its_scheduler(cast)
    with clock.freeze(MONDAY):
        publish_due()
        while run_due():
            pass
        of_it = select(Notification.person_id).where(Notification.publication_id == made.id)
        assert db.session.scalars(of_it).all() == [cast.xoel.id]
        discard_draft(cast.xoel, db.session.get_one(Publication, made.id))
        assert db.session.scalars(of_it).all() == []


@pytest.mark.slow
def test_a_correction_says_what_it_is_and_leaves_what_was_published_as_it_was(app_context, cast):
    made = published(cast.carles)
    first = version_of(made, 1)
    saved(cast.carles, made, body="De 8 a 12.")
    assert "8 a 10" in version_of(made, made.version).body["es"]

    with pytest.raises(Invalid):
        correct(cast.carles, made, " ", edition=made.edition, asks_again=False)
    correct(cast.carles, made, "La hora.", edition=made.edition, asks_again=False)

    assert [version.note for version in queries.versions(made)] == ["La hora.", ""]
    assert "8 a 12" in version_of(made, 2).html["es"]
    assert first.sha256 == digest(version_of(made, 1), [])
    recipients = select(Recipient).where(Recipient.publication_id == made.id)
    assert len(db.session.scalars(recipients).all()) > 3


@pytest.mark.slow
def test_what_was_corrected_very_often_is_published_anew(app_context, cast, monkeypatch):
    monkeypatch.setattr(publishing, "VERSIONS_LIMIT", 2)
    made = published(cast.carles)
    correct(cast.carles, made, "La hora.", edition=made.edition, asks_again=True)
    with pytest.raises(Invalid) as refused:
        correct(cast.carles, made, "Otra vez.", edition=made.edition, asks_again=True)
    assert set(refused.value.errors) == {"note"}
    assert made.announcement.confirmed_version == 2


@pytest.mark.slow
def test_what_is_withdrawn_says_why_and_nothing_of_it_changes_any_more(app_context, cast):
    made = published(cast.carles)
    with pytest.raises(Invalid):
        withdraw(cast.carles, made, "")
    withdraw(cast.carles, made, "Era para otro edificio.")

    assert state_of(made) == PublicationState.WITHDRAWN
    with pytest.raises(Forbidden):
        saved(cast.carles, made)
    assert queries.latest(cast.ana, limit=9) == []
    assert [item.publication.id for item in queries.latest(cast.ana, is_over=True, limit=9)] == [
        made.id
    ]


@pytest.mark.slow
@pytest.mark.both
def test_only_who_speaks_there_writes_and_nobody_publishes_without_a_voice(app_context, cast):
    made = draft(cast.carles)
    for other in (cast.nadia, cast.elna, cast.ana):
        with pytest.raises((Forbidden, NotFound)):
            saved(other, made)
        with pytest.raises((Forbidden, NotFound)):
            publish(other, made, edition=made.edition)
    with pytest.raises(Forbidden):
        draft(cast.xoel)
    discard_draft(cast.carles, made)
    assert db.session.get(Publication, made.id) is None
    assert db.session.scalars(select(PublicationVersion)).all() == []


@pytest.mark.slow
def test_a_post_that_publishes_for_the_agency_reaches_all_of_it(app_context, cast):
    post = cast.architect_post
    with pytest.raises(Forbidden):
        draft(cast.xoel)
    post.publishes_for_agency = True
    db.session.commit()
    made = published(cast.xoel)
    assert queries.is_addressed(cast.nadia, made)
    assert not queries.is_addressed(cast.bieito, made)
