"""Put posts on hold whose agency requires a second factor that their holders do not have.

An agency's rule about second factors covers what belongs to that agency. A person of another
agency may have accepted a post before the rule, or may remove the second factor. They continue
in their own agency; their appointment here is on hold (`people.models.Appointment`) until they
set one up.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Select, and_, exists, not_, or_, select

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post, SecondFactor
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, among
from intranet.platform.core.unit_of_work import unit_of_work

WHY: Final = "account_on_hold"
Key = Literal["agency_ids", "person_ids"]


def hold_posts(agency_ids: Collection[UUID]) -> int:
    """Put appointments of agencies on hold or release them; return how many changed."""
    return sum(_apply("agency_ids", some) for some in in_parts(agency_ids))


def hold_posts_of(person_ids: Collection[UUID]) -> int:
    """Put these people's appointments on hold or release them, with the agencies' rules locked."""
    changed = 0
    for some in in_parts(person_ids):
        if execute_prepared(_locking(), person_ids=some).first():
            changed += _apply("person_ids", some)
    return changed


def hold_everywhere() -> int:
    """Correct appointments on hold in every agency; return how many changed.

    Two concurrent transactions may each have missed the other's change.
    """
    strict = select(Agency.id).where(Agency.second_factor == SecondFactor.EVERYBODY)
    holding = select(Post.agency_id).join(Appointment).where(Appointment.on_hold)
    return hold_posts(db.session.scalars(strict.union(holding)).all())


def mark_new(person_ids: Collection[UUID]) -> None:
    """Put new appointments on hold within the event about them, without publishing another."""
    with unit_of_work() as work:
        for row, is_due in _differing("person_ids", person_ids):
            row.on_hold = is_due
        work.flush()


def _apply(key: Key, ids: Collection[UUID]) -> int:
    with unit_of_work() as work:
        rows = _differing(key, ids)
        for row, is_due in rows:
            row.on_hold = is_due
            row.version += 1
        if rows:
            work.publish(AppointmentsChanged.of([row for row, _is_due in rows]))
        for person_id in sorted({row.person_id for row, is_due in rows if is_due}):
            work.publish(AccountConcerned(person_id, WHY, "/me/second-factor"))
    return len(rows)


def _differing(key: Key, ids: Collection[UUID]) -> Sequence[tuple[Appointment, bool]]:
    """Return current and future appointments with a wrong hold, each with the right value."""
    due = {row.id: bool(row.is_due) for row in execute_prepared(_wrong_holds(key), ids=list(ids))}
    if not due:
        return ()
    wrong = select(Appointment).where(Appointment.id.in_(due)).order_by(Appointment.id)
    rows = db.session.scalars(wrong, execution_options={"populate_existing": True})
    return [(row, due[row.id]) for row in rows]


@cache
def _locking() -> Select[UUID]:
    return (
        select(Agency.id)
        .join(Post, Post.agency_id == Agency.id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(among(Appointment.person_id, "person_ids"), is_not_over(NOW))
        .order_by(Agency.id)
        .with_for_update(read=True, of=Agency)
    )


@cache
def _wrong_holds(key: Key) -> Select[UUID, bool]:
    """Return the query for appointments with a wrong hold; an import runs it in each batch."""
    column = Post.agency_id if key == "agency_ids" else Appointment.person_id
    lacks_factor = exists().where(
        Account.person_id == Appointment.person_id,
        Account.home_agency_id != Agency.id,
        ~Account.has_second_factor,
    )
    due = and_(Agency.second_factor == SecondFactor.EVERYBODY, lacks_factor)
    return (
        select(Appointment.id, due.label("is_due"))
        .join(Post, Post.id == Appointment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(or_(and_(Appointment.on_hold, not_(due)), and_(~Appointment.on_hold, due)))
        .where(among(column, "ids"), is_not_over(NOW))
        .order_by(Appointment.id)
    )
