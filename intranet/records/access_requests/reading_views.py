"""The page on which an officer searches, reads one finding after the other, hides and decides."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin.blueprint import administrator
from intranet.delivery.files.serving import send
from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.refused import again, flashing, refused_form
from intranet.platform.core.web import current_language
from intranet.records.access_requests import queries
from intranet.records.access_requests.access import (
    get_finding,
    get_request,
    require_officer,
)
from intranet.records.access_requests.blueprint import PREFIX, bp
from intranet.records.access_requests.forms import (
    ChooseForm,
    DecideForm,
    FileForm,
    FindForm,
    HideForm,
)
from intranet.records.access_requests.found_files import file_of
from intranet.records.access_requests.headings import headings
from intranet.records.access_requests.hiding import HiddenParts
from intranet.records.access_requests.labels import kind_names, role_names
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessRequest,
    FoundKind,
)
from intranet.records.access_requests.operations.deciding import (
    choose_message,
    decide,
    open_finding,
    set_file,
)
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.redacting import (
    begin_reasons,
    get_redaction,
    hide,
    hide_everywhere,
    hide_words,
    show,
)
from intranet.records.access_requests.texts import AccessThing

FOUND = f"{PREFIX}/<uuid:request_id>/found/<uuid:finding_id>"


@bp.get(f"{PREFIX}/<uuid:request_id>/search")
@administrator
def find(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Show the form of a search, and what was found so far."""
    asked = get_request(actor, agency, request_id)
    require_officer(actor, asked)
    return _page(actor, asked, None, None)


