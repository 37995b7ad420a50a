"""Make posts administrators: the agency's own at once, another agency's by a mandate."""

from datetime import date

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_own_administrator
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import require_days
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work


def make_administrator(actor: Actor | None, agency: Agency, post: Post) -> Administration:
    """Make a post of the agency an administrator, from now on.

    Raises:
        Forbidden: the actor does not administer the agency by one of its own posts.
        Invalid: the post belongs to another agency.
        Conflict: it administers the agency already.
    """
    with unit_of_work() as work:
        work.lock(agency)
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
        _check_new(agency, post)
        require_confirmed(actor)
        row = Administration(agency=agency, post=post, accepted_at=clock.now())
        work.add(row)
        _record("administration.give", actor, row, agency)
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
        work.lock(agency)
        require_own_administrator(actor, agency)
        if post.agency_id == agency.id:
            raise Invalid({"post": _l("This post already belongs to the agency.")})
        require_days(last_day=last_day)
        if last_day <= clock.today(agency.time_zone):
            raise Invalid({"last_day": _l("Choose a day in the future.")})
        _check_new(agency, post)
        require_confirmed(actor)
        row = Administration(
            agency=agency, post=post, until=clock.end_of(last_day, agency.time_zone)
        )
        work.add(row)
        _record("mandate.propose", actor, row, agency, post.unit.agency)
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
    return mandate


def end_administration(actor: Actor | None, administration: Administration) -> Administration:
    """End an administration or withdraw an offer. Either side can end a mandate.

    Raises:
        Forbidden: the actor administers neither side by one of its own posts.
        Conflict: it has ended, or the agency would have no administrator left.
    """
    with unit_of_work() as work:
        agency = administration.agency
        work.lock(agency)
        work.lock(administration)
        giver, receiver = agency, administration.post.unit.agency
        sides = {giver.id, receiver.id}
        if actor and not any(actor.administers(side, by_own_post=True) for side in sides):
            raise Forbidden(_l("Only an administrator of one of the two agencies can do this."))
        if administration.ended_at:
            raise Conflict(_l("This has already ended."))
        if actor and not administration.is_mandate and _own_count(agency) == 1:
            raise Conflict(_l("This is the last post that administers the agency."))
        require_confirmed(actor)
        administration.ended_at = clock.now()
        agencies = (giver, receiver) if administration.is_mandate else (giver,)
        act = "mandate.end" if administration.is_mandate else "administration.end"
        _record(act, actor, administration, *agencies)
    return administration


def _check_new(agency: Agency, post: Post) -> None:
    there = db.session.scalar(
        select(Administration.id).where(
            Administration.agency_id == agency.id,
            Administration.post_id == post.id,
            Administration.ended_at.is_(None),
            (Administration.until.is_(None) | (Administration.until > clock.now())),
        )
    )
    if there:
        raise Conflict(_l("This post already administers the agency, or has been asked to."))


def _own_count(agency: Agency) -> int:
    """Count the agency's own posts that administer it."""
    own = (
        select(func.count())
        .select_from(Administration)
        .join(Post, Post.id == Administration.post_id)
        .where(
            Administration.agency_id == agency.id,
            Post.agency_id == agency.id,
            Administration.is_in_force(clock.now()),
        )
    )
    return db.session.scalar(own) or 0


def _record(act: str, actor: Actor | None, row: Administration, *agencies: Agency) -> None:
    """Write an entry in the audit log of each side."""
    db.session.flush()
    for agency in agencies:
        record(
            act,
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("administration", row.id),
            detail={"post": str(row.post_id), "agency": str(row.agency_id)},
        )
