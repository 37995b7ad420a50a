"""Pages on which questions are asked, passed on, answered and merged."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.questions import page
from intranet.collaboration.questions.access import require_asker
from intranet.collaboration.questions.forms import (
    AcceptForm,
    AllowanceForm,
    AskForm,
    QuestionChangeForm,
    QuestionMergeForm,
)
from intranet.collaboration.questions.models import Addressee, Question
from intranet.collaboration.questions.operations.answering import (
    accept_answer,
    withdraw_acceptance,
)
from intranet.collaboration.questions.operations.asking import (
    QuestionAddressee,
    allow,
    change_question,
    publish_question,
    require_askable,
)
from intranet.collaboration.questions.operations.merging import join_question
from intranet.collaboration.questions.operations.routing import pass_on
from intranet.delivery.files.request_files import stored_files
from intranet.extensions import db
from intranet.messaging.conversations.access import get_addressed_post
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound, Refusal
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.load_shedding import suggests
from intranet.platform.core.private_data import Passage, passages
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import local_address
from intranet.publishing.publications.access import get_not_withdrawn, get_of_kind, is_hidden_from
from intranet.publishing.publications.forms import working_copy
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import placement_of
from intranet.publishing.publications.withdrawal_views import add_withdrawal_in_place

bp = Blueprint("questions", __name__)
add_withdrawal_in_place(bp, Question)


@bp.get("/questions")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List questions: all, unanswered, answered, asked of the reader, the reader's own."""
    return render_template("collaboration/questions/index.html", **page.list_context(person))


