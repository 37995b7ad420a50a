"""Who sends an announcement is not asked to confirm it, and does not count."""

import pytest
from sqlalchemy import select

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.attention.notifications.handlers import notify_writers
from intranet.attention.notifications.models import Kind, Notification
from intranet.extensions import db
from intranet.organisation.people.operations.absences import set_absence
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.outbox import run_due
from intranet.publishing.announcements.access import get_scope
from intranet.publishing.announcements.operations.recording import record_on_paper
from intranet.publishing.announcements.queries import UnconfirmedFilter, counts, missing
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.events import PublicationHeld
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import correct, publish
from intranet.publishing.publications.queries import required_reading
from intranet.publishing.publications.reach import frozen
from intranet.publishing.publications.senders import NOT_ASKED
from intranet.publishing.publications.voices import voices
from tests.messaging.messages.helpers import read_english
from tests.publishing.announcements.helpers import announce, in_days


@pytest.fixture
def on_behalf(app_context, cast):
    """Xoel stands in for Carles: he writes and publishes in the name of the head's post."""
    set_absence(
        cast.carles, cast.carles, starts_on=in_days(0), ends_on=in_days(9), stand_in=cast.xoel
    )
    voice = next(one for one in voices(cast.xoel) if one.post.id == cast.head_post.id)
    draft = create_draft(cast.xoel, ANNOUNCEMENT, voice)
    draft = save_draft(
        cast.xoel,
        draft,
        {"es": Written("Obra menor", "Así se tramita.")},
        Choices(due_on=in_days(3)),
        edition=draft.edition,
    )
    return publish(cast.xoel, draft, edition=draft.edition)


@pytest.mark.both
def test_the_author_who_publishes_and_the_head_who_signs_do_not_count(cast, on_behalf):
    scope = get_scope(cast.carles, on_behalf.id)
    named = {person.id for person in missing(scope, UnconfirmedFilter(), 9, 50)}
    senders = {cast.xoel.id, cast.carles.id}
    assert named
    assert not named & senders
    assert sum(row.addressed for row in counts(scope)) == len(named)
    assert frozen(on_behalf).count == len(named) + len(senders)  # the audience is what it was
    for sender in (cast.xoel, cast.carles):
        assert [item.publication.id for item in required_reading(sender, 9)] == []
        with pytest.raises(Forbidden):
            acknowledge(sender, on_behalf, version=1)


@pytest.mark.slow
def test_nothing_makes_a_sender_count_later(cast, on_behalf):
    with pytest.raises(NotFound):
        record_on_paper(cast.carles, on_behalf, cast.xoel.id, cast.architect_post.id)
    draft = save_draft(
        cast.carles,
        on_behalf,
        {"es": Written("Obra menor", "Desde enero.")},
        Choices(due_on=in_days(3)),
        edition=on_behalf.edition,
    )
    correct(cast.carles, draft, "La fecha", edition=draft.edition, asks_again=True)
    assert [item.publication.id for item in required_reading(cast.xoel, 9)] == []
    rows = select(Recipient.confirmed_version).where(Recipient.person_id == cast.xoel.id)
    assert db.session.scalars(rows).all() == [NOT_ASKED]


@pytest.mark.slow
def test_what_was_sent_before_still_asks_its_author(app_context, cast):
    publication = announce(cast.carles)
    row = db.session.scalars(select(Recipient).where(Recipient.person_id == cast.carles.id)).one()
    row.confirmed_version = 0
    db.session.commit()
    assert [item.publication.id for item in required_reading(cast.carles, 9)] == [publication.id]
    acknowledge(cast.carles, publication, version=1)
    assert required_reading(cast.carles, 9) == []


@pytest.mark.slow
def test_pages_say_so_in_place_of_the_button(app, cast, client_of):
    read_english(app, cast.carles)
    with app.app_context():
        there = announce(cast.carles).id
    carles = client_of(cast.carles)
    page = carles.get(f"/p/{there}").text
    assert "You do not need to confirm reading, because you are one of the senders." in page
    assert 'name="version"' not in page
    report = carles.get(f"/p/{there}/report").text
    assert "Sender, not asked to confirm: Carles Roig." in report
    assert 'name="version"' in client_of(cast.ana).get(f"/p/{there}").text


@pytest.mark.slow
def test_a_substitute_sees_and_is_told_what_the_absent_head_would_be(app, client_of, cast):
    with app.app_context():
        before = announce(cast.carles, due_on=in_days(3))
        assert told_that_it_is_held(before) == {cast.carles.id}
    report = f"/p/{before.id}/report?lang=en"
    assert client_of(cast.nadia).get(report).status_code == 404

    with app.app_context():
        set_absence(
            None, cast.carles, starts_on=in_days(0), ends_on=in_days(9), stand_in=cast.nadia
        )
        during = announce(cast.carles, due_on=in_days(3))
        assert told_that_it_is_held(during) == {cast.carles.id, cast.nadia.id}
        scopes = [get_scope(person, before.id) for person in (cast.carles, cast.nadia)]
        assert [scope.is_whole for scope in scopes] == [True, True]
        assert counts(scopes[0]) == counts(scopes[1])
    assert client_of(cast.nadia).get(report).status_code == 200
    assert client_of(cast.xoel).get(report).status_code == 404


def told_that_it_is_held(announcement):
    """The ids of those who are told that something in their post's name did not go out."""
    notify_writers(PublicationHeld(announcement.id))
    while run_due():
        pass
    return set(
        db.session.scalars(
            select(Notification.person_id).where(
                Notification.publication_id == announcement.id, Notification.kind == Kind.WRITING
            )
        )
    )
