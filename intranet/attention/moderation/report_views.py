"""Pages to report content, and the rules of an agency."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.attention.moderation import queries
from intranet.attention.moderation.forms import ReportForm
from intranet.attention.moderation.labels import reason_names
from intranet.attention.moderation.models import Subject
from intranet.attention.moderation.operations.reporting import Reported, find_reported, report
from intranet.attention.moderation.view_models import EXCERPT_CHARACTERS, rules_html
from intranet.extensions import db
from intranet.finding.directory.access import get_agency
from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.access import current_identity, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.web import current_language
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.view_models import author_of

bp = Blueprint("reports", __name__)


@bp.get("/moderation/report/<any(message, publication, profile):subject>/<uuid:row_id>")
@signed_in
def form(person: Person, subject: str, row_id: UUID) -> ResponseReturnValue:
    """Show the form of a report."""
    reported = find_reported(person, Subject(subject), row_id)
    identity = current_identity()
    home = identity.account.home_agency if identity else None
    return render_template(
        "attention/moderation/report.html",
        subject=reported.subject.value,
        excerpt=plain_text(reported.said, EXCERPT_CHARACTERS),
        author=_author(reported),
        reasons=list(reason_names().items()),
        is_private=reported.subject == Subject.MESSAGE and reported.space is None,
        is_talk_of_two=_is_direct(reported),
        address=_address(reported),
        house=home if home and queries.rules_of(home.id) else None,
        **refused_form(),
    )


@bp.post("/moderation/report/<any(message, publication, profile):subject>/<uuid:row_id>")
@again(form)
@signed_in
def create(person: Person, subject: str, row_id: UUID) -> ResponseReturnValue:
    """Report the content and redirect to it."""
    reported = find_reported(person, Subject(subject), row_id)
    sent = ReportForm.parse(request.form)
    report(person, Subject(subject), row_id, sent.reason, sent.words)
    flash(
        _(
            "Report sent. You will be notified of the decision. The author will not be "
            "told who reported it."
        ),
        "ok",
    )
    return redirect(_address(reported), 303)


@bp.get("/agencies/<code>/rules")
@signed_in
def rules(person: Person, code: str) -> ResponseReturnValue:
    """Show the rules of an agency, if the reader may know of it."""
    agency = get_agency(person, code)
    found = queries.rules_of(agency.id)
    language, html = rules_html(found, current_language()) if found else ("", "")
    return render_template(
        "attention/moderation/rules.html",
        about=agency,
        rules=found,
        html=html,
        language=language,
        may_change=person.administers(agency.id),
    )


def _author(reported: Reported) -> str:
    """Return the author as readers see them."""
    if isinstance(reported.row, Publication) and reported.row.is_unnamed:
        return author_of(reported.row)
    return db.session.get_one(Person, reported.author_id).name


def _is_direct(reported: Reported) -> bool:
    row = reported.row
    return isinstance(row, Message) and row.conversation.kind == ConversationKind.DIRECT


def _address(reported: Reported) -> str:
    row = reported.row
    if isinstance(row, Message):
        return url_for("messages.one", conversation_id=row.conversation_id, seq=row.seq)
    if isinstance(row, Person):
        return url_for("directory.person", person_id=row.id)
    return url_for("publications.show", publication_id=row.id)
