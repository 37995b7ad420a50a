"""Give posts roles: to the agency's own at once, to another agency's by a mandate."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_own_administrator
from intranet.organisation.agencies.events import MandateChanged, RoleChanged
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import require_days
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work


@dataclass(frozen=True, kw_only=True)
class RoleTerms:
    """The days of a role, the last one included, and the post that acts when nobody else can."""

    first_day: date | None = None
    last_day: date | None = None
    deputy: Post | None = None


def make_administrator(actor: Actor | None, agency: Agency, post: Post) -> Administration:
    """Make a post of the agency an administrator, from now on.

    Raises:
        Forbidden, Invalid, Conflict: as for `give_role`.
    """
    return give_role(actor, agency, post, AgencyRole.ADMINISTRATOR)


def give_role(
    actor: Actor | None,
    agency: Agency,
    post: Post,
    role: AgencyRole,
    terms: RoleTerms = RoleTerms(),
) -> Administration:
    """Give a post of the agency a role.

    Raises:
        Forbidden: the actor does not administer the agency by one of its own posts.
        Invalid: a post belongs to another agency, or the days are invalid.
        Conflict: it has the role already.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency)
        require_own_administrator(actor, agency)
        if post.agency_id != agency.id:
            raise Invalid(
                {
                    "post_id": _l(
                        "Choose a post in this agency, or offer a mandate to a post in "
                        "another agency."
                    )
                }
            )
        _check_terms(agency, post, terms)
        _check_new(agency, post, role)
        require_confirmed(actor)
        row = Administration(agency=agency, post=post, role=role, accepted_at=clock.now())
        _set_terms(row, terms)
        work.add(row)
        _record(_act(row, "give"), actor, row, agency)
        _tell(work, "give", actor, row)
    return row


def change_role(actor: Actor | None, row: Administration, terms: RoleTerms) -> Administration:
    """Change the days or the deputy of a role; one that has not begun yet counts as given now.

    Raises:
        Forbidden: the actor does not administer the agency by one of its own posts.
        Invalid: the deputy is of another agency, or the days are invalid.
        Conflict: the role has ended, or it is a mandate.
    """
    with unit_of_work() as work:
        lock_organisation(work, row.agency, row)
        require_own_administrator(actor, row.agency)
        if row.ended_at or row.is_past or row.is_mandate:
            raise Conflict(_l("This has already ended."))
        _check_terms(row.agency, row.post, terms, old=row)
        require_confirmed(actor)
        if row.since and row.since > clock.now():
            row.accepted_at = clock.now()
        _set_terms(row, terms)
        _record("role.change", actor, row, row.agency)
        _tell(work, "change", actor, row)
    return row


