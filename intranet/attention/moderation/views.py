"""Pages of moderators: open and decided cases, and the moderators of a space."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.attention.moderation import queries, view_models
from intranet.attention.moderation.access import (
    get_case,
    get_led_space,
    may_decide,
    may_decide_appeal,
    may_withdraw,
    moderates_anything,
    waiting_for,
)
from intranet.attention.moderation.forms import (
    DecisionForm,
    ModerationTextForm,
    ModeratorForm,
    VerdictForm,
)
from intranet.attention.moderation.labels import outcome_names, reason_names, subject_names
from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.appealing import decide_appeal
from intranet.attention.moderation.operations.deciding import (
    MAX_MUTE_DAYS,
    decide,
    withdraw_decision,
)
from intranet.attention.moderation.operations.looking import write_down_look
from intranet.attention.moderation.operations.naming import end_moderator, name_moderator
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.accounts.access import in_frame, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, refusal, refused_form
from intranet.platform.core.rest import NO_CURSOR, after_time, cursor, read_time
from intranet.publishing.publications.view_models import name_of_space

bp = Blueprint("moderation", __name__)

NAME_CHARACTERS = 100


@bp.app_context_processor
@in_frame
def count_open(viewer: Person) -> dict[str, int]:
    """Give the templates the number of cases that wait for the viewer."""
    waiting = waiting_for(viewer)
    return {} if waiting is None else {"reported_total": waiting}


@bp.get("/moderation")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List cases that wait for a decision, the oldest first.

    A person who moderates nothing is redirected to the decisions on their own content.
    """
    if not moderates_anything(person):
        return redirect(url_for("moderation_mine.index"), 303)
    cases = queries.open_cases(person, _place())
    appeals = [] if cursor() else queries.open_appeals(person)
    shown_cases = cases[: queries.PAGE_SIZE]
    lines = view_models.lines(person, [*appeals, *shown_cases])
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
        cases=view_models.lines(person, shown_cases),
        following=_cursor(shown_cases) if len(cases) > len(shown_cases) else None,
        leads=bool(queries.led_spaces(person)),
    )


@bp.get("/moderation/cases/<uuid:case_id>")
@signed_in
def case(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Show a case with its surroundings, and the possible decisions.

    A view of otherwise unreadable content is recorded.
    """
    found = get_case(person, case_id)
    is_seen = view_models.shows_text(found)
    reads = found.id in view_models.read_anyhow(person, [found])
    if is_seen and not reads:
        write_down_look(person, found)
    reports = queries.reports_of([found.id]).get(found.id, [])
    appeal = found.appeal
    decider_ids = [found.decided_by_id, found.taken_back_by_id]
    decider_ids += [appeal.decided_by_id] if appeal else []
    return render_template(
        "attention/moderation/case.html",
        case=found,
        line=view_models.lines(person, [found])[0],
        author=faces_of([found.author_id], person)[found.author_id],
        reports=reports,
        said=view_models.conversation_of(found, person) if is_seen else [],
        article=view_models.article_of(found) if found.publication_id else None,
        is_seen=is_seen,
        reads=reads,
        people=view_models.deciders(decider_ids),
        may_decide=may_decide(person, found),
        may_take_back=may_withdraw(person, found),
        may_answer=may_decide_appeal(person, found),
        reasons=list(reason_names().items()),
        reason_names=reason_names(),
        outcome_names=outcome_names(),
        subject_names=subject_names(),
        mute_days=MAX_MUTE_DAYS,
        **refused_form(),
    )


@bp.post("/moderation/cases/<uuid:case_id>/decision")
@again(case)
@signed_in
def decide_on(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Decide on a case: hide, warn or dismiss, and mute."""
    found = get_case(person, case_id)
    form = DecisionForm.parse(request.form)
    decide(person, found, form.outcome, form.reason, form.words, mute_days=form.mute_days)
    flash(_("Decision saved. The people concerned have been notified."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/moderation/cases/<uuid:case_id>/restore")
@again(case)
@signed_in
def restore(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Withdraw a decision."""
    found = get_case(person, case_id)
    withdraw_decision(person, found, ModerationTextForm.parse(request.form).words)
    flash(_("Decision withdrawn. The author has been notified."), "ok")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.post("/moderation/cases/<uuid:case_id>/appeal")
@again(case)
@signed_in
def answer_appeal(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Decide on an appeal: the first decision stands, or it is undone."""
    found = get_case(person, case_id)
    form = VerdictForm.parse(request.form)
    decide_appeal(person, found, form.verdict, form.answer)
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
    space = get_led_space(person, space_id)
    words = printable(request.args.get("q", ""), NAME_CHARACTERS)
    moderators = queries.moderator_people(space.id)
    named = {row.person_id for row in queries.named_in([space.id]).get(space.id, [])}
    found = queries.find_members(space, words) if words else []
    known = {row.id for row in moderators}
    faces = faces_of({row.id for row in (*moderators, *found)}, person)
    return render_template(
        "attention/moderation/place.html",
        space=space,
        place=name_of_space(space),
        moderators=[(faces[row.id], row.id in named) for row in moderators],
        found=[faces[row.id] for row in found if row.id not in known],
        words=words,
        problem=refusal(),
        leads=True,
    )


@bp.post("/moderation/places/<uuid:space_id>/moderators")
@again(place, on=Invalid)
@signed_in
def name(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Name a moderator."""
    space = get_led_space(person, space_id)
    name_moderator(person, space, ModeratorForm.parse(request.form).person_id)
    return redirect(url_for(".place", space_id=space_id), 303)


@bp.post("/moderation/places/<uuid:space_id>/moderators/end")
@signed_in
def end(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Remove a moderator."""
    space = get_led_space(person, space_id)
    end_moderator(person, space, ModeratorForm.parse(request.form).person_id)
    return redirect(url_for(".place", space_id=space_id), 303)


def _place() -> tuple[datetime, UUID] | None:
    """Return the cursor of a list: an instant and an id.

    Raises:
        Invalid: the cursor is not valid.
    """
    found = read_time(cursor() or "")
    if cursor() and found is None:
        raise Invalid({"cursor": NO_CURSOR})
    return found


def _cursor(cases: Sequence[Case]) -> str:
    return after_time(cases[-1].opened_at, cases[-1].id)
