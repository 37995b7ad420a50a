"""Ask a post of another agency to answer for a post during a vacancy."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Post, PostKind
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work


def request_fallback(actor: Person | None, post: Post, other: Post) -> None:
    """Ask a post of another agency to answer for a post while it is vacant.

    Nothing changes until that agency, or a holder of the other post, accepts.

    Raises:
        Forbidden: the actor does not administer the agency of the post.
        Invalid: the other post is of the same agency, has ended, or is filled by election.
        Conflict: it answers already.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        require_administrator(actor, post.agency_id)
        if other.agency_id == post.agency_id:
            raise Invalid(
                {"address": _l("This post belongs to the same agency. Choose it in the form.")}
            )
        if not other.is_in_force(clock.today(other.unit.agency.time_zone)):
            raise Invalid({"address": _l("This post has ended.")})
        if other.kind == PostKind.ELECTED:
            raise Invalid({"address": _l("An elected post cannot answer for another post.")})
        if post.fallback_id == other.id:
            raise Conflict(_l("This post already answers for that vacant post."))
        post.fallback_asked_id = other.id
        _changed(work, "fallback.ask", actor, post, other)


def accept_fallback(actor: Person | None, post: Post, other: Post) -> None:
    """Accept to answer for a post of another agency while it is vacant.

    Raises:
        Forbidden: the actor neither holds the other post nor administers its agency.
        Conflict: the request was withdrawn, or the other post is an elected one.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        if not may_answer(actor, other):
            raise Forbidden(
                _l(
                    "Only the holder of the requested post, or an administrator of its "
                    "agency, can decide on the request."
                )
            )
        if post.fallback_asked_id != other.id or other.kind == PostKind.ELECTED:
            raise Conflict(_l("This request is no longer open."))
        post.fallback_id, post.fallback_asked_id = other.id, None
        _changed(work, "fallback.accept", actor, post, other)


def end_fallback(actor: Person | None, post: Post, other: Post) -> None:
    """Withdraw or decline a request, or end an accepted fallback; either side can.

    Raises:
        Forbidden: the actor belongs to neither side.
        Conflict: there is neither a fallback nor a request.
    """
    with unit_of_work() as work:
        lock_organisation(work, post.unit.agency, post)
        is_theirs = actor is None or actor.administers(post.agency_id)
        if not is_theirs and not may_answer(actor, other):
            raise Forbidden(_l("Only an administrator of one of the two agencies can do this."))
        if other.id not in {post.fallback_id, post.fallback_asked_id}:
            raise Conflict(_l("This has already ended."))
        if post.fallback_id == other.id:
            post.fallback_id = None
        if post.fallback_asked_id == other.id:
            post.fallback_asked_id = None
        _changed(work, "fallback.end", actor, post, other)


def may_answer(actor: Person | None, other: Post) -> bool:
    """Return whether the actor holds the post, administers its agency or is the operator."""
    if actor is None or actor.administers(other.agency_id):
        return True
    stands = select(Appointment.id).where(
        Appointment.person_id == actor.id,
        Appointment.post_id == other.id,
        is_current(clock.now()),
    )
    return db.session.scalar(stands.limit(1)) is not None


def _changed(work: Work, act: str, actor: Person | None, post: Post, other: Post) -> None:
    post.version += 1
    for agency_id in sorted({post.agency_id, other.agency_id}):
        record(
            act,
            agency_id=agency_id,
            actor_id=actor.id if actor else None,
            subject=("post", post.id),
            detail={"fallback": str(other.id)},
        )
    work.publish(PostsChanged((post.id,)))
