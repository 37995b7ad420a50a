"""Pages to invite many people, and to see what became of each invitation."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from intranet.administration.admin import invitation_figures as figures
from intranet.administration.admin import queries
from intranet.administration.admin.access import get_account, get_person, get_unit
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.chosen_people import given_ids
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.invitation_figures import InvitationGroup
from intranet.administration.admin.labels import account_standings
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.refusal_labels import refusal_reasons
from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import InvitationRun
from intranet.organisation.accounts.invitation_status import (
    REMINDABLE,
    AccountStanding,
    Invitees,
    status_counts,
    statuses_of,
)
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations import invitation_fixes, invitations
from intranet.organisation.accounts.operations.invitation_codes import is_without_mailbox
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.people.models import Person
from intranet.platform.core import clock, mail
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.parsing import EmptyIsNone, Form, printable
from intranet.platform.core.refused import flashing
from intranet.platform.core.unit_of_work import unit_of_work

NEW = frozenset({AccountStanding.NOT_INVITED})
PREVIEWED = 4


class RunForm(Form):
    """When letters leave, and how fast."""

    when: Annotated[str, Field(pattern="^(now|day)$")] = "now"
    day: Annotated[date | None, EmptyIsNone] = None
    hour: Annotated[time | None, EmptyIsNone] = None
    letters_per_minute: Annotated[int, Field(ge=1, le=600)]


@bp.get("/<code>/invitations", endpoint="invitations")
@administrator
def show_invitations(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show what became of the invitations: of all, of each unit, and person by person."""
    group = request.args.get("state", type=InvitationGroup)
    unit_id = request.args.get("unit", type=UUID)
    unit = get_unit(agency, unit_id) if unit_id else None
    whole, by_unit = figures.figures(agency)
    page = page_of(figures.people_in(agency, group, unit), get_person, agency, Person.sort_key)
    shown = [person.id for person in page.rows]
    accounts = queries.accounts_of(agency, shown)
    account_ids = {account.id for account in accounts.values()}
    without, handed, signed_in = figures.paper_counts(agency)
    return render_template(
        "administration/admin/invitations.html",
        group=group,
        unit=unit,
        whole=whole,
        by_unit=by_unit,
        only=request.args.get("only"),
        page=page,
        accounts=accounts,
        standings=statuses_of(account_ids),
        letters=figures.invitations_of(account_ids),
        held=queries.current_appointments_in(agency, shown),
        states=account_standings(),
        reasons=refusal_reasons(),
        returned=figures.refusal_counts(agency),
        wrong_domains=figures.wrong_domains(agency),
        runs=figures.runs_under_way(agency),
        last_run=figures.last_run(agency),
        rules=invitations.rules_of(agency),
        folder=mail.letter_folder(),
        filed=figures.count_filed(agency),
        without=without,
        handed=handed,
        signed_in=signed_in,
        previewed=_previewed(agency) if without else (),
        moment=clock.now(),
    )


@bp.get("/<code>/invitations/new")
@administrator
def new_invitations(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show whom the invitations go to, and ask when they leave."""
    whom, chosen = _whom(agency)
    counts = _counts(agency, whom)
    soon = clock.now().astimezone(ZoneInfo(agency.time_zone))
    suggested = {
        "when": "now",
        "day": soon.date().isoformat(),
        "hour": f"{min(soon.hour + 1, 23):02}:00",
        "letters_per_minute": str(invitations.rules_of(agency).letters_per_minute),
    }
    return render_template(
        "administration/admin/invitations_new.html",
        filled=filled(suggested=suggested),
        whom=chosen,
        unit=whom.unit,
        count=counts[0],
        without=counts[1],
        units=figures.figures(agency)[1],
        imports=figures.imports_to_invite(agency),
        folder=mail.letter_folder(),
    )


@bp.post("/<code>/invitations/new")
@again(new_invitations)
@administrator
def queue_invitations(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Queue the invitations, now or for a day and an hour."""
    form = RunForm.parse(request.form)
    whom, _chosen = _whom(agency)
    with unit_of_work():
        invitations.change_rules(actor, agency, letters_per_minute=form.letters_per_minute)
        run = invitations.queue_invitations(actor, agency, whom, starts_at=_starts_at(agency, form))
    flash(
        ngettext(
            "%(num)s letter is waiting to be sent.",
            "%(num)s letters are waiting to be sent.",
            run.count,
        ),
        "ok",
    )
    return redirect(url_for(".invitations", code=agency.code), 303)


@bp.post("/<code>/invitations/runs/<uuid:run_id>")
@administrator
def change_run(actor: Person, agency: Agency, run_id: UUID) -> ResponseReturnValue:
    """Pause a run, go on with it, or cancel what has not left; of all or of a held domain."""
    run = db.session.get(InvitationRun, run_id)
    if run is None or run.agency_id != agency.id:
        raise NotFound
    domain = printable(request.form.get("domain", ""), 254)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "pause": (lambda: invitations.pause_run(actor, agency, run), _("Sending is paused.")),
        "resume": (lambda: invitations.resume_run(actor, agency, run), _("Sending goes on.")),
        "cancel": (
            lambda: invitations.cancel_run(actor, agency, run),
            _("The letters that had not left are cancelled."),
        ),
        "send": (
            lambda: invitations.send_held(actor, agency, run, domain),
            _("The letters on hold are being sent."),
        ),
        "drop": (
            lambda: invitations.cancel_held(actor, agency, run, domain),
            _("The letters on hold are cancelled."),
        ),
    }
    act = acts.get(request.form.get("do", ""))
    if act is None:
        raise Invalid({"do": _l("Choose one of the options.")})
    with flashing(act[1]):
        act[0]()
    return redirect(url_for(".invitations", code=agency.code), 303)


