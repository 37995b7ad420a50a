"""Pages on which criteria are confirmed, corrected, marked as outdated and renewed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.questions import page
from intranet.collaboration.questions.access import require_authority
from intranet.collaboration.questions.forms import (
    CriterionForm,
    OutdatedForm,
    all_text,
    texts_not_empty,
)
from intranet.collaboration.questions.models import Criterion, Question
from intranet.collaboration.questions.operations.confirming import (
    confirm_answer,
    correct_criterion,
    mark_outdated,
    renew_criterion,
)
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.private_data import Passage, passages
from intranet.platform.core.refused import again, refused_form
from intranet.publishing.publications.access import get_not_withdrawn, get_of_kind, get_own
from intranet.publishing.publications.forms import texts_by_language, working_copy
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.withdrawal_views import add_withdrawal_in_place

bp = Blueprint("criteria", __name__)
add_withdrawal_in_place(bp, Criterion)

Write = Callable[[CriterionForm, Mapping[str, Written]], UUID]


@bp.get("/criteria")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List criteria, the latest confirmed first; `view=standing` leaves out outdated ones."""
    return render_template("collaboration/questions/criteria.html", **page.criteria_context(person))


@bp.get("/criteria/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a criterion and how to cite it."""
    criterion = get_of_kind(person, Criterion, publication_id)
    return render_template(
        "collaboration/questions/criterion.html", **page.criterion_context(person, criterion)
    )


@bp.get("/questions/<uuid:publication_id>/criterion")
@signed_in
def new(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that makes the accepted answer a criterion, filled with the answer's text."""
    question = get_not_withdrawn(person, Question, publication_id)
    return _form(person, question, request.form or _proposed(person, question), "confirm")


@bp.post("/questions/<uuid:publication_id>/criterion")
@again(new)
@signed_in
@accepts_long_text
def create(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Confirm the accepted answer as a criterion."""
    question = get_not_withdrawn(person, Question, publication_id)

    def write(form: CriterionForm, texts: Mapping[str, Written]) -> UUID:
        return confirm_answer(
            person,
            question,
            texts,
            form.validity,
            post_id=form.post_id,
            topics=[form.topic] if form.topic else [],
        ).publication_id

    return _written(person, question, "confirm", write)


@bp.get("/criteria/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that corrects a criterion."""
    criterion = get_own(person, Criterion, publication_id)
    fields = request.form or _fields(criterion)
    return _form(person, _question(criterion), fields, "correct", criterion)


@bp.post("/criteria/<uuid:publication_id>/edit")
@again(edit)
@signed_in
@accepts_long_text
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Correct a criterion; the previous text stays in its history."""
    criterion = get_own(person, Criterion, publication_id)

    def write(form: CriterionForm, texts: Mapping[str, Written]) -> UUID:
        correct_criterion(person, criterion, texts, form.validity, form.note, edition=form.edition)
        return publication_id

    return _written(person, _question(criterion), "correct", write, criterion)


@bp.get("/criteria/<uuid:publication_id>/renewal")
@signed_in
def ask_renewal(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that replaces a criterion by a new one."""
    criterion = get_own(person, Criterion, publication_id)
    fields = request.form or {**_fields(criterion), "valid_until": "", "review_on": ""}
    return _form(person, _question(criterion), fields, "renew", criterion)


@bp.post("/criteria/<uuid:publication_id>/renewal")
@again(ask_renewal)
@signed_in
@accepts_long_text
def renew(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Confirm a new criterion in place of an old one."""
    criterion = get_own(person, Criterion, publication_id)

    def write(form: CriterionForm, texts: Mapping[str, Written]) -> UUID:
        made = renew_criterion(person, criterion, texts, form.validity, form.why)
        return made.publication_id

    return _written(person, _question(criterion), "renew", write, criterion)


@bp.post("/criteria/<uuid:publication_id>/outdated")
@signed_in
def outdate(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Mark a criterion as outdated, with the reason."""
    mark_outdated(
        person,
        get_own(person, Criterion, publication_id),
        OutdatedForm.parse(request.form).why,
    )
    return redirect(url_for(".show", publication_id=publication_id), 303)


def _question(criterion: Criterion) -> Question:
    return db.session.get_one(Question, criterion.question_id)


def _proposed(person: Person, question: Question) -> dict[str, Any]:
    tag = require_authority(person, question, None).agency.language
    answer = question.accepted_message
    return {
        f"title_{tag}": page.title_of(person, question.publication_id),
        f"body_{tag}": answer.body if answer else "",
    }


def _fields(criterion: Criterion) -> dict[str, Any]:
    return {
        **working_copy(criterion.publication),
        "law": criterion.law,
        "valid_until": criterion.valid_until or "",
        "review_on": criterion.review_on or "",
    }


def _written(
    person: Person,
    question: Question,
    what: str,
    write: Write,
    criterion: Criterion | None = None,
) -> ResponseReturnValue:
    form = CriterionForm.parse(request.form)
    texts = texts_not_empty(texts_by_language(request.form))
    found = passages(f"{all_text(texts)}\n{form.law}\n{form.note}\n{form.why}")
    if found and not form.anyway:
        return _form(person, question, request.form, what, criterion, found=found)
    return redirect(url_for(".show", publication_id=write(form, texts)), 303)


def _form(
    person: Person,
    question: Question,
    sent: Mapping[str, Any],
    what: str,
    criterion: Criterion | None = None,
    *,
    found: Sequence[Passage] = (),
) -> str:
    return render_template(
        "collaboration/questions/confirm.html",
        **refused_form() | page.confirm_context(person, question, sent, found),
        what=what,
        criterion=criterion,
    )
