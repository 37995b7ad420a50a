"""Voting: who is asked, once each, by name or as totals only, until it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.collaboration.polls import jobs
from intranet.collaboration.polls.access import get_poll, sees_results, voter_of
from intranet.collaboration.polls.models import PollChoice, PollOption, PollVoter, ResultsWhen
from intranet.collaboration.polls.operations.voting import change_vote, close_poll, vote
from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.polls.helpers import (
    MAYBE,
    NO,
    OF_DATES,
    SECRET,
    YES,
    anew,
    chooses,
    dates,
    opened,
    results,
    told,
    work_off,
)


def townspeople(cast):
    return [getattr(cast, name) for name in ("rosa", "carles", "xoel", "ana", "uxia", "nadia")]


def voters(poll):
    asked = select(func.count()).where(
        PollVoter.poll_id == poll.publication_id, PollVoter.has_voted.is_(True)
    )
    return db.session.scalar(asked)


@pytest.mark.both
def test_who_is_asked_is_fixed_when_it_opens_and_nobody_else_votes(app_context, cast):
    poll = opened(cast.carles, cast.urban_planning)

    assert poll.asked == 5  # Carles, Xoel, and of Licencias below Ana, Uxía and Lara
    chooses(cast.xoel, poll, 1)
    for other in (cast.iria, cast.bieito):
        with pytest.raises(Forbidden):
            chooses(other, poll, 1)
    assert results(poll) == [1, 0, 0]
    assert voters(poll) == 1


@pytest.mark.slow
def test_who_was_asked_is_told_and_the_author_hears_nothing(app_context, cast):
    poll = opened(cast.carles, cast.urban_planning)
    work_off()

    assert [told(one, "poll_open") for one in (cast.xoel, cast.carles, cast.iria)] == [1, 0, 0]
    assert anew(poll).voted == 0


@pytest.mark.parametrize("rules", [{}, SECRET])
def test_a_second_vote_is_refused_and_changes_nothing(app_context, cast, rules):
    poll = opened(cast.carles, cast.town_hall, **rules)
    chooses(cast.ana, poll, 1)

    with pytest.raises(Conflict, match="409"):
        chooses(cast.ana, poll, 2)

    assert anew(poll).voted == voters(poll) == 1
    close_poll(cast.carles, poll)
    assert results(poll) == ([1, 0, 0] if not rules else [0, 0, 0])


@pytest.mark.parametrize("rules", [{}, SECRET])
def test_after_it_closed_no_vote_is_taken(app_context, cast, rules):
    at = clock.now() + timedelta(days=1)
    by_hand, by_time = (
        opened(cast.carles, cast.town_hall, **rules),
        opened(cast.carles, cast.town_hall, closes_at=at, **rules),
    )
    close_poll(cast.carles, by_hand)
    with pytest.raises(Conflict):
        chooses(cast.ana, by_hand, 1)
    with clock.freeze(at), pytest.raises(Conflict):
        chooses(cast.ana, by_time, 1)

    assert [anew(poll).voted for poll in (by_hand, by_time)] == [0, 0]
    assert voters(by_hand) == voters(by_time) == 0


def test_who_holds_no_post_any_more_does_not_find_it(app_context, cast):
    poll = opened(cast.carles, cast.town_hall)
    end_appointment(None, current_appointments(cast.xoel.id)[0])

    with pytest.raises(Forbidden):
        chooses(cast.xoel, poll, 1)
    with pytest.raises(NotFound):
        get_poll(cast.xoel, poll.publication_id)
    assert voters(poll) == 0


def test_who_left_the_place_reads_on_and_votes_no_more(app_context, cast):
    poll = opened(cast.bieito, cast.vilaverde_hall)
    post = next(
        row for row in current_appointments(cast.bieito.id) if row.post_id == cast.vilaverde_post.id
    )
    end_appointment(None, post)

    assert get_poll(cast.bieito, poll.publication_id).voted == 0
    with pytest.raises(Forbidden):
        chooses(cast.bieito, poll, 1)


def test_several_choices_up_to_a_number(app_context, cast):
    poll = opened(cast.carles, cast.town_hall, most=2)

    for wrong in ({}, {1: YES, 2: YES, 3: YES}, {9: YES}, {1: MAYBE}):
        with pytest.raises(Invalid):
            vote(cast.ana, poll.publication_id, wrong)
    chooses(cast.ana, poll, 1, 3)

    assert results(poll) == [1, 0, 1]


@pytest.mark.both
def test_days_are_answered_each_and_the_best_stands_out(app_context, cast):
    poll = opened(cast.carles, cast.town_hall, options=dates(5, 3, 4), **OF_DATES)
    with pytest.raises(Invalid):
        vote(cast.ana, poll.publication_id, {1: YES})
    vote(cast.ana, poll.publication_id, {1: YES, 2: MAYBE, 3: NO})
    vote(cast.xoel, poll.publication_id, {1: YES, 2: YES, 3: NO})

    rows = db.session.execute(
        select(PollOption.votes, PollOption.maybes, PollOption.starts_at).order_by(
            PollOption.number
        )
    ).all()
    assert [tuple(row)[:2] for row in rows] == [(2, 0), (1, 1), (0, 0)]
    assert [row.starts_at for row in rows] == dates(3, 4, 5)


@pytest.mark.both
def test_a_vote_by_name_can_be_changed_while_it_is_open(app_context, cast):
    poll = opened(cast.carles, cast.town_hall)
    with pytest.raises(Conflict):
        change_vote(cast.ana, poll.publication_id, {2: YES})
    chooses(cast.ana, poll, 1)
    change_vote(cast.ana, poll.publication_id, {2: YES})

    assert results(poll) == [0, 1, 0]
    assert anew(poll).voted == 1
    close_poll(cast.carles, poll)
    with pytest.raises(Conflict):
        change_vote(cast.ana, poll.publication_id, {1: YES})
    assert results(poll) == [0, 1, 0]


@pytest.mark.both
def test_a_vote_by_totals_only_cannot_be_changed_and_leaves_no_row(app_context, cast):
    poll = opened(cast.carles, cast.town_hall, **SECRET)
    chooses(cast.ana, poll, 1)

    with pytest.raises(Conflict):
        change_vote(cast.ana, poll.publication_id, {2: YES})
    assert db.session.scalar(select(func.count(PollChoice.person_id))) == 0


@pytest.mark.slow
def test_who_sees_the_results_and_when(app_context, cast):
    by = {when: opened(cast.carles, cast.town_hall, results=when) for when in ResultsWhen}
    chooses(cast.ana, by[ResultsWhen.VOTED], 1)
    chooses(cast.ana, by[ResultsWhen.END], 1)

    def seen(person, when):
        poll = get_poll(person, by[when].publication_id)
        return sees_results(poll, voter_of(person, poll), clock.now())

    shown = {
        (name, when): seen(getattr(cast, name), when) for name in ("ana", "xoel") for when in by
    }
    assert shown == {
        ("ana", ResultsWhen.LIVE): True,
        ("ana", ResultsWhen.VOTED): True,
        ("ana", ResultsWhen.END): False,
        ("xoel", ResultsWhen.LIVE): True,
        ("xoel", ResultsWhen.VOTED): False,
        ("xoel", ResultsWhen.END): False,
    }
    for poll in by.values():
        close_poll(cast.carles, poll)
    assert all(seen(cast.bieito, when) for when in by)


@pytest.mark.slow
@pytest.mark.both
def test_the_clock_reminds_who_has_not_voted_a_day_before_and_closes_in_time(app_context, cast):
    at = clock.now() + timedelta(days=4)
    poll = opened(cast.carles, cast.town_hall, closes_at=at)
    chooses(cast.ana, poll, 1)
    jobs.follow_polls()
    work_off()
    assert told(cast.xoel, "poll_soon") == 0

    with clock.freeze(at - timedelta(hours=23)):
        for _twice in range(2):
            jobs.follow_polls()
            work_off()
        assert [told(one, "poll_soon") for one in (cast.xoel, cast.ana)] == [1, 0]
        assert anew(poll).closed_at is None
    with clock.freeze(at + timedelta(minutes=1)):
        for _twice in range(2):
            jobs.follow_polls()
            work_off()
        assert anew(poll).closed_at == clock.now()
        assert [told(one, "poll_closed") for one in (cast.xoel, cast.ana)] == [1, 1]


@pytest.mark.slow
def test_only_its_author_and_who_leads_the_place_close_it(app_context, cast):
    poll = opened(cast.xoel, cast.urban_planning)
    with pytest.raises(Forbidden):
        close_poll(cast.ana, poll)
    close_poll(cast.carles, poll)
    closed_at = anew(poll).closed_at
    close_poll(cast.xoel, poll)
    assert anew(poll).closed_at == closed_at


@pytest.mark.both
def test_an_audience_within_reach_is_asked_by_who_publishes_there(app_context, cast):
    heads = Audience(any=[Atom(heads=cast.town_hall.id, subtree=True)])
    poll = opened(cast.carles, cast.urban_planning, audience=heads)

    assert poll.asked == 2  # Carles, and Ana, who acts in Licencias
    chooses(cast.ana, poll, 1)
    with pytest.raises(Forbidden):
        chooses(cast.xoel, poll, 1)
    with pytest.raises(Forbidden):
        opened(cast.xoel, cast.urban_planning, audience=heads)
    everybody = Audience(any=[Atom(agency=cast.monteclaro.id)])
    assert opened(cast.carles, cast.urban_planning, audience=everybody).asked == 5
    nobody = Audience(any=[Atom(agency=cast.altamar.id)])
    with pytest.raises(Invalid):
        opened(cast.carles, cast.urban_planning, audience=nobody)
    with pytest.raises(Invalid):
        opened(cast.carles, cast.urban_planning, audience=heads, visibility=Visibility.MEMBERS)


def test_many_are_asked_only_by_who_leads_or_publishes(app_context, cast, monkeypatch):
    monkeypatch.setattr("intranet.collaboration.polls.operations.opening.MAX_ASKED_BY_MEMBERS", 3)
    with pytest.raises(Forbidden):
        opened(cast.ana, cast.town_hall)
    assert opened(cast.rosa, cast.town_hall).asked > 3


@pytest.mark.both
@pytest.mark.parametrize(
    "rules",
    [
        {"options": ("Una",)},
        {"options": tuple(f"Opción {number}" for number in range(21))},
        {"options": ("Sí", "Sí")},
        {"options": ("Sí", " ")},
        {"options": ("Sí", "x" * 201)},
        {"most": 0},
        {"most": 4},
        {"closes_at": timedelta(minutes=-1)},
        {"closes_at": timedelta(days=400)},
    ],
)
def test_what_cannot_be_asked_is_refused_and_writes_nothing(app_context, cast, rules):
    if "closes_at" in rules:
        rules = {"closes_at": clock.now() + rules["closes_at"]}
    with pytest.raises(Invalid):
        opened(cast.carles, cast.town_hall, **rules)
    assert db.session.scalar(select(func.count(PollVoter.person_id))) == 0


@pytest.mark.slow
def test_a_stranger_to_the_place_does_not_find_it_and_no_more_votes_once_withdrawn(
    app_context, cast
):
    poll = opened(cast.carles, cast.urban_planning, visibility=Visibility.MEMBERS)
    for stranger in (cast.iria, cast.bieito, cast.dorleta):
        with pytest.raises(NotFound):
            get_poll(stranger, poll.publication_id)
    withdraw(cast.carles, poll.publication, "Por error.")
    for person in (cast.xoel, cast.carles):
        with pytest.raises(Conflict):
            chooses(person, poll, 1)
    with pytest.raises(NotFound):
        get_poll(cast.xoel, poll.publication_id)
    assert voters(poll) == 0
