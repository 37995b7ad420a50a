"""An agency keeps an administrator: the last one cannot go before another can sign in and act.

Every operation that takes the role from somebody at once comes through here, whatever its door:
an appointment or a post that ends, an account that is closed, a role that is ended, a rule that
puts an appointment on hold. What ends by its day is not refused: `keep_by_date` warns of it, and
lets the last administrator keep the role until another has it (decision 58).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.roles import Act, AgencyRole
from intranet.organisation.people.models import Appointment, Person, has_role
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

LAST = _l(
    "This is the last administrator of the agency who can sign in. Give the role to another post, "
    "whose holder has signed in, and then try again."
)


def require_right_over(actor: Person | None, account: Account) -> None:
    """Require the right to invite, close or reopen an account of the actor's agency.

    People's officers do so, but the accounts of those who have a role, now or later or as deputy,
    are an administrator's.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    require_right(actor, Act.PEOPLE, account.home_agency_id)
    if actor and has_any_role(account.person):
        require_right(actor, Act.EMPOWER, account.home_agency_id)


def has_right_over(actor: Person, agency_id: UUID, person: Person) -> bool:
    """Return whether `require_right_over` lets the actor through, for an account of the agency."""
    return actor.may(Act.EMPOWER if has_any_role(person) else Act.PEOPLE, agency_id)


def people_beyond(actor: Person | None, agency_id: UUID) -> Select[UUID] | None:
    """Return, as SQL, the people with a role, if the actor has no right over their accounts."""
    if actor is None or actor.may(Act.EMPOWER, agency_id):
        return None
    return _people_with_roles()


def require_right_over_all(actor: Person | None, agency_id: UUID, accounts: Select[UUID]) -> None:
    """Require the right over accounts of an agency, as `require_right_over` does, in one query.

    Args:
        accounts: the ids of their people, as SQL.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    require_right(actor, Act.PEOPLE, agency_id)
    beyond = people_beyond(actor, agency_id)
    if beyond is None:
        return
    if db.session.scalar(beyond.where(Appointment.person_id.in_(accounts)).limit(1)):
        require_right(actor, Act.EMPOWER, agency_id)


def has_any_role(person: Person) -> bool:
    """Return whether a person has a role anywhere, now or later, or as its deputy."""
    theirs = _people_with_roles().where(Appointment.person_id == person.id)
    return db.session.scalar(theirs.limit(1)) is not None


def _people_with_roles() -> Select[UUID]:
    now = clock.now()
    return (
        select(Appointment.person_id)
        .join(Administration, gives_role())
        .where(
            or_(is_not_over(now), Appointment.keeps_role),
            Administration.ended_at.is_(None),
            or_(Administration.until.is_(None), Administration.until > now),
        )
    )


def gives_role() -> ColumnElement[bool]:
    """Return the condition that an appointment is to the post of a role or to its deputy's."""
    return or_(
        Appointment.post_id == Administration.post_id,
        Appointment.post_id == Administration.deputy_post_id,
    )


def administrators_at(at: datetime, *, with_deputies: bool = False) -> Select[UUID, UUID]:
    """Return agencies and the people who administer them by their own posts and can sign in.

    Args:
        with_deputies: also those who would administer them if the others could not.
    """
    stands_in = Appointment.post_id == Administration.deputy_post_id
    would = and_(stands_in, Appointment.runs_at(at), Administration.is_in_force(at))
    return (
        select(Administration.agency_id, Appointment.person_id)
        .select_from(Administration)
        .join(Appointment, or_(has_role(at), would) if with_deputies else has_role(at))
        .join(Post, Post.id == Administration.post_id)
        .join(Account, Account.person_id == Appointment.person_id)
        .where(
            Administration.role == AgencyRole.ADMINISTRATOR,
            Post.agency_id == Administration.agency_id,
            Account.state == AccountState.ACTIVE,
            or_(Account.expires_at.is_(None), Account.expires_at > at),
        )
    )


def agencies_of_last(person_id: UUID) -> set[UUID]:
    """Return the agencies that nobody would administer any more without one person."""
    found = administrators_at(clock.now(), with_deputies=True)
    theirs = set(db.session.scalars(found.where(Appointment.person_id == person_id)))
    others = found.where(Appointment.person_id != person_id, Administration.agency_id.in_(theirs))
    return theirs - set(db.session.scalars(others))


def require_successors(work: Work, person_id: UUID) -> None:
    """Require, at the end of this transaction, that agencies keep an administrator without one.

    Call it before the person loses the role.

    Raises:
        Conflict: an agency would be left with nobody.
    """
    found = administrators_at(clock.now()).where(Appointment.person_id == person_id)
    work.gather(require_administrators, db.session.scalars(found).all())


def agencies_that_lose(post_ids: Collection[UUID], person_ids: Collection[UUID]) -> Sequence[UUID]:
    """Return the agencies that these posts administer, if one of the people could sign in."""
    can_sign_in = select(Account.id).where(
        Account.person_id.in_(person_ids), Account.state == AccountState.ACTIVE
    )
    if db.session.scalar(can_sign_in.limit(1)) is None:
        return []
    now = clock.now()
    return db.session.scalars(
        select(Administration.agency_id)
        .join(Post, Post.id == Administration.post_id)
        .where(
            Administration.role == AgencyRole.ADMINISTRATOR,
            Post.agency_id == Administration.agency_id,
            Administration.post_id.in_(post_ids) | Administration.deputy_post_id.in_(post_ids),
            Administration.is_in_force(now),
        )
    ).all()


def require_administrators(agency_ids: frozenset[UUID]) -> None:
    """Refuse a transaction that leaves one of these agencies without an administrator.

    The agencies are locked, so that two administrators cannot end each other at once.

    Raises:
        Conflict: an agency would be left with nobody.
    """
    if not agency_ids:
        return
    with unit_of_work() as work:
        work.wait_outside()
        locked = select(Agency.id).where(Agency.id.in_(agency_ids)).order_by(Agency.id)
        db.session.execute(locked.with_for_update(key_share=True)).all()
        rows = administrators_at(clock.now()).where(Administration.agency_id.in_(agency_ids))
        if {row.agency_id for row in db.session.execute(rows)} != agency_ids:
            raise Conflict(LAST)
