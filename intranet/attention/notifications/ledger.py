"""Every step of a publication on its way to a person: the answer to "I never got it"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intranet.attention.notifications import queries
from intranet.attention.notifications.models import Delivery, Notification, State
from intranet.attention.notifications.words import BECAUSE, CHANNELS, KINDS
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.queries import acknowledgement_of

HELD_SECONDS = 120
"""What took longer to go out was held on purpose, or by a server that was away."""


@dataclass(frozen=True)
class Step:
    """Something that happened, or will at this time."""

    at: datetime
    words: str
    tone: str = "plain"


def steps(person: Person, publication: Publication) -> list[Step]:
    """All steps of a publication on its way to a person, in order of time."""
    found = list(_steps(person, publication))
    return sorted(found, key=lambda step: step.at)


def _steps(person: Person, publication: Publication) -> Iterator[Step]:
    if publication.published_at:
        yield Step(publication.published_at, _("Published: available to read from this time."))
    for notification in queries.of_publication(publication.id, [person.id]):
        kind = str(KINDS[notification.kind])
        yield Step(
            notification.created_at, _("Notified on the intranet: %(kind)s.", kind=kind), "ok"
        )
        yield from _of_ways(notification)
        if notification.seen_at:
            yield Step(notification.seen_at, _("Notifications viewed."))
    confirmed = acknowledgement_of(person, publication)
    if confirmed:
        yield Step(confirmed.acknowledged_at, _("Reading confirmed."), "ok")
    if publication.withdrawn_at:
        yield Step(publication.withdrawn_at, _("Withdrawn."), "bad")


def _of_ways(notification: Notification) -> Iterator[Step]:
    for row in notification.deliveries:
        way = str(CHANNELS[row.channel])
        because = str(BECAUSE.get(row.because, ""))
        if row.state == State.WAITING:
            if because:
                words = _("%(way)s: waiting (%(because)s).", way=way, because=because)
                yield Step(row.created_at, words)
            if row.due_at:
                yield Step(row.due_at, _("%(way)s: scheduled for this time.", way=way), "attn")
        elif row.state == State.DIGEST:
            yield Step(row.created_at, _("%(way)s: waiting for the next digest.", way=way), "attn")
        elif row.state == State.SENT:
            if _waited(row):
                yield Step(row.created_at, _("%(way)s: held until the scheduled time.", way=way))
            if row.settled_at:
                yield Step(row.settled_at, _("%(way)s: sent.", way=way), "ok")
        elif row.settled_at:
            failed = row.state == State.FAILED
            words = (
                _("%(way)s: failed (%(because)s).", way=way, because=because)
                if failed
                else _("%(way)s: not sent (%(because)s).", way=way, because=because)
            )
            yield Step(row.settled_at, words, "bad" if failed else "plain")


def _waited(row: Delivery) -> bool:
    return bool(row.settled_at and (row.settled_at - row.created_at).total_seconds() > HELD_SECONDS)
