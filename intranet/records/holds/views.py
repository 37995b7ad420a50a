"""Pages of legal holds: list, place, see in numbers, read what is kept, end, resume."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.blueprint import frame as admin_frame
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.typed_choices import FieldSuggestion
from intranet.delivery.files.serving import send
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import flashing
from intranet.records.holds import operations, privacy, queries
from intranet.records.holds.access import (
    get_held_file,
    get_hold,
    get_item,
    holds_naming,
    is_named,
    may_be_known_to,
    may_keep,
    require_keeper,
)
from intranet.records.holds.forms import (
    NAME_FIELDS,
    EndForm,
    HoldForm,
    PrivateForm,
    Target,
    sent_targets,
    with_typed,
    written,
)
from intranet.records.holds.labels import ICONS, KEPT, TARGETS
from intranet.records.holds.models import HeldItem, HoldTarget, LegalHold
from intranet.records.holds.rooms import suggested_rooms

bp = Blueprint("holds", __name__)
KEPT_PER_PAGE = 20


@bp.context_processor
def frame() -> dict[str, object]:
    """Return the frame of administration, and the words for what holds name."""
    return {**admin_frame(), "target_labels": TARGETS, "target_icons": ICONS, "kept_labels": KEPT}


@bp.get("/admin/<code>/holds")
@administrator
def index(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the holds that run, then those that ended."""
    is_over = request.args.get("ended") == "1"
    page = page_of(
        queries.holds_of(agency, is_over=is_over).where(may_be_known_to(actor)),
        lambda agency, hold_id: get_hold(actor, agency, hold_id),
        agency,
        LegalHold.placed_at,
        falling=True,
    )
    targets = [target for hold in page.rows for target in hold.targets]
    return render_template(
        "records/holds/index.html",
        page=page,
        is_over=is_over,
        names=queries.names_of(agency, targets),
        keeps=may_keep(actor, agency),
    )


