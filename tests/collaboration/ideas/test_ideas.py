"""Ideas: proposed in a box, supported once each, answered within the promised term, joined."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.collaboration.ideas import jobs, queries
from intranet.collaboration.ideas.access import get_box, get_idea
from intranet.collaboration.ideas.models import (
    Idea,
    IdeaAnswer,
    IdeaBox,
    IdeaStatus,
    IdeaStep,
    IdeaSupport,
)
from intranet.collaboration.ideas.operations import boxes
from intranet.collaboration.ideas.operations.answering import answer, set_status
from intranet.collaboration.ideas.operations.merging import join_ideas
from intranet.collaboration.ideas.operations.proposing import change_idea, stop_supporting, support
from intranet.collaboration.ideas.queries import IdeaOrder
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.organisation.worktime.workdays import end_of_term
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.ideas.helpers import anew, box_of, idea_in
from tests.collaboration.polls.helpers import told, work_off
from tests.messaging.messages.helpers import space_of


@pytest.fixture
def box(app_context, cast):
    """A box of Monteclaro, in which the head of Urban Planning answers within ten days."""
    return box_of(cast.rosa, cast.town_hall, cast.head_post)


def listed(person, order=IdeaOrder.NEWEST, **more):
    return [one.publication.id for one in queries.listed(person, order, limit=50, **more)]


def supporters(idea):
    asked = select(IdeaSupport.person_id).where(IdeaSupport.publication_id == idea.publication_id)
    return set(db.session.scalars(asked))


@pytest.mark.both
def test_who_leads_a_place_opens_its_box_and_nobody_else(app_context, cast):
    box = box_of(cast.carles, cast.urban_planning, cast.head_post)
    for other in (cast.xoel, cast.nadia, cast.dorleta):
        with pytest.raises(Forbidden):
            box_of(other, cast.urban_planning, cast.head_post)
        with pytest.raises(Forbidden):
            boxes.close_box(other, box)
    with pytest.raises(NotFound):
        get_box(cast.bieito, box.id)
    assert db.session.scalar(select(func.count(IdeaBox.id))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"purpose": ""},
        {"term_days": 0},
        {"term_days": 251},
        {"post": "vilaverde_post"},
    ],
)
def test_a_box_that_promises_nothing_is_refused(app_context, cast, wrong):
    post = getattr(cast, wrong.get("post", "head_post"))
    given = {"name": "Caja", "purpose": "Ideas", "post_id": post.id, "term_days": 5}
    given |= {name: value for name, value in wrong.items() if name != "post"}
    with pytest.raises(Invalid):
        boxes.open_box(cast.carles, space_of(cast.urban_planning), boxes.BoxSettings(**given))
    assert db.session.scalar(select(func.count(IdeaBox.id))) == 0


@pytest.mark.both
def test_the_term_is_counted_in_working_days_and_kept_when_the_box_changes(app_context, cast, box):
    monday = clock.instant_of(datetime(2026, 10, 5, 12), "Europe/Madrid")  # noqa: DTZ001 - local
    with clock.freeze(monday):
        idea = idea_in(cast.ana, box)
    # 12 October is a holiday in Spain, and nobody works on Saturdays and Sundays
    assert anew(idea).due_on == date(2026, 10, 20)
    boxes.change_box(cast.rosa, box, boxes.BoxSettings("Caja", "Otra cosa", cast.head_post.id, 2))
    assert anew(idea).due_on == date(2026, 10, 20)
    assert end_of_term(date(2026, 10, 9), 1, cast.monteclaro) == date(2026, 10, 13)


@pytest.mark.both
def test_a_closed_box_takes_no_ideas_until_it_is_opened_again(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    boxes.close_box(cast.rosa, box)
    with pytest.raises(Forbidden):
        idea_in(cast.ana, box)
    answer(cast.carles, idea, "Sí.")
    boxes.reopen_box(cast.rosa, box)
    assert idea_in(cast.ana, box).supports == 0


@pytest.mark.both
def test_only_the_people_of_the_place_propose(app_context, cast, box):
    with pytest.raises(Forbidden):
        idea_in(cast.bieito, box)
    assert db.session.scalar(select(func.count(Idea.publication_id))) == 0


@pytest.mark.both
def test_support_counts_once_and_is_taken_back(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    for person in (cast.xoel, cast.bieito, cast.xoel):
        support(person, idea)
    assert (anew(idea).supports, len(supporters(idea))) == (2, 2)
    for _twice in range(2):
        stop_supporting(cast.xoel, idea)
    assert (anew(idea).supports, supporters(idea)) == (1, {cast.bieito.id})


def test_who_may_not_read_an_idea_does_not_support_it(app_context, cast, box):
    idea = idea_in(cast.ana, box, visibility=Visibility.MEMBERS)
    with pytest.raises(NotFound):
        support(cast.bieito, idea)
    with pytest.raises(NotFound):
        get_idea(cast.bieito, idea.publication_id)
    with pytest.raises(NotFound):
        support(cast.eloi, idea)
    assert anew(idea).supports == 0


def test_what_is_over_takes_no_support(app_context, cast, box):
    done, gone = idea_in(cast.ana, box), idea_in(cast.ana, box)
    set_status(cast.carles, done, IdeaStatus.DONE, "")
    withdraw(cast.ana, gone.publication, "Por error.")
    with pytest.raises(Forbidden):
        support(cast.xoel, done)
    with pytest.raises(NotFound):
        support(cast.xoel, gone)


@pytest.mark.both
def test_only_speakers_of_the_responsible_post_answer_and_set_the_status(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    for other in (cast.ana, cast.rosa, cast.xoel, cast.bieito):
        with pytest.raises(Forbidden):
            answer(other, idea, "No.")
        with pytest.raises(Forbidden):
            set_status(other, idea, IdeaStatus.DECLINED, "")
    assert db.session.scalar(select(func.count(IdeaAnswer.id))) == 0
    assert db.session.scalar(select(func.count(IdeaStep.id))) == 0

    answer(cast.carles, idea, "**Sí**.", IdeaStatus.ACCEPTED)

    (given,) = queries.answers_to(idea)
    assert (given.post_id, given.by_id) == (cast.head_post.id, cast.carles.id)
    assert "<strong>Sí</strong>" in given.html
    assert [step.status for step in queries.steps(idea)] == [IdeaStatus.ACCEPTED]
    assert anew(idea).answered_at is not None


def test_the_fallback_answers_where_nobody_holds_the_post(app_context, cast):
    box = box_of(cast.rosa, cast.town_hall, cast.head_post)
    cast.head_post.fallback_id = cast.head_of_procurement_post.id
    db.session.commit()
    idea = idea_in(cast.ana, box)
    with pytest.raises(Forbidden):
        answer(cast.nadia, idea, "Sí.")
    end_appointment(None, current_appointments(cast.carles.id)[0])
    answer(cast.nadia, idea, "Sí.")
    assert queries.answers_to(idea)[0].by_id == cast.nadia.id


def test_an_empty_answer_and_too_long_a_note_are_refused_and_write_nothing(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    with pytest.raises(Invalid):
        answer(cast.carles, idea, "  ")
    with pytest.raises(Invalid):
        set_status(cast.carles, idea, IdeaStatus.STUDY, "x" * 601)
    assert anew(idea).status == IdeaStatus.NEW
    assert anew(idea).answered_at is None


def test_author_and_supporters_are_told_of_status_and_answer(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    support(cast.xoel, idea)
    work_off()
    assert told(cast.carles, "idea_new") == 1
    set_status(cast.carles, idea, IdeaStatus.STUDY, "Lo miramos.")
    set_status(cast.carles, idea, IdeaStatus.STUDY, "")  # the same: nothing happens
    answer(cast.carles, idea, "Sí.")
    work_off()
    for person in (cast.ana, cast.xoel):
        assert [told(person, why) for why in ("idea_status", "idea_answer")] == [1, 1]
    assert told(cast.iria, "idea_answer") == told(cast.carles, "idea_answer") == 0


@pytest.mark.both
def test_the_responsible_post_is_reminded_before_and_after_the_term(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    due_at = idea.due_at
    seen = {}
    for name, at in {
        "early": due_at - timedelta(days=5),
        "soon": due_at - timedelta(days=2),
        "late": due_at + timedelta(minutes=1),
    }.items():
        with clock.freeze(at):
            for _twice in range(2):
                jobs.remind_due()
                work_off()
            seen[name] = (told(cast.carles, "idea_soon"), told(cast.carles, "idea_late"))
    assert seen == {"early": (0, 0), "soon": (1, 0), "late": (1, 1)}
    assert told(cast.ana, "idea_late") == 0


def test_nobody_is_reminded_of_what_is_answered(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    answer(cast.carles, idea, "Sí.")
    with clock.freeze(idea.due_at + timedelta(days=1)):
        jobs.remind_due()
        work_off()
        assert told(cast.carles, "idea_late") == 0


@pytest.mark.both
def test_lists_show_what_is_newest_most_supported_waiting_late_and_answered(app_context, cast, box):
    with clock.freeze(clock.now() - timedelta(days=60)):
        late = idea_in(cast.ana, box, "Una").publication_id
    other = idea_in(cast.ana, box, "Otra")
    newest = idea_in(cast.ana, box, "Pantallas nuevas").publication_id
    support(cast.xoel, other)
    answer(cast.carles, other, "Sí.", IdeaStatus.ACCEPTED)
    answered = other.publication_id

    assert listed(cast.bieito) == [newest, answered, late]
    assert listed(cast.ana, IdeaOrder.SUPPORTED)[0] == answered
    assert listed(cast.ana, IdeaOrder.WAITING) == [late, newest]
    assert listed(cast.ana, IdeaOrder.LATE) == [late]
    assert listed(cast.ana, IdeaOrder.ANSWERED) == [answered]
    assert listed(cast.ana, status=IdeaStatus.ACCEPTED) == [answered]
    assert listed(cast.ana, words="panta") == [newest]
    assert listed(cast.ana, words="zzz") == []


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("order", list(IdeaOrder))
def test_each_list_goes_on_where_the_page_before_ended(app_context, cast, box, order):
    with clock.freeze(clock.now() - timedelta(days=60)):
        ideas = [idea_in(cast.ana, box, f"Idea {number}") for number in range(5)]
    for idea in ideas[::2]:
        support(cast.xoel, idea)
    if order == IdeaOrder.ANSWERED:
        for idea in ideas:
            answer(cast.carles, idea, "Sí.")
    whole, got, after = listed(cast.ana, order), [], None
    for _page in range(5):
        (one,) = queries.listed(cast.ana, order, after=after, limit=1)
        got.append(one.publication.id)
        after = queries.cursor_after(one, order)
    assert got == whole
    assert len(whole) == 5


def test_twins_are_joined_with_everybody_counted_once_and_old_addresses_lead_on(
    app_context, cast, box
):
    ideas = [idea_in(cast.ana, box, f"Idea {number}") for number in range(3)]
    first, second, third = ideas
    for person, idea in [
        (cast.xoel, first),
        (cast.uxia, first),
        (cast.xoel, second),
        (cast.nadia, second),
        (cast.rosa, third),
    ]:
        support(person, idea)
    join_ideas(cast.carles, first, second)
    work_off()
    assert told(cast.uxia, "idea_joined") == 1
    assert anew(second).supports == 3
    join_ideas(cast.rosa, second, third)

    assert anew(third).supports == 4
    assert supporters(third) == {one.id for one in (cast.xoel, cast.uxia, cast.nadia, cast.rosa)}
    assert {anew(one).joined_into_id for one in (first, second)} == {third.publication_id}
    assert listed(cast.ana) == [third.publication_id]


def test_circles_of_joined_ideas_cannot_be(app_context, cast, box):
    first, second = idea_in(cast.ana, box, "Una"), idea_in(cast.ana, box, "Otra")
    with pytest.raises(Conflict):
        join_ideas(cast.carles, first, first)
    join_ideas(cast.carles, first, second)
    for twin, into in ((second, first), (first, second)):
        with pytest.raises(Conflict):
            join_ideas(cast.carles, twin, into)
    assert anew(second).joined_into_id is None


def test_only_who_answers_or_leads_joins(app_context, cast, box):
    first, second = idea_in(cast.ana, box, "Una"), idea_in(cast.ana, box, "Otra")
    for other in (cast.ana, cast.xoel, cast.bieito):
        with pytest.raises(Forbidden):
            join_ideas(other, first, second)
    own = box_of(cast.nadia, cast.procurement, cast.head_of_procurement_post)
    elsewhere = idea_in(cast.iria, own, "De otra caja")
    with pytest.raises(Forbidden):
        join_ideas(cast.carles, first, elsewhere)
    assert anew(first).joined_into_id is None


def test_a_joined_idea_takes_neither_support_nor_answer(app_context, cast, box):
    first, second = idea_in(cast.ana, box, "Una"), idea_in(cast.ana, box, "Otra")
    join_ideas(cast.carles, first, second)
    with pytest.raises(Forbidden):
        support(cast.xoel, first)
    with pytest.raises(Forbidden):
        answer(cast.carles, first, "Sí.")
    with pytest.raises(Forbidden):
        set_status(cast.carles, first, IdeaStatus.DONE, "")


def test_only_its_author_corrects_it_with_a_note(app_context, cast, box):
    idea = idea_in(cast.ana, box)
    texts = {"es": Written("Tres pantallas", "Mejor tres.")}
    with pytest.raises(Forbidden):
        change_idea(
            cast.xoel, idea, texts, Visibility.AGENCY, "x", edition=idea.publication.edition
        )
    with pytest.raises(Invalid):
        change_idea(cast.ana, idea, texts, Visibility.AGENCY, "", edition=idea.publication.edition)
    db.session.rollback()
    change_idea(
        cast.ana,
        idea,
        texts,
        Visibility.AGENCY,
        "El número",
        edition=anew(idea).publication.edition,
    )
    (one,) = queries.listed(cast.ana, IdeaOrder.NEWEST, limit=5)
    assert one.version.title["es"] == "Tres pantallas"
    assert listed(cast.bieito) == []
