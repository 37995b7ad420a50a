"""What an approver was told stays what it was once they approve no more."""

import pytest
from sqlalchemy import select

from intranet.attention.notifications.facts import facts_of
from intranet.attention.notifications.jobs import enqueue_digests
from intranet.attention.notifications.mail_texts import letter, push_words
from intranet.attention.notifications.models import Notification
from intranet.attention.notifications.relevance import reason_to_leave_out
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, ArticleRule, MailContent
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import EmployeeArticle, Publication
from intranet.publishing.publications.operations.approving import approve, recall, submit
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.versions import with_working_copy
from tests.attention.notifications.conftest import at, work_off
from tests.publishing.publications.test_employees_articles import written

SECRET = "Quitar a López, expedientado."


@pytest.fixture
def former(app_context, cast):
    """Carles approved an article, leads no more, and a correction of it waits for another."""
    with unit_of_work():
        for agency in db.session.scalars(select(Agency)):
            agency.mail_content = MailContent.TEXT
        db.session.get_one(Agency, cast.monteclaro.id).articles = ArticleRule.APPROVAL
    with clock.freeze(at("2027-03-09 10:00")):
        draft = written(cast.xoel)
        submit(cast.xoel, draft, "", edition=draft.edition)
        work_off()
        approve(cast.carles, draft, edition=draft.edition)
        for appointment in list(current_appointments(cast.carles.id)):
            end_appointment(None, appointment)
        appoint(None, cast.officer_post, cast.carles, starts_on=clock.today("Europe/Madrid"))
        out = with_working_copy(db.session.get_one(Publication, draft.id))
        submit(cast.xoel, out, SECRET, edition=out.edition)
        work_off()
        db.session.rollback()
        yield draft.id


def rows_about(person, publication_id):
    asked = select(Notification).where(
        Notification.person_id == person.id,
        Notification.publication_id == publication_id,
        Notification.why == "article_submitted",
    )
    return db.session.scalars(asked).all()


@pytest.mark.slow
def test_a_former_approver_reads_no_later_note_anywhere(former, cast, client_of, mail):
    (row,) = rows_about(cast.carles, former)
    (fact,) = facts_of(cast.carles, [row])
    assert SECRET not in fact.words
    assert fact.path == f"/p/{former}"
    assert reason_to_leave_out(row, clock.now()) != ""

    account = db.session.scalars(select(Account).where(Account.person_id == cast.carles.id)).one()
    sent = letter(row, account)
    assert SECRET not in str(sent)
    assert SECRET not in push_words(row, account).body
    enqueue_digests(clock.now())
    for told in mail():
        if told["To"] == account.email:
            assert SECRET not in told.get_body(("plain",)).get_content()
    client = client_of(cast.carles)
    for door in ("/notifications", "/api/v1/notifications", "/"):
        answer = client.get(door, follow_redirects=True)
        assert answer.status_code == 200, door
        assert "expedientado" not in answer.text, door


def test_the_next_approver_reads_it(former, cast):
    (row,) = rows_about(cast.rosa, former)
    (fact,) = facts_of(cast.rosa, [row])
    assert (fact.words, fact.path) == (SECRET, f"/p/{former}/approval")
    assert reason_to_leave_out(row, clock.now()) == ""


@pytest.mark.slow
def test_a_note_that_was_taken_back_is_not_said_to_come_from_the_approver(former, cast):
    waiting = db.session.get_one(Publication, former)
    recall(cast.xoel, waiting)
    assert db.session.get_one(EmployeeArticle, former).review_note == ""
    submit(cast.xoel, waiting, SECRET, edition=waiting.edition)
    text = {"es": Written("Otro", "Otro texto.")}
    save_draft(cast.xoel, waiting, text, Choices(), edition=waiting.edition)
    assert db.session.get_one(EmployeeArticle, former).review_note == ""
