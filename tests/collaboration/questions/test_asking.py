"""Who is asked to answer: a few who may know, never more than they agreed to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.questions.jobs import ask_more
from intranet.collaboration.questions.limits import MAX_ASKED_PER_DAY, PEOPLE_PER_ROUND
from intranet.collaboration.questions.models import Addressee, QuestionState
from intranet.collaboration.questions.operations.asking import (
    QuestionAddressee,
    allow,
    publish_question,
)
from intranet.collaboration.questions.operations.routing import pass_on
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.absences import set_absence
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.questions.helpers import (
    FUNCTION,
    answer,
    asked,
    expert,
    first_post,
    place,
    routed,
    town,
)

SECRETARIES = QuestionAddressee(Addressee.FUNCTION, FUNCTION)
NAMES = ("Marín", "Foz", "Teo", "Ames", "Boiro", "Noia")


@pytest.fixture
def experts(app_context):
    """Six who take questions, in six villages."""
    return [
        expert(town(name, f"L0199020{number}", "ES-GA-36"), f"Persoa {name}", function=FUNCTION)
        for number, name in enumerate(NAMES)
    ]


def people(question):
    return {row.person_id for row in routed(question)}


@pytest.mark.slow
@pytest.mark.both
def test_a_few_are_asked_at_once_and_told_why(cast, experts):
    question = asked(cast.bieito, to=SECRETARIES)

    assert len(routed(question)) == PEOPLE_PER_ROUND
    assert people(question) <= {one.id for one in experts}
    assert all(row.reasons for row in routed(question))
    run_due()
    told = set(db.session.scalars(select(Notification.person_id)))
    assert told == people(question)


@pytest.mark.slow
def test_whoever_knows_is_found_by_the_words(cast, experts):
    question = asked(cast.bieito, "Como redacta a acta o secretario municipal?")
    assert people(question) <= {one.id for one in experts}
    assert len(routed(question)) == PEOPLE_PER_ROUND
    nobody = asked(cast.bieito, "Xyzzy?", "")
    assert routed(nobody) == []


@pytest.mark.slow
def test_more_are_asked_after_two_working_days_without_an_answer_and_not_before(cast, experts):
    tuesday = clock.now() + timedelta(days=(1 - clock.now().weekday()) % 7, hours=1)
    with clock.freeze(tuesday):
        question = asked(cast.bieito, to=SECRETARIES)
    with clock.freeze(tuesday + timedelta(days=1)):
        ask_more()
        assert len(routed(question)) == PEOPLE_PER_ROUND
    with clock.freeze(tuesday + timedelta(days=7)):
        ask_more()
        assert len(routed(question)) == 2 * PEOPLE_PER_ROUND
        ask_more()
        assert len(routed(question)) == 2 * PEOPLE_PER_ROUND


@pytest.mark.slow
def test_who_has_an_answer_is_not_asked_on(cast, experts):
    question = asked(cast.bieito, to=SECRETARIES)
    answer(experts[0], question)
    with clock.freeze(clock.now() + timedelta(days=14)):
        ask_more()
    assert len(routed(question)) == PEOPLE_PER_ROUND


@pytest.mark.slow
def test_nobody_is_asked_more_than_they_agreed_to(cast, experts):
    for one in experts:
        allow(one, 1)
    first, second, third = (asked(cast.bieito, f"{n}?", to=SECRETARIES) for n in range(3))

    assert people(first) & people(second) == set()
    assert routed(third) == []
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert len(routed(asked(cast.bieito, "4?", to=SECRETARIES))) == PEOPLE_PER_ROUND


@pytest.mark.slow
def test_who_wants_none_or_is_away_or_takes_no_questions_is_not_asked(cast, app_context):
    village = town("Marín", "L01990301", "ES-GA-36")
    away = expert(village, "Fóra", function=FUNCTION)
    none = expert(town("Foz", "L01990302", "ES-GA-36"), "Ningunha", function=FUNCTION)
    expert(town("Teo", "L01990303", "ES-GA-36"), "Pechada", function=FUNCTION, is_open=False)
    today = clock.today("Europe/Madrid")
    set_absence(away, away, starts_on=today, ends_on=today + timedelta(days=3))
    allow(none, 0)

    assert routed(asked(cast.bieito, to=SECRETARIES)) == []


@pytest.mark.slow
def test_only_those_are_asked_who_may_read_it(cast, experts):
    question = asked(cast.bieito, to=SECRETARIES, visibility=Visibility.AGENCY)
    assert routed(question) == []


@pytest.mark.slow
@pytest.mark.both
def test_who_passes_it_on_is_replaced_at_once(cast, experts):
    question = asked(cast.bieito, to=SECRETARIES)
    first = next(one for one in experts if one.id in people(question))
    pass_on(first, question)
    pass_on(first, question)

    assert len(routed(question)) == PEOPLE_PER_ROUND + 1
    with pytest.raises(Forbidden):
        pass_on(cast.ana, question)


def test_a_post_is_asked_through_whoever_speaks_for_it(cast, app_context):
    post = first_post(cast.elna)
    question = asked(cast.bieito, to=QuestionAddressee(Addressee.POST, post=post))
    assert people(question) == {cast.elna.id}
    assert not routed(question)[0].is_counted


def test_what_cannot_be_asked_is_refused_and_nothing_is_stored(cast, app_context):
    for to in (
        QuestionAddressee(Addressee.FUNCTION, "XXX"),
        QuestionAddressee(Addressee.FUNCTION, ""),
        QuestionAddressee(Addressee.POST),
        QuestionAddressee(territories=("ES-XX",)),
        QuestionAddressee(territories=("ES-GA-36", "ES-GA-27", "ES-GA-15", "ES-GA-32")),
    ):
        with pytest.raises(Invalid):
            asked(cast.bieito, to=to)
    with pytest.raises(Invalid):
        asked(cast.bieito, "")
    with pytest.raises(Forbidden):
        publish_question(
            cast.ana, place(cast.bieito), {"gl": Written("Que?", "")}, QuestionAddressee()
        )


@pytest.mark.slow
@pytest.mark.both
def test_the_eleventh_of_a_day_waits_for_tomorrow(cast, app_context):
    for number in range(MAX_ASKED_PER_DAY):
        asked(cast.bieito, f"Pregunta {number}?", to=QuestionAddressee(Addressee.SPACE))
    with pytest.raises(Invalid):
        asked(cast.bieito)
    with clock.freeze(clock.now() + timedelta(days=1, minutes=1)):
        assert asked(cast.bieito).state == QuestionState.OPEN


def test_a_number_of_questions_a_week_has_bounds(cast, app_context):
    for number in (-1, 21):
        with pytest.raises(Invalid):
            allow(cast.ana, number)
