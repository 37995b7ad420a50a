"""The first pages: the administered agencies, and what needs attention in one of them."""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin.audit_names import is_visible_in_log, names_in
from intranet.administration.admin.audit_sentences import sentence
from intranet.administration.admin.blueprint import administrator, bp, first_place
from intranet.administration.admin.overview_figures import figures_of
from intranet.administration.admin.queries import (
    count_vacancies,
    ending_soon,
    people_without_post,
)
from intranet.administration.imports.queries import unsure_people
from intranet.extensions import db
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.accounts.invitation_status import AccountStanding, status_counts
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.setup_steps import (
    AgencySize,
    SetupStep,
    count_of,
    setup_steps,
    size_of,
)
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import mandates_of
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.access import administered_agencies
from intranet.organisation.people.first_steps import has_hidden_first_steps
from intranet.organisation.people.models import Person
from intranet.platform.audit import queries
from intranet.platform.audit.queries import AuditFilter
from intranet.platform.core import clock
from intranet.platform.core.dates import part_of_day
from intranet.platform.core.errors import NotFound

MAX_ITEMS = 8
MAX_CHANGES = 6
SIGN_INS = "sign_in.begin"


@bp.get("/")
@signed_in
def index(actor: Person) -> ResponseReturnValue:
    """List the agencies where the person has a role; redirect if there is only one."""
    agencies = administered_agencies(actor, Act.ENTER)
    if not agencies:
        raise NotFound
    if len(agencies) == 1:
        return redirect(url_for(".overview", code=agencies[0].code), 303)
    return render_template("administration/admin/index.html", agencies=agencies)


@bp.get("/<code>")
@administrator
def overview(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show first steps, statistics, what needs attention and recent changes.

    It is for administrators; another role begins with the section that it is for.
    """
    if not actor.administers(agency.id):
        return redirect(first_place(actor, agency), 303)
    soon = ending_soon(agency, MAX_ITEMS + 1)
    offered = [row for row in mandates_of(agency.id) if row.accepted_at is None and not row.is_past]
    standings = status_counts(agency.id)
    size = size_of(agency)
    without_post = db.session.scalar(select(count_of(people_without_post(agency)))) or 0
    steps = () if has_hidden_first_steps(actor) else _steps(agency, size, standings)
    changes = queries.lines(
        agency.id,
        AuditFilter(without=SIGN_INS, limit=is_visible_in_log(actor, agency)),
        limit=MAX_CHANGES,
    )
    return render_template(
        "administration/admin/overview.html",
        size=size,
        without_post=without_post,
        vacant=count_vacancies(agency),
        figures=figures_of(agency),
        standings={one.value: number for one, number in standings.items()},
        steps=steps,
        soon=soon[:MAX_ITEMS],
        more=len(soon) > MAX_ITEMS,
        offered=offered,
        changes=changes,
        names=names_in(agency, changes),
        sentence=sentence,
        today=clock.today(agency.time_zone),
        part_of_day=part_of_day(),
        needs_factor=_needs_factor(actor),
        by_mandate=not actor.administers(agency.id, by_own_post=True),
    )


def _steps(
    agency: Agency, size: AgencySize, standings: Mapping[AccountStanding, int]
) -> Sequence[SetupStep]:
    unsure = db.session.scalar(select(count_of(unsure_people(agency.id)))) or 0
    return setup_steps(agency, size, standings, unsure)


def _needs_factor(actor: Person) -> bool:
    account = db.session.scalar(select(Account).where(Account.person_id == actor.id))
    return account is not None and not account.has_second_factor
