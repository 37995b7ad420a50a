"""Pages of moderators: open and decided cases, and the moderators of a space."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from intranet.attention.moderation import queries, shown
from intranet.attention.moderation.access import (
    get_case,
    get_led_space,
    may_decide,
    may_decide_appeal,
    may_take_back,
    moderates_anything,
    waiting_for,
)
from intranet.attention.moderation.forms import (
    DecisionForm,
    ModerationTextForm,
    ModeratorForm,
    VerdictForm,
)
from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.appealing import decide_appeal
from intranet.attention.moderation.operations.deciding import MAX_MUTE_DAYS, decide, take_back
from intranet.attention.moderation.operations.looking import write_down_look
from intranet.attention.moderation.operations.naming import end_moderator, name_moderator
from intranet.attention.moderation.words import outcome_names, reason_names, subject_names
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, Problem, Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.rest import NO_CURSOR, cursor
from intranet.platform.core.web import wants_fragment
from intranet.publishing.publications.shown import name_of_space

bp = Blueprint("moderation", __name__)

NAME_CHARACTERS = 100


@bp.app_context_processor
def count_open() -> dict[str, int]:
    """Give the templates the number of cases that wait for the viewer."""
    viewer = current_person()
    if viewer is None or wants_fragment():
        return {}
    try:
        waiting = waiting_for(viewer)
    except SQLAlchemyError:
        return {}  # this may be the error page of a database failure
    return {} if waiting is None else {"reported_total": waiting}


@bp.get("/moderation")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List cases that wait for a decision, the oldest first; others are redirected to their own."""
    if not moderates_anything(person):
        return redirect(url_for("moderation_mine.index"), 303)
    cases = queries.open_cases(person, _place())
    appeals = [] if cursor() else queries.open_appeals(person)
    shown_cases = cases[: queries.PAGE_SIZE]
    lines = shown.lines(person, [*appeals, *shown_cases])
    return render_template(
        "attention/moderation/index.html",
        appeals=lines[: len(appeals)],
        cases=lines[len(appeals) :],
        following=_cursor(shown_cases) if len(cases) > len(shown_cases) else None,
        leads=bool(queries.led_spaces(person)),
    )


@bp.get("/moderation/decided")
@signed_in
def decided(person: Person) -> ResponseReturnValue:
    """List the decided cases of the person's desks, the latest first."""
    if not moderates_anything(person):
        return redirect(url_for("moderation_mine.index"), 303)
    cases = queries.decided_cases(person, _place())
    shown_cases = cases[: queries.PAGE_SIZE]
    return render_template(
        "attention/moderation/decided.html",
        cases=shown.lines(person, shown_cases),
        following=_cursor(shown_cases) if len(cases) > len(shown_cases) else None,
        leads=bool(queries.led_spaces(person)),
    )


