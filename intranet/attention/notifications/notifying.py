"""Writing notifications and their planned deliveries, once for each person and act.

A notification waits neither for a mail server nor for working hours: the bell has it at once. Mail
and push are written with their time, and sent by jobs.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select, update

from intranet.attention.notifications.choices import NotificationWays, no_digest_among, ways_of
from intranet.attention.notifications.events import NotificationsAdded
from intranet.attention.notifications.models import (
    Channel,
    Delivery,
    Kind,
    MailChoice,
    Notification,
    State,
)
from intranet.delivery.push.queries import subscriptions_of
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.worktime.queries import quiet_until
from intranet.platform.core import clock
from intranet.platform.core.database import insert_into, store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.outbox_claims import go_on
from intranet.platform.core.unit_of_work import Work, unit_of_work

DELIVER = "notifications.deliver"
BATCH_SIZE = 200
"""People looked up in one query."""
TRANSACTION_SIZE = 50
"""People notified in one transaction, during which nobody else can write on SQLite."""
PEOPLE_PER_SECOND = 2_200
"""Limit that leaves capacity to other requests; nobody needs it faster."""
DELIVERIES_PER_TASK = 20
"""Deliveries in one outbox task; if a process dies, only these are delayed."""


@dataclass(frozen=True)
class News:
    """Something to notify people of.

    Args:
        key: identifies the news if it is repeated, so that each person is notified once.
        why: the reason, as a key (`labels.py`, `sentences.py`).
        actor_id: the person who did it; None if the program did, or they are hidden.
        actor_post_id: the post in whose name it was done, if any.
        acted_at: when it was done; if None, now.
        thing: the key to group acts by; if empty, the act is not grouped.
        is_message: the act is a message; each person is notified of a message only once.
        is_repeated: another act under the same key moves the row up.
        is_only_here: it is never sent by mail or push.
        rings_always: it is urgent and ignores working hours.
        waits: how long to wait before mail or push, in case it is read on the site first.
    """

    kind: Kind
    key: str
    why: str
    publication_id: UUID | None = None
    space_id: UUID | None = None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    actor_id: UUID | None = None
    actor_post_id: UUID | None = None
    acted_at: datetime | None = None
    thing: str = ""
    is_message: bool = False
    is_repeated: bool = False
    path: str = ""
    is_only_here: bool = False
    rings_always: bool = False
    waits: timedelta = field(default_factory=timedelta)


@dataclass(frozen=True)
class Means:
    """How some people can be reached, and until when each is off work."""

    ways: Mapping[UUID, NotificationWays]
    active: Collection[UUID]
    with_mail: Collection[UUID]
    with_push: Collection[UUID]
    without_digest: Collection[UUID]
    quiet: Mapping[UUID, datetime]


def notify(news: News, person_ids: Sequence[UUID]) -> int:
    """Notify these people, at most a thousand, once each; return how many were new.

    All lookups come before the transactions, which only write. After each full transaction the
    thread sleeps for at least as long as it took, to let others write.
    """
    now = clock.now()
    if news.is_message:
        person_ids = _without_told_of(news, person_ids)
    means = _means_of(person_ids, news, now)
    count = 0
    for start in range(0, len(person_ids), TRANSACTION_SIZE):
        go_on()
        began = time.monotonic()
        some = person_ids[start : start + TRANSACTION_SIZE]
        with unit_of_work() as work:
            told = _note(news, some, now)
            _deliver(work, news, told, means, now)
            if told:
                work.publish(NotificationsAdded(tuple(told)))
        count += len(told)
        if len(some) == TRANSACTION_SIZE:
            took = time.monotonic() - began
            time.sleep(max(TRANSACTION_SIZE / PEOPLE_PER_SECOND - took, took))
    return count


def _without_told_of(news: News, person_ids: Sequence[UUID]) -> list[UUID]:
    """Leave out people already notified of this message for another reason, such as a mention."""
    told = set(
        db.session.scalars(
            select(Notification.person_id).where(
                Notification.message_id == news.message_id,
                Notification.person_id.in_(person_ids),
                Notification.key != news.key,
            )
        )
    )
    return [person_id for person_id in person_ids if person_id not in told]


def _means_of(person_ids: Sequence[UUID], news: News, now: datetime) -> Means:
    accounts = db.session.execute(
        select(Account.person_id, Account.email).where(
            Account.person_id.in_(person_ids), Account.state == AccountState.ACTIVE
        )
    ).all()
    return Means(
        ways=ways_of(person_ids, news.kind),
        active={row.person_id for row in accounts},
        with_mail={row.person_id for row in accounts if row.email},
        with_push={row.person_id for row in subscriptions_of(person_ids)},
        without_digest=no_digest_among(person_ids),
        quiet={} if news.rings_always else quiet_until(person_ids, now),
    )


def _note(news: News, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, UUID]:
    """Insert the notifications that do not exist yet; return their ids by person.

    The rows go through one prepared statement: as one list of values they took a fifth of a second
    to compile, while nobody else could write.
    """
    fact = {
        "kind": news.kind,
        "key": news.key,
        "why": news.why,
        "thing": news.thing or news.key,
        "actor_id": news.actor_id,
        "actor_post_id": news.actor_post_id,
        "publication_id": news.publication_id,
        "space_id": news.space_id,
        "conversation_id": news.conversation_id,
        "message_id": news.message_id,
        "path": news.path,
        "rings_always": news.rings_always,
        "created_at": now,
        "acted_at": news.acted_at or now,
    }
    ids = {person_id: uuid7() for person_id in person_ids}
    rows = [{"id": row_id, "person_id": person_id, **fact} for person_id, row_id in ids.items()]
    insert = insert_into(cast("Table", Notification.__table__))
    db.session.execute(insert.on_conflict_do_nothing(), rows)
    there = db.session.execute(
        select(Notification.person_id, Notification.id).where(
            Notification.key == news.key, Notification.person_id.in_(person_ids)
        )
    )
    told = {row.person_id: row.id for row in there if ids[row.person_id] == row.id}
    if news.is_repeated and len(told) < len(person_ids):
        db.session.execute(
            update(Notification)
            .where(
                Notification.key == news.key,
                Notification.person_id.in_(set(person_ids) - set(told)),
                Notification.acted_at < fact["acted_at"],
            )
            .values(acted_at=fact["acted_at"])
            .execution_options(synchronize_session=False)
        )
    return told


def _deliver(
    work: Work, news: News, told: Mapping[UUID, UUID], means: Means, now: datetime
) -> None:
    """Write the planned deliveries, and enqueue together those due at one time."""
    rows: list[dict[str, Any]] = []
    due: dict[tuple[Channel, datetime], list[UUID]] = defaultdict(list)
    for person_id, notification_id in told.items():
        for channel in Channel:
            state, because = _plan(news, person_id, channel, means)
            due_at = max(now + news.waits, means.quiet.get(person_id, now))
            is_waiting = state == State.WAITING
            rows.append(
                {
                    "notification_id": notification_id,
                    "channel": channel,
                    "state": state,
                    "because": because,
                    "created_at": now,
                    "due_at": due_at if is_waiting else None,
                    "settled_at": now if state == State.LEFT_OUT else None,
                }
            )
            if is_waiting:
                due[channel, due_at].append(notification_id)
    store_rows(Delivery, rows)
    for (channel, due_at), ids in due.items():
        enqueue_deliveries(work, channel, ids, due_at)


def enqueue_deliveries(work: Work, channel: Channel, ids: Sequence[UUID], due_at: datetime) -> None:
    """Enqueue deliveries through one channel, due at `due_at`, in batches."""
    for start in range(0, len(ids), DELIVERIES_PER_TASK):
        some = [str(row_id) for row_id in ids[start : start + DELIVERIES_PER_TASK]]
        enqueue(work, DELIVER, {"channel": channel.value, "ids": some}, run_after=due_at)


def _plan(news: News, person_id: UUID, channel: Channel, means: Means) -> tuple[State, str]:
    """Return the initial state of a delivery, with the code for a delay or an omission."""
    if news.is_only_here:
        return State.LEFT_OUT, "only_here"
    if person_id not in means.active:
        return State.LEFT_OUT, "never_signed_in"
    reason = (_no_push if channel == Channel.PUSH else _no_mail)(news, person_id, means)
    if reason == "digest":
        return State.DIGEST, reason
    if reason:
        return State.LEFT_OUT, reason
    return State.WAITING, "quiet" if person_id in means.quiet else ""


def _no_push(_news: News, person_id: UUID, means: Means) -> str:
    if person_id not in means.with_push:
        return "no_device"
    return "" if means.ways[person_id].push else "chosen"


def _no_mail(news: News, person_id: UUID, means: Means) -> str:
    """Return the code for why no mail is sent; `digest` if it waits for the digest."""
    if news.kind == Kind.ACCOUNT:
        return "letter"
    if person_id not in means.with_mail:
        return "no_mailbox"
    choice = means.ways[person_id].mail
    if choice == MailChoice.NEVER:
        return "chosen"
    if choice == MailChoice.NOW or news.rings_always:
        return ""
    return "chosen" if person_id in means.without_digest else "digest"