@bp.post("/<code>/invitations/domain")
@administrator
def correct_domain(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Correct a wrong domain in all addresses to which letters came back, and send them again."""
    wrong, right = (
        printable(request.form.get(name, ""), 254).strip() for name in ("domain", "right")
    )
    with flashing(_("The addresses are corrected, and the letters are waiting to be sent.")):
        invitation_fixes.correct_domain(actor, agency, wrong, right.lower())
    return redirect(url_for(".invitations", code=agency.code), 303)


@bp.post("/<code>/invitations/people/<uuid:person_id>")
@administrator
def correct_address(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Correct the address of a person whose letter came back, and send it again."""
    account = get_account(agency, get_person(agency, person_id))
    with flashing(_("The letter is waiting to be sent.")):
        email = printable(request.form.get("email", ""), 300)
        invitation_fixes.correct_address(actor, agency, account, email)
    return redirect(
        url_for(".invitations", code=agency.code, state=InvitationGroup.RETURNED.value), 303
    )


def _whom(agency: Agency) -> tuple[Invitees, dict[str, str | list[str]]]:
    """Return the people that the address or the form names, and the fields that name them."""
    given = request.values
    remind = given.get("whom") == "remind"
    standings = REMINDABLE if remind else NEW
    chosen: dict[str, str | list[str]] = {"whom": "remind" if remind else "new"}
    if people := given_ids(given.getlist("person_ids")):
        chosen["person_ids"] = [str(person_id) for person_id in people]
        return Invitees(NEW | REMINDABLE, person_ids=people), chosen
    unit, import_id = _unit(agency, given.get("unit")), None
    if unit:
        chosen["unit"] = str(unit.id)
    elif found := given_ids([given.get("import", "")]):
        [import_id] = found
        chosen["import"] = str(import_id)
    return Invitees(standings, unit=unit, import_id=import_id), chosen


def _unit(agency: Agency, text: str | None) -> Unit | None:
    found = given_ids([text or ""])
    return get_unit(agency, found[0]) if found else None


def _counts(agency: Agency, whom: Invitees) -> tuple[int, int]:
    """Return how many people get a letter, and how many have no mailbox."""
    conditions = whom.conditions(agency)
    letters = status_counts(agency.id, *conditions, Account.email.is_not(None))
    paper = status_counts(agency.id, *conditions, Account.email.is_(None))
    return sum(letters.values()), sum(paper.values())


def _starts_at(agency: Agency, form: RunForm) -> datetime | None:
    if form.when == "now":
        return None
    if form.day is None or form.hour is None:
        raise Invalid({"day": _l("Choose a day and an hour.")})
    try:
        return clock.instant_of(datetime.combine(form.day, form.hour), agency.time_zone)
    except ValueError as error:
        raise Invalid({"hour": _l("This hour does not exist on that day.")}) from error


def _previewed(agency: Agency) -> Sequence[Account]:
    """Return the first people of the printed sheet."""
    return db.session.scalars(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(is_without_mailbox(agency))
        .order_by(Person.sort_key)
        .limit(PREVIEWED)
    ).all()
