"""Turn push notifications on and off for a device."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select

from intranet.delivery.push import queries
from intranet.delivery.push.access import get_subscription
from intranet.delivery.push.models import PushSubscription
from intranet.delivery.push.protocol import are_keys
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, SignInRequired
from intranet.platform.core.https_client import NotOutsideError, check_outside
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work

TEST = "push.test"


def subscribe(
    person: Person, sign_in_id: UUID, endpoint: str, *, public_key: str, auth_secret: str
) -> PushSubscription:
    """Subscribe the device of a sign-in; repeating it changes nothing.

    There is one subscription for each sign-in. If another person signs in with the same browser,
    the subscription becomes theirs, so that nothing for the earlier person reaches it.

    Args:
        person: who is signed in there.
        sign_in_id: the sign-in of the browser that asks.
        endpoint: the address at the browser's push service.
        public_key: `p256dh` of the subscription, as the browser writes it.
        auth_secret: `auth` of it.

    Raises:
        Invalid: the address is not one of a push service, or the keys are invalid.
        SignInRequired: the sign-in has ended meanwhile.
    """
    try:
        check_outside(endpoint)
    except NotOutsideError as error:
        raise Invalid(
            {"endpoint": _l("This is not the address of a browser messaging service.")}
        ) from error
    if not are_keys(public_key, auth_secret):
        raise Invalid({"keys": _l("The browser keys are not valid.")})
    with unit_of_work() as work:
        sign_in = db.session.get(SignIn, sign_in_id)
        if sign_in is None or sign_in.ended_at:
            raise SignInRequired
        work.lock(db.session.get_one(Account, sign_in.account_id))
        there = queries.subscription_at(endpoint)
        if there and not _is_same_browser(there, public_key, auth_secret):
            raise Invalid({"keys": _l("The browser keys are not valid.")})
        row = queries.subscription_of_sign_in(sign_in_id)
        if row and row is there:
            return row
        for old in (there, row):
            if old:
                db.session.delete(old)
        db.session.flush()
        made = PushSubscription(
            person_id=person.id,
            sign_in_id=sign_in_id,
            endpoint=endpoint,
            public_key=public_key,
            auth_secret=auth_secret,
            device=sign_in.device,
            created_at=clock.now(),
        )
        work.add(made)
    return made


def unsubscribe(person: Person, subscription_id: UUID) -> None:
    """Delete the subscription of a device.

    Raises:
        NotFound: it is not one of this person's.
    """
    with unit_of_work():
        db.session.delete(get_subscription(person, subscription_id))


def request_test(person: Person, subscription_id: UUID) -> None:
    """Enqueue a test notification for a device.

    Raises:
        NotFound: it is not one of this person's.
    """
    with unit_of_work() as work:
        row = get_subscription(person, subscription_id)
        enqueue(work, TEST, {"subscription_id": str(row.id)})


def end_with_sign_ins(sign_in_ids: Collection[UUID]) -> None:
    """Delete the subscriptions of these sign-ins, within the caller's operation."""
    with unit_of_work():
        db.session.execute(
            delete(PushSubscription).where(PushSubscription.sign_in_id.in_(sign_in_ids))
        )


def forget_lapsed() -> None:
    """Delete the subscriptions of expired sign-ins."""
    told = select(SignIn.id).join(SignIn.account).where(*queries.may_be_notified())
    with unit_of_work():
        db.session.execute(delete(PushSubscription).where(PushSubscription.sign_in_id.not_in(told)))


def _is_same_browser(row: PushSubscription, public_key: str, auth_secret: str) -> bool:
    """Return whether the keys are those of the row, which only the same browser knows."""
    return (row.public_key, row.auth_secret) == (public_key, auth_secret)
