"""What somebody was told, and by which ways it went."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from intranet.accounts.models import Account
from intranet.accounts.queries import may_sign_in
from intranet.accounts.secret import hash_of
from intranet.core.database import ask
from intranet.core.errors import NotFound
from intranet.core.types import given
from intranet.extensions import db
from intranet.notifications.models import FeedKey, Notification
from intranet.people.models import Person

COUNTED = 100


def unseen_count(person: Person) -> int:
    """How much somebody was told and has not looked at, counted to a hundred."""
    return ask(_unseen(), person_id=person.id).scalar() or 0


@cache
def _unseen() -> Select[int]:
    some = (
        select(Notification.id)
        .where(Notification.person_id == given("person_id"), Notification.seen_at.is_(None))
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(some)


def latest(
    person: Person, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Notification]:
    """What somebody was told, the newest first."""
    asked = (
        select(Notification)
        .where(Notification.person_id == person.id)
        .options(joinedload(Notification.message), selectinload(Notification.deliveries))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(limit)
    )
    if before:
        at, row_id = before
        asked = asked.where(
            or_(
                Notification.created_at < at,
                (Notification.created_at == at) & (Notification.id < row_id),
            )
        )
    return db.session.scalars(asked).all()


def get_notification(person: Person, notification_id: UUID) -> Notification:
    """One of one's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = db.session.scalar(
        select(Notification)
        .where(Notification.id == notification_id, Notification.person_id == person.id)
        .options(joinedload(Notification.message), selectinload(Notification.deliveries))
    )
    if found is None:
        raise NotFound
    return found


def of_publication(publication_id: UUID, person_ids: Collection[UUID]) -> Sequence[Notification]:
    """What these people were told of a publication, the earliest first, with its ways."""
    return db.session.scalars(
        select(Notification)
        .where(
            Notification.publication_id == publication_id,
            Notification.person_id.in_(person_ids),
        )
        .options(selectinload(Notification.deliveries))
        .order_by(Notification.created_at, Notification.id)
    ).all()


def has_feed(person_id: UUID) -> bool:
    """Whether there is an address of the person's feed."""
    return db.session.get(FeedKey, person_id) is not None


def person_of_feed(secret: str) -> Person:
    """Whose feed a secret address is, while they may sign in.

    Raises:
        NotFound: nobody's, or of somebody who may not sign in any more.
    """
    person = db.session.scalar(
        select(Person)
        .join(FeedKey, FeedKey.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(FeedKey.key_hash == hash_of(secret), may_sign_in())
    )
    if person is None:
        raise NotFound
    return person
