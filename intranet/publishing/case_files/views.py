"""Pages on which messages are chosen for a case file, and the document downloaded and checked."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.delivery.files.request_files import sent_digest
from intranet.delivery.files.serving import send
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import queries
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.html import plain_text
from intranet.platform.core.parsing import MAX_INTEGER, Form, parse_position
from intranet.platform.core.refused import again, refusal, refused_form
from intranet.platform.core.web import current_language
from intranet.publishing.case_files.content import MAX_MESSAGES, digest, messages_at, name_of
from intranet.publishing.case_files.models import CaseFile
from intranet.publishing.case_files.operations import get_case_file, make_case_file

bp = Blueprint("case_files", __name__)

PAGE_SIZE = 100
EXCERPT_CHARACTERS = 200

MessageNumber = Annotated[int, Field(ge=1, le=MAX_INTEGER)]


class CaseFileForm(Form):
    """The sequence numbers of the chosen messages: ticked ones, and a range."""

    seq: tuple[MessageNumber, ...] | MessageNumber = ()
    first: MessageNumber | None = None
    last: MessageNumber | None = None

    def seqs(self) -> list[int]:
        """List the sequence numbers, those of the range included.

        Raises:
            Invalid: there are too many.
        """
        ticked = (self.seq,) if isinstance(self.seq, int) else self.seq
        if self.first is None or self.last is None:
            return list(ticked)
        last = min(self.last, self.first + MAX_MESSAGES)
        return [*ticked, *range(self.first, last + 1)]


@bp.get("/c/<uuid:conversation_id>/case-file")
@signed_in
def choose(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show messages to tick: the last ones, or those from `from` to `to`."""
    return _page(person, get_conversation(person, conversation_id))


@bp.post("/c/<uuid:conversation_id>/case-file")
@again(choose, on=Invalid)
@signed_in
def make(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Make the document of the ticked messages and of those from `first` to `last`."""
    conversation = get_conversation(person, conversation_id)
    spans = {name: request.form[name] for name in ("first", "last") if request.form.get(name)}
    form = CaseFileForm.parse({"seq": request.form.getlist("seq"), **spans})
    made = make_case_file(person, conversation, form.seqs(), current_language())
    return redirect(url_for(".show", case_file_code=made.code), 303)


@bp.get("/case-files/<case_file_code>")
@signed_in
def show(person: Person, case_file_code: str) -> ResponseReturnValue:
    """Show when a document was made, by which administration, and its digest."""
    return _made(person, _get(person, case_file_code))


@bp.post("/case-files/<case_file_code>")
@again(show)
@signed_in
def check(person: Person, case_file_code: str) -> ResponseReturnValue:
    """Compare an uploaded document with the original."""
    made = _get(person, case_file_code)
    return _made(person, made, is_same=sent_digest() == made.sha256)


@bp.get("/case-files/<case_file_code>/case-file.pdf")
@signed_in
def download(person: Person, case_file_code: str) -> Response:
    """Send the document to its maker, while they may read the conversation."""
    made = _get(person, case_file_code)
    if made.file is None or not _may_take(person, made):
        raise NotFound
    return send(made.file)


def _page(person: Person, conversation: Conversation) -> str:
    first = request.values.get("from", type=parse_position)
    last = request.values.get("to", type=parse_position)
    if first is not None:
        until = min(last, first + MAX_MESSAGES - 1) if last else first + PAGE_SIZE - 1
        rows = queries.after(conversation.id, max(first - 1, 0), until - first + 1)
        rows = [row for row in rows if row.seq <= until]
    else:
        rows = list(queries.latest(conversation.id, PAGE_SIZE))
    return render_template(
        "publishing/case_files/choose.html",
        conversation=conversation,
        title=name_of(conversation, person),
        rows=[(row, plain_text(row.said)[:EXCERPT_CHARACTERS]) for row in rows],
        is_asked=first is not None,
        most=MAX_MESSAGES,
        **refused_form(),
    )


def _get(person: Person, code: str) -> CaseFile:
    if not holds_any_post(person):
        raise NotFound
    return get_case_file(code)


def _may_take(person: Person, made: CaseFile) -> bool:
    """Return whether the person made the case file and may still read the conversation."""
    if made.made_by_id != person.id:
        return False
    try:
        get_conversation(person, made.conversation_id)
    except NotFound:
        return False
    return True


def _made(person: Person, made: CaseFile, *, is_same: bool | None = None) -> str:
    may_take = _may_take(person, made)
    return render_template(
        "publishing/case_files/made.html",
        made=made,
        may_take=may_take,
        stands=may_take
        and digest(messages_at(made.conversation_id, made.seqs)) == made.content_sha256,
        is_same=is_same,
        problem=refusal(),
    )
