"""The first pages: which agencies one administers, and what waits in one of them."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select

from intranet.accounts.access import signed_in
from intranet.accounts.models import Account, AccountState
from intranet.admin.blueprint import administrator, bp
from intranet.admin.queries import ending_soon, vacant_places
from intranet.agencies.models import Agency, Post, Unit
from intranet.agencies.queries import in_force, mandates_of
from intranet.core import clock
from intranet.core.errors import NotFound
from intranet.extensions import db
from intranet.people.access import administered_agencies
from intranet.people.models import Person
from intranet.spaces.queries import people_count

SHOWN = 8


@bp.get("/")
@signed_in
def index(actor: Person) -> ResponseReturnValue:
    """The agencies one administers; straight into it where there is only one."""
    agencies = administered_agencies(actor)
    if not agencies:
        raise NotFound
    if len(agencies) == 1:
        return redirect(url_for(".overview", code=agencies[0].code), 303)
    return render_template("admin/index.html", agencies=agencies)


@bp.get("/<code>")
@administrator
def overview(actor: Person, agency: Agency) -> ResponseReturnValue:
    """What waits: appointments that end, mandates on offer; and how large the agency is."""
    soon = ending_soon(agency, SHOWN + 1)
    offered = [row for row in mandates_of(agency.id) if row.accepted_at is None and not row.is_past]
    return render_template(
        "admin/overview.html",
        figures=_figures(agency),
        soon=soon[:SHOWN],
        more=len(soon) > SHOWN,
        offered=offered,
        today=clock.today(agency.time_zone),
        by_mandate=not actor.administers(agency.id, by_own_post=True),
    )


def _figures(agency: Agency) -> dict[str, int]:
    today = clock.today(agency.time_zone)
    places = select(func.coalesce(func.sum(Post.places), 0)).where(
        Post.agency_id == agency.id, in_force(Post, today)
    )
    return {
        "units": _count(select(Unit.id).where(Unit.agency_id == agency.id, in_force(Unit, today))),
        "people": people_count(agency.id),
        "places": db.session.scalar(places) or 0,
        "vacant": vacant_places(agency),
        "invited": _count(
            select(Account.id).where(
                Account.home_agency_id == agency.id, Account.state == AccountState.INVITED
            )
        ),
    }


def _count(found: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
