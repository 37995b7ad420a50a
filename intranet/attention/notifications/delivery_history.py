"""The history of a publication's delivery to a person, for the question "why did I not get it?"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intranet.attention.notifications import queries
from intranet.attention.notifications.labels import BECAUSE, CHANNELS, KINDS
from intranet.attention.notifications.models import Delivery, Notification, State
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.publishing.publications.confirmations import acknowledgement_of
from intranet.publishing.publications.models import Publication

HELD_SECONDS = 120
"""A longer delay means that a delivery was held on purpose, or that a server was down."""


@dataclass(frozen=True)
class NotificationStep:
    """A step that happened, or is scheduled, at a time."""

    at: datetime
    words: str
    tone: str = "plain"


def steps(person: Person, publication: Publication) -> list[NotificationStep]:
    """Return all steps of a publication's delivery to a person, in order of time."""
    found = list(_steps(person, publication))
    return sorted(found, key=lambda step: step.at)


def _steps(person: Person, publication: Publication) -> Iterator[NotificationStep]:
    if publication.published_at:
        yield NotificationStep(
            publication.published_at, _("Published: available to read from this time.")
        )
    for notification in queries.of_publication(publication.id, [person.id]):
        kind = str(KINDS[notification.kind])
        yield NotificationStep(
            notification.created_at, _("Notified on the intranet: %(kind)s.", kind=kind), "ok"
        )
        yield from _of_ways(notification)
        if notification.seen_at:
            yield NotificationStep(notification.seen_at, _("Notifications viewed."))
    confirmed = acknowledgement_of(person, publication)
    if confirmed:
        yield NotificationStep(confirmed.acknowledged_at, _("Reading confirmed."), "ok")
    if publication.withdrawn_at:
        yield NotificationStep(publication.withdrawn_at, _("Withdrawn."), "bad")


def _of_ways(notification: Notification) -> Iterator[NotificationStep]:
    for row in notification.deliveries:
        way = str(CHANNELS[row.channel])
        because = str(BECAUSE.get(row.because, ""))
        if row.state == State.WAITING:
            if because:
                words = _("%(way)s: waiting (%(because)s).", way=way, because=because)
                yield NotificationStep(row.created_at, words)
            if row.due_at:
                yield NotificationStep(
                    row.due_at, _("%(way)s: scheduled for this time.", way=way), "attn"
                )
        elif row.state == State.DIGEST:
            yield NotificationStep(
                row.created_at, _("%(way)s: waiting for the next digest.", way=way), "attn"
            )
        elif row.state == State.SENT:
            if _waited(row):
                yield NotificationStep(
                    row.created_at, _("%(way)s: held until the scheduled time.", way=way)
                )
            if row.settled_at:
                yield NotificationStep(row.settled_at, _("%(way)s: sent.", way=way), "ok")
        elif row.settled_at:
            failed = row.state == State.FAILED
            words = (
                _("%(way)s: failed (%(because)s).", way=way, because=because)
                if failed
                else _("%(way)s: not sent (%(because)s).", way=way, because=because)
            )
            yield NotificationStep(row.settled_at, words, "bad" if failed else "plain")


def _waited(row: Delivery) -> bool:
    return bool(row.settled_at and (row.settled_at - row.created_at).total_seconds() > HELD_SECONDS)