@bp.get("/questions/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a question. `function` or `post` proposes the addressee."""
    return _ask_form(person)


@bp.post("/questions/asked")
@signed_in
@accepts_long_text
@suggests
def preview(person: Person) -> ResponseReturnValue:
    """Return the people who would be asked, for the form as it is. Nothing is stored."""
    try:
        form = AskForm.parse(request.form)
        context = page.people_to_ask_context(
            person, form, placement_of(person, form), _to(person, form)
        )
    except Refusal:
        context = page.nobody_yet()
    return render_template("collaboration/questions/_asked.html", **context)


@bp.post("/questions")
@again(new)
@signed_in
@accepts_long_text
def create(person: Person) -> ResponseReturnValue:
    """Ask a question, once the author has been shown who will be asked.

    Text that looks like private data is pointed out first, and nothing is stored.
    """
    stored = stored_files(person)
    form = AskForm.parse(request.form)
    place, to = placement_of(person, form), _to(person, form)
    texts: dict[str, Written] = {form.language: Written(form.title, form.body)}
    require_askable(to, texts)
    asked = page.people_to_ask_context(person, form, place, to)
    found = () if form.anyway else passages(f"{form.title}\n{form.body}")
    if found or asked["fingerprint"] != form.asked:
        return _ask_form(person, found, asked)
    question = publish_question(
        person,
        place,
        texts,
        to,
        topics=[form.topic] if form.topic else [],
        file_ids=[*form.file_ids, *stored],
        is_named=not form.is_hidden,
    )
    return redirect(url_for(".show", publication_id=question.publication_id), 303)


@bp.get("/questions/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a question with its answers. A merged question redirects to the other one."""
    question = get_of_kind(person, Question, publication_id)
    if question.joined_to_id and not is_hidden_from(person, question.publication):
        try:
            get_of_kind(person, Question, question.joined_to_id)
        except NotFound:
            return _page(person, question)
        there = url_for(".show", publication_id=question.joined_to_id, joined=str(publication_id))
        return redirect(there)
    return _page(person, question)


@bp.post("/questions/<uuid:publication_id>/accepted")
@signed_in
def accept(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Accept the answer that helped, or withdraw the acceptance."""
    question = get_not_withdrawn(person, Question, publication_id)
    form = AcceptForm.parse(request.form)
    if form.message_id:
        accept_answer(person, question, form.message_id)
    else:
        withdraw_acceptance(person, question)
    return _back(publication_id)


@bp.post("/questions/<uuid:publication_id>/pass")
@signed_in
def decline(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Decline to answer, so that another person is asked."""
    pass_on(person, get_not_withdrawn(person, Question, publication_id))
    flash(_("Thank you. The question has been passed on."))
    return redirect(local_address(request.form.get("next"), url_for(".index", view="asked")), 303)


@bp.get("/questions/<uuid:publication_id>/edit")
@signed_in
def edit(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form in which the asker corrects a question."""
    question = get_not_withdrawn(person, Question, publication_id)
    require_asker(person, question)
    return _edit_form(question)


@bp.post("/questions/<uuid:publication_id>/edit")
@again(edit)
@signed_in
@accepts_long_text
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Correct a question."""
    question = get_not_withdrawn(person, Question, publication_id)
    require_asker(person, question)
    form = QuestionChangeForm.parse(request.form)
    found = passages(f"{form.title}\n{form.body}\n{form.note}")
    if found and not form.anyway:
        return _edit_form(question, found)
    texts: dict[str, Written] = {form.language: Written(form.title, form.body)}
    change_question(person, question, texts, form.note, edition=form.edition)
    return _back(publication_id)


@bp.get("/questions/<uuid:publication_id>/join")
@signed_in
def ask_join(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form that merges a question into another."""
    question = get_not_withdrawn(person, Question, publication_id)
    context = page.join_context(person, question)
    return render_template("collaboration/questions/join.html", **context, **refused_form())


@bp.post("/questions/<uuid:publication_id>/join")
@again(ask_join)
@signed_in
def join(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Merge a question into one that was asked before."""
    question = get_not_withdrawn(person, Question, publication_id)
    target = _target(person, QuestionMergeForm.parse(request.form).target)
    target = join_question(person, question, target)
    return redirect(
        url_for(".show", publication_id=target.publication_id, joined=str(publication_id)), 303
    )


@bp.post("/questions/<uuid:publication_id>/asker")
@signed_in
def unveil(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the asker's name to the head of the space, and record it in the audit log."""
    question = get_not_withdrawn(person, Question, publication_id)
    publication = question.publication
    if not publication.is_unnamed or not page.may_moderate(person, question):
        raise Forbidden(_l("Only the head of the space can see who asked the question."))
    with unit_of_work():
        record(
            "question.unveil",
            agency_id=publication.agency_id,
            actor_id=person.id,
            subject=("publication", publication.id),
        )
    asker = db.session.get_one(Person, publication.created_by_id)
    line = person_lines([asker.id], clock.now())[asker.id]
    context = page.question_context(person, question)
    return render_template(
        "collaboration/questions/question.html", **context, asker=asker, asker_line=line
    )


@bp.post("/questions/allowance")
@signed_in
def choose_allowance(person: Person) -> ResponseReturnValue:
    """Set how many questions a week the person agrees to receive."""
    allow(person, AllowanceForm.parse(request.form).a_week)
    flash(_("The weekly limit has been saved and will apply from now on."))
    return redirect(url_for(".index", view="asked"), 303)


def _page(person: Person, question: Question) -> ResponseReturnValue:
    return render_template(
        "collaboration/questions/question.html", **page.question_context(person, question)
    )


def _ask_form(
    person: Person,
    found: Sequence[Passage] = (),
    asked: dict[str, Any] | None = None,
) -> str:
    sent = request.form or request.args
    wanted = request.args.get("post", "") or sent.get("to_post", "")
    to_post = get_addressed_post(person, _id(wanted)) if wanted else None
    context = page.new_question_context(person, sent, found, to_post) | (asked or page.nobody_yet())
    return render_template(
        "collaboration/questions/new.html",
        **refused_form() | context,
        is_reviewed=asked is not None,
    )


def _edit_form(question: Question, found: Sequence[Passage] = ()) -> str:
    sent: Mapping[str, Any] = request.form or working_copy(question.publication)
    language = sent.get("language") or next(
        (name.removeprefix("title_") for name in sent if name.startswith("title_")), ""
    )
    return render_template(
        "collaboration/questions/edit.html",
        question=question,
        publication=question.publication,
        **refused_form(sent),
        language=language,
        title=sent.get("title", sent.get(f"title_{language}", "")),
        body=sent.get("body", sent.get(f"body_{language}", "")),
        edition=sent.get("edition", question.publication.edition),
        found=found,
    )


def _target(person: Person, text: str) -> Question:
    try:
        return page.get_target(person, text)
    except (NotFound, ValueError) as error:
        raise Invalid({"target": _l("There is no such question.")}) from error


def _to(person: Person, form: AskForm) -> QuestionAddressee:
    if form.addressee == Addressee.POST and form.to_post:
        return QuestionAddressee(Addressee.POST, post=get_addressed_post(person, form.to_post))
    if form.addressee == Addressee.FUNCTION:
        return QuestionAddressee(Addressee.FUNCTION, form.function, form.territories)
    return QuestionAddressee(form.addressee, territories=form.territories)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _back(publication_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", publication_id=publication_id), 303)
