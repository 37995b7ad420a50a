"""View models of notifications: only what the person may still see."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intranet.attention.notifications.facts import NotificationFact, facts_of
from intranet.attention.notifications.grouping import OF_MESSAGES
from intranet.attention.notifications.labels import BECAUSE, CHANNELS, KINDS, STATES, WHYS
from intranet.attention.notifications.models import Channel, Delivery, Kind, Notification, State
from intranet.attention.notifications.sentence import Sentence
from intranet.organisation.people.access import photos_visible
from intranet.organisation.people.models import Person
from intranet.platform.core.dates import clock_time
from intranet.platform.core.i18n import _, ngettext
from intranet.publishing.publications.following import followed_subjects, subject_of
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.kinds import registered

ICONS = {
    Kind.TO_CONFIRM: "megaphone",
    Kind.ANNOUNCEMENT: "megaphone",
    Kind.REMINDER: "bell-ring",
    Kind.TALK: "message-square",
    Kind.MENTION: "at-sign",
    Kind.CHANNEL: "hash",
    Kind.THREAD: "message-square-reply",
    Kind.ARTICLE: "newspaper",
    Kind.WRITING: "triangle-alert",
    Kind.CONCERN: "messages-square",
    Kind.GROUP: "users",
    Kind.COUNTERPART: "user-search",
    Kind.HAND_OVER: "stamp",
    Kind.MODERATION: "shield-check",
    Kind.ACCOUNT: "key-round",
    Kind.ORGANISATION: "network",
    Kind.RECORDS: "scroll-text",
}
ICONS_BY_ACT = {
    "answered": "reply",
    "accepted": "check",
    "asked": "circle-question-mark",
    "confirmed": "badge-check",
    "renewed": "badge-check",
    "outdated": "calendar-off",
    "review": "calendar-clock",
    "joined": "circle-question-mark",
    "group_key": "handshake",
    "group_invited": "user-plus",
    "group_request": "user-plus",
    "showcase_proposed": "globe",
    "showcase_approved": "globe",
    "showcase_declined": "globe",
    "showcase_taken_off": "globe",
}
URGENT = frozenset({Kind.TO_CONFIRM, Kind.REMINDER, Kind.MENTION})
"""Kinds with an amber symbol: they need action, or mention the person."""


@dataclass(frozen=True)
class NotificationDelivery:
    """A delivery as text: its channel and its outcome."""

    name: str
    channel: str
    state: str
    words: str
    because: str
    at: datetime | None
    line: str


@dataclass(frozen=True)
class NotificationRow:
    """A row of the list: the newest act on a thing, with the acts grouped behind it."""

    id: UUID
    kind: str
    kind_words: str
    icon: str
    tone: str
    sentence: Sentence
    words: str
    place: str
    path: str
    why: str
    at: datetime
    created_at: datetime
    is_seen: bool
    deliveries: Callable[[], Sequence[Delivery]]
    actors: Sequence[dict[str, Any]]
    number: int
    due_on: date | None
    conversation_id: UUID | None
    followed_id: UUID | None

    @property
    def title(self) -> str:
        """The sentence as plain text."""
        return str(self.sentence)

    @property
    def ways(self) -> list[NotificationDelivery]:
        """The deliveries as text, loaded only when a reader asks for them."""
        return ways(self.deliveries())


def notification_views(person: Person, rows: Sequence[Notification]) -> list[NotificationRow]:
    """Build the view models of these rows, in a number of queries that does not grow."""
    facts = facts_of(person, rows)
    newest = {fact.newest_person.id: fact.newest_person for fact in facts if fact.newest_person}
    faces = _faces(newest.values(), person)
    followed = followed_subjects(person) if any(row.publication_id for row in rows) else frozenset()
    return [_shown(fact, faces, followed) for fact in facts]


def ways(deliveries: Sequence[Delivery]) -> list[NotificationDelivery]:
    """Describe deliveries as text."""
    return [
        NotificationDelivery(
            name=str(CHANNELS[row.channel]),
            channel=row.channel.value,
            state=row.state.value,
            words=str(STATES[row.state]),
            because=str(BECAUSE[row.because]) if row.because in BECAUSE else "",
            at=row.due_at if row.state == State.WAITING else row.settled_at,
            line=_line(row),
        )
        for row in deliveries
    ]


def _line(row: Delivery) -> str:
    """Return a sentence about a delivery, for the menu of a row."""
    if row.state == State.DIGEST:
        return _("Will be sent with your next e-mail digest.")
    is_mail = row.channel == Channel.MAIL
    at = row.due_at if row.state == State.WAITING else row.settled_at
    because = str(BECAUSE.get(row.because, "")) or str(STATES[row.state])
    if row.state in {State.SENT, State.WAITING} and at:
        time, was_sent = clock_time(at), row.state == State.SENT
        if is_mail:
            sent, waits = (
                _("Sent by e-mail at %(time)s."),
                _("Will be sent by e-mail after %(time)s."),
            )
        else:
            sent, waits = (
                _("Sent to your devices at %(time)s."),
                _("Will be sent to your devices after %(time)s."),
            )
        return (sent if was_sent else waits) % {"time": time}
    if is_mail:
        return _("Not sent by e-mail: %(because)s.", because=because)
    return _("Not sent to your devices: %(because)s.", because=because)


def _shown(
    fact: NotificationFact,
    faces: dict[UUID, dict[str, Any]],
    followed: frozenset[tuple[FollowKind, str]],
) -> NotificationRow:
    row = fact.row
    is_followed = (FollowKind.PUBLICATION, subject_of(row.publication_id)) in followed
    return NotificationRow(
        id=row.id,
        kind=row.kind.value,
        kind_words=str(KINDS[row.kind]),
        icon=_icon(row),
        tone="attn" if row.kind in URGENT else "accent",
        sentence=fact.sentence,
        words=fact.words,
        place=_place(fact),
        path=fact.path,
        why=str(WHYS[row.why]),
        at=row.acted_at,
        created_at=row.created_at,
        is_seen=row.seen_at is not None,
        deliveries=lambda: row.deliveries,
        actors=[_face(fact, faces)] if fact.actors else [],
        number=fact.number,
        due_on=fact.due_on,
        conversation_id=row.conversation_id if not row.publication_id else None,
        followed_id=row.publication_id if is_followed else None,
    )


def _faces(people: Collection[Person], viewer: Person) -> dict[UUID, dict[str, Any]]:
    """Return name and photo of each person, without their availability."""
    photos = photos_visible(viewer, people)
    return {
        person.id: {
            "id": person.id,
            "name": person.name,
            "photo_url": person.photo_url if person.id in photos else None,
        }
        for person in people
    }


def _icon(row: Notification) -> str:
    if row.kind != Kind.CONCERN:
        return ICONS_BY_ACT.get(row.why, ICONS[row.kind])
    by_kind = {kind.name: kind.alert_icon for kind in registered()}
    subject = row.why.partition("_")[0]
    return ICONS_BY_ACT.get(row.why) or by_kind.get(subject) or ICONS[row.kind]


def _face(fact: NotificationFact, faces: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    """Return the picture of the newest actor; a post that acts has that of its unit."""
    person_id, post_id = fact.actors[0]
    if post_id:
        return {"id": post_id, "name": fact.speaker, "photo_url": None}
    return dict(faces.get(person_id, {})) if person_id else {}


def _place(fact: NotificationFact) -> str:
    """Return the place as text: section, name, number of messages, and any mention."""
    parts = [fact.section, fact.where]
    if fact.number > 1 and fact.row.kind in OF_MESSAGES:
        number = fact.number
        parts.append(ngettext("%(num)s message", "%(num)s messages", number))
    if fact.has_mention and fact.row.kind != Kind.MENTION:
        parts.append(_("you are mentioned"))
    return " · ".join(dict.fromkeys(filter(None, parts)))