@bp.post(f"{PREFIX}/<uuid:request_id>/search")
@again(find, on=Invalid)
@administrator
def add_found(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Search, and add what is new to the request."""
    asked = get_request(actor, agency, request_id)
    form = FindForm.parse(request.form)
    made = search(
        actor,
        asked,
        form.words,
        since=form.since,
        until=form.until,
        space_id=form.space,
        kind=form.kind,
    )
    flash(
        ngettext("%(num)s item was added.", "%(num)s items were added.", made.added)
        if made.added
        else _("Nothing new was found."),
        "ok" if made.added else "attn",
    )
    if made.is_cut:
        flash(_("There is more than one search may add. Search shorter periods as well."), "attn")
    where = ".show" if made.added else ".find"
    return redirect(url_for(where, code=agency.code, request_id=asked.id), 303)


@bp.get(FOUND)
@administrator
def read(actor: Person, agency: Agency, request_id: UUID, finding_id: UUID) -> ResponseReturnValue:
    """Show a finding in its context; the audit log notes that it was read."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    return _page(actor, asked, finding, open_finding(actor, finding))


@bp.post(f"{FOUND}/decide")
@again(read)
@administrator
def decide_finding(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Decide on a finding, and go on to the next one that is unread."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    form = DecideForm.parse(request.form)
    decide(actor, finding, form.decision, form.reason, form.seen)
    following = finding
    if form.decision != AccessDecision.UNREAD:
        following = queries.next_unread(asked, finding.number) or finding
    return _at(asked, following)


@bp.post(f"{FOUND}/choose")
@again(read)
@administrator
def choose(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Let a message of the day go out, or keep it back."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    form = ChooseForm.parse(request.form)
    choose_message(actor, finding, form.message, goes_out=form.goes_out)
    return _at(asked, finding, str(form.message))


@bp.post(f"{FOUND}/hide")
@again(read)
@administrator
def hide_passage(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Hide a selected range, or typed words, for a reason."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    form = HideForm.parse(request.form)
    if form.start is not None and form.end is not None:
        count = hide(
            actor,
            finding,
            form.sha256,
            (form.start, form.end),
            form.reason,
            everywhere=form.everywhere,
        )
    else:
        count = hide_words(
            actor, finding, form.sha256, form.words, form.reason, everywhere=form.everywhere
        )
    if form.everywhere:
        flash(ngettext("Hidden in %(num)s place.", "Hidden in %(num)s places.", count), "ok")
    return _at(asked, finding, form.part)


@bp.post(f"{FOUND}/show")
@administrator
def show_passage(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Show a hidden passage again, or hide its words everywhere."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    redaction_id = request.form.get("redaction", type=UUID)
    if redaction_id is None:
        raise NotFound
    if request.form.get("do") == "everywhere":
        with flashing(_("Hidden everywhere in this request.")):
            hide_everywhere(actor, get_redaction(asked, redaction_id))
    else:
        show(actor, asked, redaction_id)
    return _at(asked, finding)


@bp.post(f"{FOUND}/file")
@administrator
def change_file(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Choose how a file goes out."""
    asked = get_request(actor, agency, request_id)
    finding = get_finding(asked, finding_id)
    form = FileForm.parse(request.form)
    set_file(actor, finding, as_text=form.as_text, has_looked=form.has_looked)
    return _at(asked, finding)


@bp.get(f"{FOUND}/file")
@administrator
def look_at_file(
    actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
) -> ResponseReturnValue:
    """Send the file of a finding to the officer, who has to look at it."""
    asked = get_request(actor, agency, request_id)
    require_officer(actor, asked)
    finding = get_finding(asked, finding_id)
    file = file_of(finding) if finding.kind == FoundKind.FILE else None
    if file is None:
        raise NotFound
    open_finding(actor, finding)  # its owner is told, and the log notes it, as on the page
    return send(file)


def _page(
    actor: Person,
    asked: AccessRequest,
    finding: AccessFinding | None,
    thing: AccessThing | None,
) -> str:
    hidden = HiddenParts.of(asked)
    rows = queries.page_around(asked, finding.number if finding else 1)
    listed = headings(asked, rows)
    return render_template(
        "records/access_requests/read.html",
        asked=asked,
        finding=finding,
        thing=thing,
        people=_authors(thing),
        listed=listed,
        with_hidden=queries.with_hidden([row.id for row in rows]),
        pieces=hidden.pieces,
        words=hidden.words,
        hides=hidden.is_in,
        hidden_here=_hidden_in(hidden, thing),
        counts=queries.counts_of(asked),
        hidden=queries.hidden_by_reason(asked),
        reasons=begin_reasons(actor, asked.agency),
        before=queries.numbered(asked, finding.number - 1) if finding else None,
        after=queries.numbered(asked, finding.number + 1) if finding else None,
        last_search=next(iter(queries.searches_of(asked)), None),
        spaces=_spaces(asked.agency),
        kind_names=kind_names(),
        role_names=role_names(),
        people_number=queries.people_to_tell(asked),
        page_size=queries.PAGE_SIZE,
        AccessDecision=AccessDecision,
        FoundKind=FoundKind,
        **refused_form(),
    )


def _authors(thing: AccessThing | None) -> Mapping[UUID, Person]:
    ids = {section.author_id for section in thing.sections} - {None} if thing else set()
    rows = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {row.id: row for row in rows}


def _hidden_in(hidden: HiddenParts, thing: AccessThing | None) -> int:
    digests = {text.sha256 for text in thing.going_out()} if thing else set()
    return sum(len(hidden.by_text.get(digest, ())) for digest in digests)


def _spaces(agency: Agency) -> Sequence[tuple[str, str]]:
    rows = db.session.scalars(
        select(Space).where(
            Space.agency_id == agency.id,
            Space.kind != SpaceKind.GROUP,
            Space.hides_people.is_(False),
        )
    ).all()
    language = current_language()
    named = [(str(row.id), row.title.text(language)) for row in rows]
    return sorted(named, key=lambda one: one[1].casefold())


def _at(asked: AccessRequest, finding: AccessFinding, part: str = "") -> ResponseReturnValue:
    """Lead back to a finding, and to the part of it where the person was."""
    address = url_for(
        ".read",
        code=asked.agency.code,
        request_id=asked.id,
        finding_id=finding.id,
        _anchor=f"part-{part}" if part else None,
    )
    return redirect(address, 303)
