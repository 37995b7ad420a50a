"""Queries on devices that may receive push notifications."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.delivery.push.models import PushSubscription
from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.accounts.queries import is_not_idle, may_sign_in
from intranet.platform.core.types import NOW


def subscriptions_of(person_ids: Collection[UUID]) -> Sequence[PushSubscription]:
    """Return the subscriptions at which these people may be notified now, oldest first.

    A lock screen shows nothing that a signed-in page would not: an expired sign-in or a closed
    account gets nothing.
    """
    return db.session.scalars(
        select(PushSubscription)
        .join(PushSubscription.sign_in)
        .join(SignIn.account)
        .where(PushSubscription.person_id.in_(person_ids), *may_be_notified())
        .order_by(PushSubscription.created_at, PushSubscription.id)
    ).all()


def may_be_notified() -> tuple[ColumnElement[bool], ...]:
    """Return conditions on `SignIn` and `Account` under which a device may be notified."""
    return (
        SignIn.ended_at.is_(None),
        SignIn.expires_at > NOW,
        is_not_idle(),
        may_sign_in(),
    )


def subscription_of_sign_in(sign_in_id: UUID | None) -> PushSubscription | None:
    """Return the subscription of this sign-in, if it has one."""
    return db.session.scalar(
        select(PushSubscription).where(PushSubscription.sign_in_id == sign_in_id)
    )


def subscription_at(endpoint: str) -> PushSubscription | None:
    """Return the subscription at this address of a push service."""
    return db.session.scalar(select(PushSubscription).where(PushSubscription.endpoint == endpoint))