@bp.get("/admin/<code>/holds/new")
@administrator
def new(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of a hold, with what it names so far."""
    require_keeper(actor, agency)
    return _form(agency)


@bp.post("/admin/<code>/holds/new")
@again(new)
@administrator
def place(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Add a name to the form, take one off, count what the hold would cover, or place it."""
    require_keeper(actor, agency)
    do = request.form.get("do", "add")
    if do.startswith("drop:"):
        return _form(agency, dropped=do.removeprefix("drop:"))
    targets = with_typed(agency, sent_targets(agency))
    if do == "add":
        return _form(agency, targets)
    terms = HoldForm.parse(request.form).terms(targets)
    if do == "check":
        reach = operations.count_reach(actor, agency, terms)
        return _form(agency, targets, reach)
    hold = operations.place_hold(actor, agency, terms)
    flash(_("The hold is in force. Nothing that it covers is destroyed from now on."), "ok")
    return redirect(url_for(".hold", code=agency.code, hold_id=hold.id), 303)


@bp.get("/admin/<code>/holds/rooms")
@administrator
def rooms(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Return the names of rooms as options of a field's list."""
    require_keeper(actor, agency)
    typed = printable(next(iter(request.args.values()), ""), 80)
    found = [FieldSuggestion(name) for name in suggested_rooms(agency, typed)] if typed else []
    return render_template("administration/admin/_options.html", options=found)


@bp.get("/admin/<code>/holds/<uuid:hold_id>")
@administrator
def hold(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """Show a hold and its terms."""
    return _page(actor, agency, get_hold(actor, agency, hold_id))


@bp.post("/admin/<code>/holds/<uuid:hold_id>/count")
@again(hold)
@administrator
def count(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """Show a hold with what it covers and kept, in steps; the audit log says who counted."""
    found = get_hold(actor, agency, hold_id)
    return _page(actor, agency, found, operations.count_covered(actor, found))


@bp.post("/admin/<code>/holds/<uuid:hold_id>/end")
@again(hold)
@administrator
def end(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """End a hold."""
    found = get_hold(actor, agency, hold_id)
    operations.end_hold(actor, found, EndForm.parse(request.form).reason)
    flash(_("The hold has ended. You can resume it for 7 days."), "ok")
    return redirect(url_for(".hold", code=agency.code, hold_id=hold_id), 303)


@bp.post("/admin/<code>/holds/<uuid:hold_id>/resume")
@administrator
def resume(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """Undo the end of a hold."""
    found = get_hold(actor, agency, hold_id)
    with flashing(_("The hold is in force again.")):
        operations.resume_hold(actor, found)
    return redirect(url_for(".hold", code=agency.code, hold_id=hold_id), 303)


@bp.get("/admin/<code>/holds/<uuid:hold_id>/kept")
@administrator
def kept(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """Show what a hold kept of deleted content; the audit log says who read it."""
    found = get_hold(actor, agency, hold_id)
    readable = privacy.is_readable(actor, found)
    typed = printable(request.args.get("q", ""), 80)
    page = page_of(
        queries.kept_items(found, readable, typed),
        lambda _agency, item_id: get_item(found, readable, item_id),
        agency,
        HeldItem.removed_at,
        falling=True,
        size=KEPT_PER_PAGE,
    )
    operations.note_reading(actor, found, page.rows)
    return render_template(
        "records/holds/kept.html",
        hold=found,
        page=page,
        typed=typed,
        rooms=queries.place_names(agency, page.rows),
        called=queries.people_named(page.rows),
        authors=queries.names_of_erased(found, page.rows),
        unnamed=queries.unnamed_among(page.rows),
        closed=queries.count_kept(found, ~readable),
        reading=privacy.latest_reading(actor, found),
        filled=filled(),
    )


@bp.post("/admin/<code>/holds/<uuid:hold_id>/private")
@again(kept)
@administrator
def ask_private(actor: Person, agency: Agency, hold_id: UUID) -> ResponseReturnValue:
    """Ask a second person to agree that one reads the private part of what is kept."""
    found = get_hold(actor, agency, hold_id)
    privacy.ask_to_read(actor, found, PrivateForm.parse(request.form).private_reason)
    flash(_("Asked. A second person has to agree."), "ok")
    return redirect(url_for(".kept", code=agency.code, hold_id=hold_id), 303)


@bp.post("/admin/<code>/holds/<uuid:hold_id>/private/<uuid:reading_id>")
@administrator
def answer_private(
    actor: Person, agency: Agency, hold_id: UUID, reading_id: UUID
) -> ResponseReturnValue:
    """Agree or refuse, as the second person."""
    found = get_hold(actor, agency, hold_id)
    agrees = request.form.get("do") == "agree"
    with flashing(_("You have agreed.") if agrees else _("Refused.")):
        privacy.answer(actor, found, reading_id, agrees=agrees)
    return redirect(url_for(".hold", code=agency.code, hold_id=hold_id), 303)


@bp.get("/admin/<code>/holds/<uuid:hold_id>/kept/<uuid:item_id>/files/<uuid:file_id>")
@administrator
def kept_file(
    actor: Person, agency: Agency, hold_id: UUID, item_id: UUID, file_id: UUID
) -> ResponseReturnValue:
    """Send a file that a hold kept; the audit log says who opened it."""
    found = get_hold(actor, agency, hold_id)
    item = get_item(found, privacy.is_readable(actor, found), item_id)
    file = get_held_file(item, file_id)
    operations.note_reading(actor, found, [item], file=str(file.id))
    return send(file)


@bp.get("/me/holds")
@signed_in
def mine(person: Person) -> ResponseReturnValue:
    """List the holds that name the person and are not confidential."""
    return render_template("records/holds/mine.html", holds=holds_naming(person))


def _page(
    actor: Person, agency: Agency, found: LegalHold, reach: queries.HoldReach | None = None
) -> ResponseReturnValue:
    reads = not is_named(actor, found)
    return render_template(
        "records/holds/hold.html",
        hold=found,
        names=queries.names_of(agency, found.targets),
        reach=reach,
        keeps=may_keep(actor, agency) and reads,
        reads=reads,
        asked=privacy.waiting_for(actor, found),
        lapses_after=privacy.LAPSES_AFTER.days,
        filled=filled(),
    )


def _form(
    agency: Agency,
    targets: list[Target] | None = None,
    reach: queries.HoldReach | None = None,
    dropped: str = "",
) -> ResponseReturnValue:
    """Show the form with what it names; a name that was added leaves its field."""
    sent = targets if targets is not None else sent_targets(agency)
    chosen = [target for target in sent if written(target) != dropped]
    rows = [HoldTarget(kind=kind, subject_id=id_, word=word) for kind, id_, word in chosen]
    emptied = dict.fromkeys(NAME_FIELDS, "") if targets is not None else {}
    return render_template(
        "records/holds/new.html",
        filled=filled({**request.form.to_dict(), **emptied}),
        chosen=[(written(target), row) for target, row in zip(chosen, rows, strict=True)],
        names=queries.names_of(agency, rows),
        reach=reach,
    )
