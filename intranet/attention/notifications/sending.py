"""Delivery of notifications by mail or push, with the outcome in the ledger.

A settled delivery is never sent again. Each outcome is committed on its own, so a crash after the
server accepts can repeat at most one delivery.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from intranet.attention.notifications import mail_texts
from intranet.attention.notifications.models import Channel, Delivery, Notification, State
from intranet.attention.notifications.notifying import enqueue_deliveries
from intranet.attention.notifications.relevance import reason_to_leave_out
from intranet.delivery.push.models import Result
from intranet.delivery.push.queries import subscriptions_of
from intranet.delivery.push.sending import send as push_to_device
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.worktime.queries import quiet_until
from intranet.platform.core import mail
from intranet.platform.core.errors import NotFound
from intranet.platform.core.mail import PATIENCE, MailDelayedError, MailRefusedError
from intranet.platform.core.outbox_claims import go_on
from intranet.platform.core.unit_of_work import unit_of_work

GIVE_UP_MARGIN = timedelta(hours=2)
"""How long before the outbox gives up a task its deliveries are recorded as failed."""


def deliver(channel: Channel, ids: Sequence[UUID], now: datetime) -> bool:
    """Send the deliveries that still wait and are useful; return whether all are settled."""
    waiting = _waiting(channel, ids)
    quiet = quiet_until([row.notification.person_id for row in waiting], now)
    is_all_settled = True
    for delivery in waiting:
        go_on()
        notification = delivery.notification
        until = quiet.get(notification.person_id)
        if until and not notification.rings_always:
            _hold(delivery, until)
        elif reason := reason_to_leave_out(notification, now):
            record_outcome(delivery, State.LEFT_OUT, reason, now)
        elif channel == Channel.MAIL:
            is_all_settled &= _mail(delivery, now)
        else:
            is_all_settled &= _push(delivery, now)
    return is_all_settled


def record_outcome(
    delivery: Delivery, state: State, because: str, now: datetime, error: str = ""
) -> None:
    """Record the outcome of a delivery."""
    _note(
        delivery,
        state=state,
        because=because,
        error=error[:200],
        attempts=Delivery.attempts + int(state != State.LEFT_OUT),
        settled_at=now,
        due_at=None,
    )


def _waiting(channel: Channel, ids: Collection[UUID]) -> Sequence[Delivery]:
    return db.session.scalars(
        select(Delivery)
        .where(
            Delivery.notification_id.in_(ids),
            Delivery.channel == channel,
            Delivery.state == State.WAITING,
        )
        .options(joinedload(Delivery.notification).joinedload(Notification.publication))
        .order_by(Delivery.notification_id)
    ).all()


def _hold(delivery: Delivery, until: datetime) -> None:
    """Postpone a delivery to the end of the quiet time that has begun meanwhile."""
    with unit_of_work() as work:
        _note(delivery, because="quiet", due_at=until)
        enqueue_deliveries(work, delivery.channel, [delivery.notification_id], until)


def _mail(delivery: Delivery, now: datetime) -> bool:
    notification = delivery.notification
    account = db.session.scalar(
        select(Account).where(
            Account.person_id == notification.person_id,
            Account.state == AccountState.ACTIVE,
            Account.email.is_not(None),
        )
    )
    if account is None:
        record_outcome(delivery, State.LEFT_OUT, "no_mailbox", now)
        return True
    try:
        mail.send(mail_texts.letter(notification, account))
    except NotFound:
        record_outcome(delivery, State.LEFT_OUT, "gone", now)
        return True
    except MailRefusedError as error:
        record_outcome(delivery, State.FAILED, "refused", now, str(error))
        return True
    except MailDelayedError as error:
        return _later(delivery, now, str(error))
    record_outcome(delivery, State.SENT, "", now)
    return True


def _push(delivery: Delivery, now: datetime) -> bool:
    """Push to each device; it counts as sent if one of them took it."""
    notification = delivery.notification
    outcomes = []
    for device in subscriptions_of([notification.person_id]):
        try:
            said = mail_texts.push_words(notification, device.sign_in.account)
        except NotFound:
            record_outcome(delivery, State.LEFT_OUT, "gone", now)
            return True
        outcomes.append(
            push_to_device(
                device,
                title=said.title,
                body=said.body,
                url=said.path,
                tag=notification.thing or notification.key,
                urgency="high" if notification.rings_always else "normal",
            )
        )
    if any(outcome.result == Result.SENT for outcome in outcomes):
        record_outcome(delivery, State.SENT, "", now)
    elif any(outcome.may_retry for outcome in outcomes):
        return _later(delivery, now, "")
    elif outcomes:
        record_outcome(delivery, State.FAILED, "refused", now, str(outcomes[-1].status or ""))
    else:
        record_outcome(delivery, State.LEFT_OUT, "no_device", now)
    return True


def _later(delivery: Delivery, now: datetime, error: str) -> bool:
    """Record a delay, or a failure if delivery has been retried for too long."""
    if delivery.due_at and now > delivery.due_at + PATIENCE - GIVE_UP_MARGIN:
        record_outcome(delivery, State.FAILED, "given_up", now, error)
        return True
    _note(delivery, because="delayed", attempts=Delivery.attempts + 1, error=error[:200])
    return False


def _note(delivery: Delivery, **values: object) -> None:
    with unit_of_work():
        db.session.execute(
            update(Delivery)
            .where(
                Delivery.notification_id == delivery.notification_id,
                Delivery.channel == delivery.channel,
                Delivery.settled_at.is_(None),
            )
            .values(**values)
        )