@bp.get("/moderation/cases/<uuid:case_id>")
@signed_in
def case(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Show a case with its surroundings, and the possible decisions."""
    return _case_page(person, get_case(person, case_id))


@bp.post("/moderation/cases/<uuid:case_id>/decision")
@signed_in
def decide_on(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Decide on a case: hide, warn or dismiss, and mute."""
    found = get_case(person, case_id)
    try:
        form = DecisionForm.parse(request.form)
        decide(person, found, form.outcome, form.reason, form.words, mute_days=form.mute_days)
    except Refusal as problem:
        return _case_page(person, found, problem), problem.status
    flash(_("Decision saved. The people concerned have been notified."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/moderation/cases/<uuid:case_id>/restore")
@signed_in
def restore(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Withdraw a decision."""
    found = get_case(person, case_id)
    try:
        take_back(person, found, ModerationTextForm.parse(request.form).words)
    except Refusal as problem:
        return _case_page(person, found, problem), problem.status
    flash(_("Decision withdrawn. The author has been notified."), "ok")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.post("/moderation/cases/<uuid:case_id>/appeal")
@signed_in
def answer_appeal(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Decide on an appeal: the first decision stands, or it is undone."""
    found = get_case(person, case_id)
    try:
        form = VerdictForm.parse(request.form)
        decide_appeal(person, found, form.verdict, form.answer)
    except Refusal as problem:
        return _case_page(person, found, problem), problem.status
    flash(_("Decision saved. The people concerned have been notified."), "ok")
    return redirect(url_for(".index"), 303)


@bp.get("/moderation/places")
@signed_in
def places(person: Person) -> ResponseReturnValue:
    """List the spaces that the person leads, with their moderators."""
    spaces = queries.led_spaces(person)
    return render_template(
        "attention/moderation/places.html",
        places=[(space, name_of_space(space)) for space in spaces],
        named=queries.named_in([space.id for space in spaces]),
        leads=True,
    )


@bp.get("/moderation/places/<uuid:space_id>")
@signed_in
def place(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Show the moderators of a space that the person leads, and a search for more."""
    return _place_page(person, space_id)


@bp.post("/moderation/places/<uuid:space_id>/moderators")
@signed_in
def name(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Name a moderator."""
    space = get_led_space(person, space_id)
    try:
        name_moderator(person, space, ModeratorForm.parse(request.form).person_id)
    except Invalid as problem:
        return _place_page(person, space_id, problem), problem.status
    return redirect(url_for(".place", space_id=space_id), 303)


@bp.post("/moderation/places/<uuid:space_id>/moderators/end")
@signed_in
def end(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Remove a moderator."""
    space = get_led_space(person, space_id)
    end_moderator(person, space, ModeratorForm.parse(request.form).person_id)
    return redirect(url_for(".place", space_id=space_id), 303)


def _case_page(person: Person, found: Case, problem: Problem | None = None) -> str:
    """Return the page of a case; a view of otherwise unreadable content is recorded."""
    is_seen = shown.shows_text(found)
    reads = found.id in shown.read_anyhow(person, [found])
    if is_seen and not reads:
        write_down_look(person, found)
    reports = queries.reports_of([found.id]).get(found.id, [])
    appeal = found.appeal
    decider_ids = [found.decided_by_id, found.taken_back_by_id]
    decider_ids += [appeal.decided_by_id] if appeal else []
    sent: dict[str, Any] = request.form.to_dict() if problem else {}
    return render_template(
        "attention/moderation/case.html",
        case=found,
        line=shown.lines(person, [found])[0],
        author=faces_of([found.author_id], person)[found.author_id],
        reports=reports,
        said=shown.conversation_of(found, person) if is_seen else [],
        article=shown.article_of(found) if found.publication_id else None,
        is_seen=is_seen,
        reads=reads,
        people=shown.deciders(decider_ids),
        may_decide=may_decide(person, found),
        may_take_back=may_take_back(person, found),
        may_answer=may_decide_appeal(person, found),
        reasons=list(reason_names().items()),
        reason_names=reason_names(),
        outcome_names=outcome_names(),
        subject_names=subject_names(),
        mute_days=MAX_MUTE_DAYS,
        problem=problem,
        sent=sent,
    )


def _place_page(person: Person, space_id: UUID, problem: Problem | None = None) -> str:
    space = get_led_space(person, space_id)
    words = printable(request.args.get("q", ""), NAME_CHARACTERS)
    moderators = queries.moderator_people(space.id)
    named = {row.person_id for row in queries.named_in([space.id]).get(space.id, [])}
    found = queries.members_called(space, words) if words else []
    known = {row.id for row in moderators}
    faces = faces_of({row.id for row in (*moderators, *found)}, person)
    return render_template(
        "attention/moderation/place.html",
        space=space,
        place=name_of_space(space),
        moderators=[(faces[row.id], row.id in named) for row in moderators],
        found=[faces[row.id] for row in found if row.id not in known],
        words=words,
        problem=problem,
        leads=True,
    )


def _place() -> tuple[datetime, UUID] | None:
    """Return the cursor of a list: an instant and an id.

    Raises:
        Invalid: the cursor is not valid.
    """
    if not (text := cursor()):
        return None
    at, _comma, case_id = text.partition("~")
    try:
        found = datetime.fromisoformat(at), UUID(case_id)
    except ValueError as error:
        raise Invalid({"cursor": NO_CURSOR}) from error
    if found[0].tzinfo is None:
        raise Invalid({"cursor": NO_CURSOR})
    return found


def _cursor(cases: Sequence[Case]) -> str:
    return f"{cases[-1].opened_at.isoformat()}~{cases[-1].id}"
