"""Answers, the one that helped, and criteria: who may what, and what twice does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.access import authorities
from intranet.collaboration.questions.jobs import remind_of_reviews
from intranet.collaboration.questions.models import Criterion, QuestionState
from intranet.collaboration.questions.operations.answering import (
    accept_answer,
    withdraw_acceptance,
)
from intranet.collaboration.questions.operations.confirming import (
    Validity,
    confirm_answer,
    correct_criterion,
    mark_outdated,
    renew_criterion,
    renewed_by,
)
from intranet.extensions import db
from intranet.messaging.messages.operations import delete_message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.access import get_of_kind
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.questions.helpers import answer, asked, solved

TEXTS = {"gl": Written("Non se prorroga", "Dura un ano como moito.")}
LAW = Validity("art. 29.8 LCSP")


def criterion(cast, question, **more):
    return confirm_answer(cast.bieito, question, TEXTS, more.pop("validity", LAW), **more)


@pytest.fixture
def question(cast, app_context):
    return asked(cast.bieito)


@pytest.fixture
def accepted(cast, question):
    solved(cast.bieito, question, answer(cast.elna, question))
    return question


@pytest.mark.slow
def test_what_begins_a_thread_is_an_answer_and_the_first_is_timed(cast, question):
    with clock.freeze(clock.now() + timedelta(hours=5)):
        answer(cast.elna, question)
    with clock.freeze(clock.now() + timedelta(hours=9)):
        answer(cast.ana, question)
        run_due()

    assert question.state == QuestionState.ANSWERED
    assert question.answers == 2
    waited = question.first_answer_at - question.asked_at
    assert timedelta(hours=4, minutes=59) < waited < timedelta(hours=5, minutes=1)
    told = select(Notification.person_id).where(Notification.why == "answered")
    assert set(db.session.scalars(told)) == {cast.bieito.id}


@pytest.mark.slow
def test_what_who_asked_writes_is_no_answer(cast, question):
    answer(cast.bieito, question, "Aclaro: obras.")
    assert (question.state, question.answers) == (QuestionState.OPEN, 0)


@pytest.mark.slow
def test_only_who_asked_accepts_one_and_takes_that_back(cast, question):
    first, second = answer(cast.elna, question), answer(cast.ana, question)
    with pytest.raises(Forbidden):
        accept_answer(cast.elna, question, first.id)
    accept_answer(cast.bieito, question, first.id)
    accept_answer(cast.bieito, question, second.id)
    assert question.accepted_message_id == second.id
    run_due()
    told = db.session.scalars(select(Notification).where(Notification.why == "accepted")).all()
    assert {one.person_id for one in told} == {cast.elna.id, cast.ana.id}
    withdraw_acceptance(cast.bieito, question)
    assert (question.state, question.accepted_message_id) == (QuestionState.ANSWERED, None)


@pytest.mark.slow
def test_an_answer_to_something_else_is_not_accepted(cast, question):
    other = answer(cast.elna, asked(cast.bieito, "Outra?"))
    with pytest.raises(NotFound):
        accept_answer(cast.bieito, question, other.id)


@pytest.mark.slow
@pytest.mark.both
def test_a_deleted_answer_no_longer_counts(cast, accepted):
    message = accepted.accepted_message
    delete_message(cast.elna, message)
    assert (accepted.state, accepted.answers) == (QuestionState.OPEN, 0)
    assert accepted.accepted_message_id is None


@pytest.mark.slow
def test_those_with_authority_confirm_what_was_accepted(cast, accepted):
    made = criterion(cast, accepted)
    assert made.confirmed_on == clock.today("Europe/Madrid")
    assert made.law == "art. 29.8 LCSP"
    assert made.publication.agency_id == cast.vilaverde.id
    assert accepted.state == QuestionState.CONFIRMED
    assert get_of_kind(cast.ana, Criterion, made.publication_id) is made
    assert made.publication.conversation_id is None


@pytest.mark.slow
def test_nobody_else_does(cast, accepted):
    for person in (cast.ana, cast.xoel, cast.elna):
        assert authorities(person, accepted) == []
        with pytest.raises(Forbidden):
            confirm_answer(person, accepted, TEXTS, LAW)


def test_a_head_confirms_what_their_post_is_about(cast, app_context):
    question = asked(cast.bieito, topics=["PRO"])
    assert [voice.post.id for voice in authorities(cast.nadia, question)] == [
        cast.head_of_procurement_post.id
    ]
    assert authorities(cast.carles, question) == []


def test_nothing_is_confirmed_before_it_is_accepted(cast, question):
    with pytest.raises(Forbidden):
        criterion(cast, question)


@pytest.mark.slow
def test_one_criterion_of_an_agency_holds_at_a_time(cast, accepted):
    first = criterion(cast, accepted)
    with pytest.raises(Invalid):
        criterion(cast, accepted)
    mark_outdated(cast.bieito, first, "Cambiou a lei.")
    criterion(cast, accepted)


@pytest.mark.slow
def test_a_criterion_is_corrected_in_versions(cast, accepted):
    made = criterion(cast, accepted)
    texts = {"gl": Written("Nunca se prorroga", "Nin con acordo.")}
    edition = made.publication.edition
    correct_criterion(cast.bieito, made, texts, LAW, "Máis claro.", edition=edition)
    assert made.publication.version == 2
    with pytest.raises(Forbidden):
        correct_criterion(cast.elna, made, texts, LAW, "Non.", edition=edition)


@pytest.mark.slow
def test_it_is_marked_as_outdated_by_whom_when_and_why(cast, accepted):
    made = criterion(cast, accepted)
    with pytest.raises(Forbidden):
        mark_outdated(cast.elna, made, "Porque si.")
    with pytest.raises(Invalid):
        mark_outdated(cast.bieito, made, "  ")
    mark_outdated(cast.bieito, made, "Cambiou a lei.")
    at = made.outdated_at
    mark_outdated(cast.bieito, made, "Outra vez.")
    assert (made.outdated_at, made.outdated_why) == (at, "Cambiou a lei.")
    assert made.outdated_by_id == cast.bieito.id


@pytest.mark.slow
@pytest.mark.both
def test_it_is_renewed_once_and_the_old_one_leads_to_the_new(cast, accepted):
    old = criterion(cast, accepted)
    new = renew_criterion(cast.bieito, old, TEXTS, Validity("Lei nova"), "Lei nova.")
    assert renewed_by(old) is new
    assert old.outdated_why == "Lei nova."
    assert not new.outdated_at
    with pytest.raises(Forbidden):
        renew_criterion(cast.bieito, old, TEXTS, LAW)


@pytest.mark.slow
def test_it_no_longer_holds_after_its_last_day(cast, accepted):
    today = clock.today("Europe/Madrid")
    made = criterion(cast, accepted, validity=Validity("", today))
    assert not made.is_outdated(today)
    assert made.is_outdated(today + timedelta(days=1))


@pytest.mark.slow
@pytest.mark.parametrize(
    "validity",
    [
        Validity("x" * 301),
        Validity("", date(2001, 1, 1)),
        Validity("", date(2150, 1, 1), date(2160, 1, 1)),
        Validity("", date(9999, 1, 1)),
    ],
)
def test_days_and_laws_that_cannot_be_are_refused(cast, accepted, validity):
    with pytest.raises(Invalid):
        criterion(cast, accepted, validity=validity)
    assert db.session.scalars(select(Criterion)).all() == []


@pytest.mark.both
def test_who_speaks_for_its_post_is_told_on_the_day_to_look_again_once(cast, accepted):
    today = clock.today("Europe/Madrid")
    criterion(cast, accepted, validity=Validity("", None, today + timedelta(days=30)))
    told = select(Notification.person_id).where(Notification.why == "review")
    for days in (29, 31, 32):
        with clock.freeze(clock.now() + timedelta(days=days)):
            remind_of_reviews()
            run_due()
            expected = [] if days == 29 else [cast.bieito.id]
            assert list(db.session.scalars(told)) == expected


@pytest.mark.slow
def test_the_criterion_of_what_an_agency_asks_within_stays_there(cast, app_context):
    question = asked(cast.bieito, visibility=Visibility.AGENCY)
    with pytest.raises(NotFound):
        get_of_kind(cast.ana, Criterion, question.publication_id)
    assert question.publication.visibility == Visibility.AGENCY


@pytest.mark.slow
def test_a_withdrawn_question_takes_no_more(cast, accepted):
    withdraw(cast.bieito, accepted.publication, "Xa non fai falta.")
    with pytest.raises(Forbidden):
        criterion(cast, accepted)
    with pytest.raises(Forbidden):
        accept_answer(cast.bieito, accepted, accepted.accepted_message_id)
