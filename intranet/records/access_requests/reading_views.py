"""The page on which an officer searches, reads one finding after the other, hides and decides."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
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
    FileReach,
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
from intranet.records.access_requests.texts import AccessThing, ShownParts

FindingView = Callable[[Person, AccessFinding], ResponseReturnValue]
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


def of_finding(view: FindingView) -> Callable[..., ResponseReturnValue]:
    """Pass the person and what was found to the view; 404 if it is of no request of the agency."""

    @administrator
    @wraps(view)
    def wrapped(
        actor: Person, agency: Agency, request_id: UUID, finding_id: UUID
    ) -> ResponseReturnValue:
        return view(actor, get_finding(get_request(actor, agency, request_id), finding_id))

    return wrapped


@bp.get(FOUND)
@of_finding
def read(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Show a finding in its context; the audit log notes that it was read."""
    return _page(actor, finding.request, finding, open_finding(actor, finding))


@bp.post(f"{FOUND}/decide")
@again(read)
@of_finding
def decide_finding(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Decide on a finding, and go on to the next one that is unread."""
    form = DecideForm.parse(request.form)
    decide(actor, finding, form.decision, form.reason, form.seen)
    following = finding
    if form.decision != AccessDecision.UNREAD:
        following = queries.next_unread(finding.request, finding.number) or finding
    return _at(following)


@bp.post(f"{FOUND}/choose")
@again(read)
@of_finding
def choose(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Let a message of the day go out, or keep it back."""
    form = ChooseForm.parse(request.form)
    choose_message(actor, finding, form.message, goes_out=form.goes_out)
    return _at(finding, str(form.message))


@bp.post(f"{FOUND}/hide")
@again(read)
@of_finding
def hide_passage(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Hide a selected range, or typed words, for a reason."""
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
    return _at(finding, form.part)


@bp.post(f"{FOUND}/show")
@of_finding
def show_passage(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Show a hidden passage again, or hide its words everywhere."""
    redaction_id = request.form.get("redaction", type=UUID)
    if redaction_id is None:
        raise NotFound
    if request.form.get("do") == "everywhere":
        with flashing(_("Hidden everywhere in this request.")):
            hide_everywhere(actor, get_redaction(finding.request, redaction_id))
    else:
        show(actor, finding.request, redaction_id)
    return _at(finding)


@bp.post(f"{FOUND}/file")
@of_finding
def change_file(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Choose how a file goes out."""
    form = FileForm.parse(request.form)
    set_file(actor, finding, as_text=form.as_text, has_looked=form.has_looked)
    return _at(finding)


@bp.get(f"{FOUND}/file")
@of_finding
def look_at_file(actor: Person, finding: AccessFinding) -> ResponseReturnValue:
    """Send the file of a finding to the officer, who has to look at it."""
    require_officer(actor, finding.request)
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
    listed = headings(actor, asked, rows)
    return render_template(
        "records/access_requests/read.html",
        asked=asked,
        finding=finding,
        thing=thing,
        shown=ShownParts.of(thing.sections, request.args.get("part", "")) if thing else None,
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
        FileReach=FileReach,
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


def _at(finding: AccessFinding, part: str = "") -> ResponseReturnValue:
    """Lead back to a finding, and to the part of it where the person was."""
    address = url_for(
        ".read",
        code=finding.request.agency.code,
        request_id=finding.request_id,
        finding_id=finding.id,
        part=part or None,
        _anchor=f"part-{part}" if part else None,
    )
    return redirect(address, 303)
