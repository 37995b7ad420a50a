"""Writing down that people are told, and by which ways it goes to each: once, however often asked.

What a person is told does not wait for a mail server or for their working hours: the bell has it
at once. What rings (mail, push) is written with its time, and done by jobs.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from intranet.attention.notifications.choices import Ways, no_digest_among, ways_of
from intranet.attention.notifications.events import Told
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
from intranet.platform.core.claims import go_on
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import owe
from intranet.platform.core.unit_of_work import Work, unit_of_work

DELIVER = "notifications.deliver"
SLICE = 200
"""So many people are asked for together."""
TURN = 50
"""So many of them are told in one transaction: on SQLite nobody else writes meanwhile."""
A_SECOND = 2_200
"""So many people are told in a second: faster nobody needs it, and others would feel it."""
AT_ONCE = 20
"""So many deliveries are one piece of owed work: what waits for a moment if a process dies."""


@dataclass(frozen=True)
class News:
    """Something to tell people.

    Args:
        key: what it is, the same whenever it is told again: each person is told it once.
        why: for what reason, in a word (`words.py`, `sentences.py`).
        actor_id: the person who did it; None where the program did, or they are hidden.
        actor_post_id: the post in whose name it was done, where the post speaks.
        acted_at: when it was done; now without it.
        thing: what acts are grouped by; without it the act stands alone.
        is_message: the act is the message itself, of which each person is notified once.
        is_repeated: another act under the same key moves the row up.
        is_only_here: nothing of it leaves the house.
        rings_always: it is urgent and rings outside working hours as well.
        waits: for so long it may be read here before it goes out.
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
    """By which ways some people can be reached, and who is left in peace until when."""

    ways: Mapping[UUID, Ways]
    active: Collection[UUID]
    with_mail: Collection[UUID]
    with_push: Collection[UUID]
    without_digest: Collection[UUID]
    quiet: Mapping[UUID, datetime]


def tell(news: News, person_ids: Sequence[UUID]) -> int:
    """Tell these people, at most a thousand, what they were not told yet; return how many.

    What is to be known of each person is asked before the transactions, which only write. After
    each that is full others have the process, for as long as it took or longer.
    """
    now = clock.now()
    if news.is_message:
        person_ids = _without_told_of(news, person_ids)
    means = _means_of(person_ids, news, now)
    count = 0
    for start in range(0, len(person_ids), TURN):
        go_on()
        began = time.monotonic()
        some = person_ids[start : start + TURN]
        with unit_of_work() as work:
            told = _note(news, some, now)
            _deliver(work, news, told, means, now)
            if told:
                work.publish(Told(tuple(told)))
        count += len(told)
        if len(some) == TURN:
            took = time.monotonic() - began
            time.sleep(max(TURN / A_SECOND - took, took))
    return count


def _without_told_of(news: News, person_ids: Sequence[UUID]) -> list[UUID]:
    """Leave out people notified of this message for another reason: a mention in an answer."""
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
    """Write the notifications that are not there; give their ids by person.

    Many rows through one prepared statement: put together as one list of values they took a
    fifth of a second to compile, while nobody else could write.
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
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    table = cast("Table", Notification.__table__)
    db.session.execute(insert(table).on_conflict_do_nothing(), rows)
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
    """Write by which ways it goes, and owe together what goes out at one time."""
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
        owe_delivery(work, channel, ids, due_at)


def owe_delivery(work: Work, channel: Channel, ids: Sequence[UUID], due_at: datetime) -> None:
    """Let notifications go out by a way at a time, a few together."""
    for start in range(0, len(ids), AT_ONCE):
        some = [str(row_id) for row_id in ids[start : start + AT_ONCE]]
        owe(work, DELIVER, {"channel": channel.value, "ids": some}, run_after=due_at)


def _plan(news: News, person_id: UUID, channel: Channel, means: Means) -> tuple[State, str]:
    """Whether it goes by this way, and in a word why not or why later."""
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
    """Why no mail goes; `digest` where it goes with everything else."""
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
