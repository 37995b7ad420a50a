"""Which devices may be told something."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.delivery.push.models import PushSubscription
from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.accounts.queries import is_not_idle, may_sign_in
from intranet.platform.core.types import NOW


def subscriptions_of(person_ids: Collection[UUID]) -> Sequence[PushSubscription]:
    """Where these people can be told something now, oldest first. One statement.

    What a signed-in page would no longer show, a lock screen does not show either: a sign-in that
    has run out, or an account that is closed, is told nothing.
    """
    return db.session.scalars(
        select(PushSubscription)
        .join(PushSubscription.sign_in)
        .join(SignIn.account)
        .where(PushSubscription.person_id.in_(person_ids), *is_told())
        .order_by(PushSubscription.created_at, PushSubscription.id)
    ).all()


def is_told() -> tuple[ColumnElement[bool], ...]:
    """Sign-ins whose devices are told something. Conditions on `SignIn` and `Account`."""
    return (
        SignIn.ended_at.is_(None),
        SignIn.expires_at > NOW,
        is_not_idle(),
        may_sign_in(),
    )


def subscription_of_sign_in(sign_in_id: UUID | None) -> PushSubscription | None:
    """The one of this device, if it has one."""
    return db.session.scalar(
        select(PushSubscription).where(PushSubscription.sign_in_id == sign_in_id)
    )


def subscription_at(endpoint: str) -> PushSubscription | None:
    """The one at this address of a push service."""
    return db.session.scalar(select(PushSubscription).where(PushSubscription.endpoint == endpoint))