def propose_mandate(
    actor: Actor | None, agency: Agency, post: Post, *, last_day: date
) -> Administration:
    """Offer a post of another agency to administer this one; it begins when they accept.

    Args:
        last_day: the last day of the mandate, in the agency's zone.

    Raises:
        Forbidden: the actor does not administer the agency by one of its own posts.
        Invalid: the post is the agency's own, or the day is not ahead.
        Conflict: it is offered or given already.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency)
        require_own_administrator(actor, agency)
        if post.agency_id == agency.id:
            raise Invalid({"post": _l("This post already belongs to the agency.")})
        require_days(last_day=last_day)
        if last_day <= clock.today(agency.time_zone):
            raise Invalid({"last_day": _l("Choose a day in the future.")})
        _check_new(agency, post, AgencyRole.ADMINISTRATOR)
        require_confirmed(actor)
        row = Administration(
            agency=agency,
            post=post,
            role=AgencyRole.ADMINISTRATOR,
            until=clock.end_of(last_day, agency.time_zone),
        )
        work.add(row)
        _record("mandate.propose", actor, row, agency, post.unit.agency)
        work.publish(MandateChanged(row.id))
    return row


def accept_mandate(actor: Actor | None, mandate: Administration) -> Administration:
    """Accept a mandate, as the agency whose post was asked.

    Raises:
        Forbidden: the actor does not administer that agency by one of its own posts.
        Conflict: it was accepted or ended, or its last day is past.
    """
    with unit_of_work() as work:
        work.lock(mandate)
        receiver = mandate.post.unit.agency
        require_own_administrator(actor, receiver)
        now = clock.now()
        if mandate.accepted_at or mandate.ended_at or (mandate.until and mandate.until <= now):
            raise Conflict(_l("This mandate is no longer on offer."))
        require_confirmed(actor)
        mandate.accepted_at = now
        _record("mandate.accept", actor, mandate, mandate.agency, receiver)
        work.publish(MandateChanged(mandate.id))
    return mandate


def end_administration(actor: Actor | None, administration: Administration) -> Administration:
    """End a role or withdraw an offer. Either side can end a mandate.

    Raises:
        Forbidden: the actor administers neither side by one of its own posts.
        Conflict: it has ended, or the agency would have no administrator left.
    """
    with unit_of_work() as work:
        agency = administration.agency
        lock_organisation(work, agency, administration)
        giver, receiver = agency, administration.post.unit.agency
        sides = {giver.id, receiver.id}
        if actor and not any(actor.administers(side, by_own_post=True) for side in sides):
            raise Forbidden(_l("Only an administrator of one of the two agencies can do this."))
        if administration.ended_at:
            raise Conflict(_l("This has already ended."))
        require_confirmed(actor)
        administration.ended_at = clock.now()
        agencies = (giver, receiver) if administration.is_mandate else (giver,)
        act = "mandate.end" if administration.is_mandate else _act(administration, "end")
        _record(act, actor, administration, *agencies)
        _tell(work, "end", actor, administration)
    return administration


def _check_new(agency: Agency, post: Post, role: AgencyRole) -> None:
    there = db.session.scalar(
        select(Administration.id).where(
            Administration.agency_id == agency.id,
            Administration.post_id == post.id,
            Administration.role == role,
            Administration.ended_at.is_(None),
            (Administration.until.is_(None) | (Administration.until > clock.now())),
        )
    )
    if there and role == AgencyRole.ADMINISTRATOR:
        raise Conflict(_l("This post already administers the agency, or has been asked to."))
    if there:
        raise Conflict(_l("This post already has this role."))


def _check_terms(
    agency: Agency, post: Post, terms: RoleTerms, old: Administration | None = None
) -> None:
    require_days(first_day=terms.first_day, last_day=terms.last_day)
    today = clock.today(agency.time_zone)
    if terms.first_day and terms.first_day < today and not (old and old.since):
        raise Invalid({"first_day": _l("Choose today’s date or a later one.")})
    if terms.last_day and terms.last_day < (terms.first_day or today):
        raise Invalid({"last_day": _l("Choose a day in the future.")})
    if terms.deputy and terms.deputy.agency_id != agency.id:
        raise Invalid({"deputy": _l("Choose a post in the same agency.")})
    if terms.deputy and terms.deputy.id == post.id:
        raise Invalid({"deputy": _l("Choose another post.")})


def _set_terms(row: Administration, terms: RoleTerms) -> None:
    zone = row.agency.time_zone
    row.since = clock.start_of(terms.first_day, zone) if terms.first_day else None
    row.until = clock.end_of(terms.last_day, zone) if terms.last_day else None
    row.deputy = terms.deputy


def _act(row: Administration, verb: str) -> str:
    thing = "administration" if row.role == AgencyRole.ADMINISTRATOR else "role"
    return f"{thing}.{verb}"


def _tell(
    work: Work, verb: Literal["give", "change", "end"], actor: Actor | None, row: Administration
) -> None:
    work.publish(RoleChanged(row.id, verb, actor.id if actor else None))


def _record(act: str, actor: Actor | None, row: Administration, *agencies: Agency) -> None:
    """Write an entry in the audit log of each side."""
    db.session.flush()
    for agency in agencies:
        record(
            act,
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("administration", row.id),
            detail=_facts(row),
        )


def _facts(row: Administration) -> dict[str, object]:
    facts: dict[str, object] = {"post": str(row.post_id), "agency": str(row.agency_id)}
    if row.is_mandate:
        return facts
    zone = ZoneInfo(row.agency.time_zone)
    first_day = row.since.astimezone(zone).date().isoformat() if row.since else None
    last_day = row.last_day.isoformat() if row.last_day else None
    deputy = str(row.deputy.id) if row.deputy else None
    given = {"role": row.role.value, "from": first_day, "last_day": last_day, "deputy": deputy}
    return facts | {key: value for key, value in given.items() if value}
