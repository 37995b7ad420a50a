"""Background work of notifications: fan-out, delivery, the digest, deletion."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from intranet.attention.notifications import digests, message_news, news, sending
from intranet.attention.notifications.handlers import (
    OF_ACCOUNT,
    OF_COUNTERPARTS,
    OF_GROUP,
    OF_MESSAGE,
    OF_PAGE,
    OF_PUBLICATION,
    OF_REMINDER,
)
from intranet.attention.notifications.models import Channel, Delivery, Kind, Notification
from intranet.attention.notifications.notifying import DELIVER, notify
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.platform.core import clock
from intranet.platform.core.mail import PATIENCE, mailer
from intranet.platform.core.outbox import LaterError, Pace, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.models import Publication

KEPT_FOR = timedelta(days=400)
DELETE_BATCH_SIZE = 2_000


def _act(payload: Mapping[str, Any]) -> news.NotificationAct:
    """Restore an act from the outbox; a row of an earlier version has neither actor nor time."""
    ids = {
        name: UUID(text) if (text := payload.get(name)) else None
        for name in ("actor_id", "actor_post_id", "message_id")
    }
    at = payload.get("at")
    return news.NotificationAct(
        why=payload["why"],
        key=payload.get("key", ""),
        path=payload.get("path", ""),
        at=datetime.fromisoformat(at) if at else None,
        **ids,
    )


@handler(OF_PUBLICATION)
def notify_of_publication(payload: Mapping[str, Any]) -> None:
    """Notify the addressees, people concerned, followers or writers."""
    publication = db.session.get(Publication, UUID(payload["publication_id"]))
    if publication is None or publication.withdrawn_at:
        return
    if person_ids := payload.get("person_ids"):
        concerned = [UUID(text) for text in person_ids]
        readers = sorted(readers_among(publication, concerned))
        notify(news.of_concern(publication, _act(payload)), readers)
        return
    if payload["why"] == "held":
        notify(news.of_writing(publication, "held"), news.writers_of(publication))
        return
    if not publication.has_audience:
        told, slices = news.of_article(publication), news.following(publication)
    else:
        told = news.of_publication(publication, why=payload["why"], acted_at=_act(payload).at)
        slices = news.addressed(publication)
    for people in slices:
        notify(told, people)


@handler(OF_GROUP)
def notify_of_group(payload: Mapping[str, Any]) -> None:
    """Notify some people of what concerns them about a group."""
    told = news.of_group(UUID(payload["space_id"]), _act(payload))
    notify(told, [UUID(text) for text in payload["person_ids"]])


@handler(OF_REMINDER)
def notify_of_reminder(payload: Mapping[str, Any]) -> None:
    """Remind some people who have not confirmed a publication yet."""
    publication = db.session.get(Publication, UUID(payload["publication_id"]))
    if publication and not publication.withdrawn_at:
        people = [UUID(text) for text in payload["person_ids"]]
        notify(news.of_reminder(publication, payload["which"]), people)


@handler("notifications.moderation")  # enqueued before 0.2
@handler(OF_PAGE)
def notify_of_page(payload: Mapping[str, Any]) -> None:
    """Notify some people of something that has a page of its own."""
    told = news.of_page(Kind(payload.get("kind", Kind.MODERATION)), _act(payload))
    notify(told, [UUID(text) for text in payload["person_ids"]])


@handler(OF_ACCOUNT)
def notify_of_account(payload: Mapping[str, Any]) -> None:
    """Notify a person on all their devices of a change to their account."""
    told = news.of_account(_act(payload))
    notify(told, [UUID(payload["person_id"])])


@handler(OF_COUNTERPARTS)
def notify_of_counterparts(payload: Mapping[str, Any]) -> None:
    """Notify a person of posts that appeared and that they wait for."""
    notify(news.of_page(Kind.COUNTERPART, _act(payload)), [UUID(payload["person_id"])])


@handler(OF_MESSAGE)
def notify_of_message(payload: Mapping[str, Any]) -> None:
    """Notify participants, and the people a message mentions."""
    message = db.session.get(Message, UUID(payload["message_id"]))
    if message is None or message.deleted_at:
        return
    for told, people in message_news.of_message(message):
        notify(told, people)


@handler(DELIVER, patience=PATIENCE, surroundings=mailer, reaches_out=True)
def deliver(payload: Mapping[str, Any]) -> None:
    """Deliver notifications by a channel; retry later those that the server did not take."""
    channel, ids = Channel(payload["channel"]), [UUID(text) for text in payload["ids"]]
    is_all_settled = sending.deliver(channel, ids, clock.now())
    if not is_all_settled:
        raise LaterError(timedelta())


@handler(digests.SEND, pace=Pace.MANY, patience=PATIENCE, surroundings=mailer, reaches_out=True)
def send_digest(payload: Mapping[str, Any]) -> None:
    """Send a person's digest."""
    digests.send(UUID(payload["person_id"]), clock.now())


def enqueue_digests(now: datetime) -> None:
    """Enqueue the digests that are due, each once, even after downtime."""
    for person_id in digests.due(now):
        digests.enqueue_digest(person_id, now)


def forget_old(now: datetime) -> None:
    """Delete notifications older than `KEPT_FOR`, one batch at a time."""
    old = select(Notification.id).where(Notification.created_at < now - KEPT_FOR)
    ids = db.session.scalars(old.limit(DELETE_BATCH_SIZE)).all()
    if ids:
        with unit_of_work():
            db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(ids)))
            db.session.execute(delete(Notification).where(Notification.id.in_(ids)))
