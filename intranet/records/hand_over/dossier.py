"""The page of a hand-over: who leaves and comes, the lines by heading, what comes with the post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_readers import PostResponders, answer_of
from intranet.messaging.messages.models import Message, MessageFile
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import head_of_appointment, is_not_over
from intranet.organisation.people.vacancy_readers import reading, reads_for
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.view_models import text_of
from intranet.records.hand_over.access import HandOverStanding
from intranet.records.hand_over.left_things import LeftEntry, left_in
from intranet.records.hand_over.line_kinds import HandOverSection
from intranet.records.hand_over.models import HandOver
from intranet.records.hand_over.scopes import HandOverEntry, entries_of
from intranet.records.hand_over.talk_lines import frequent_writers

DUE_WITHIN = timedelta(days=30)
"""If you change it, change the heading, which says "30 days"."""


@dataclass(frozen=True)
class HandOverPart:
    """A heading of the dossier with its lines."""

    key: str
    title: str
    entries: Sequence[HandOverEntry]

    @property
    def accepted(self) -> int:
        """How many of the lines are accepted."""
        return sum(entry.is_accepted for entry in self.entries)


@dataclass(frozen=True)
class ComesWith:
    """Something that belongs to the post, so that nobody has to pass it on."""

    icon: str
    text: str


@dataclass(frozen=True)
class Dossier:
    """A hand-over as one person reads it."""

    standing: HandOverStanding
    head: Person | None
    coming: Sequence[Appointment]
    answer: PostResponders
    between: Sequence[Person]
    """Who reads for the post right after the end, before anybody comes; empty if nobody does."""
    words: HandOver | None
    parts: Sequence[HandOverPart]
    choices: Sequence[HandOverEntry]
    checks: Sequence[str]
    writers: Sequence[tuple[Person, int]]
    comes_with: Sequence[ComesWith]
    left: Sequence[LeftEntry]

    @property
    def appointment(self) -> Appointment:
        """The appointment that ends."""
        return self.standing.appointment

    @property
    def post(self) -> Post:
        """The post that is handed over."""
        return self.appointment.post

    @property
    def agency(self) -> Agency:
        """The agency of the post."""
        return self.post.unit.agency

    @property
    def leaver(self) -> Person:
        """The person who leaves."""
        return self.appointment.person

    @property
    def readers(self) -> list[str]:
        """The names of the people who can see it now, each once."""
        now = clock.now()
        people = [] if self.is_over else [self.leaver]
        people += [row.person for row in self.coming if row.is_current(now)]
        people += [*([self.head] if self.head else []), *self.answer.people]
        return list(dict.fromkeys(person.name for person in people))

    @property
    def total(self) -> int:
        """How many lines there are."""
        return sum(len(part.entries) for part in self.parts)

    @property
    def accepted(self) -> int:
        """How many lines are accepted."""
        return sum(part.accepted for part in self.parts)

    @property
    def remaining(self) -> int:
        """How many lines are not accepted yet."""
        return self.total - self.accepted

    @property
    def is_over(self) -> bool:
        """Whether the leaver has left."""
        until = self.appointment.until
        return until is not None and until <= clock.now()

    @property
    def post_has_ended(self) -> bool:
        """Whether the post itself has ended, so that nobody comes."""
        return self.answer.has_ended


def dossier_of(viewer: Person, standing: HandOverStanding) -> Dossier:
    """Read a hand-over for a person."""
    now, row = clock.now(), standing.appointment
    entries = entries_of(viewer, standing)
    listed = [one for one in entries if not one.kind.is_chosen or one.row is not None]
    head = head_of_appointment(row, now)
    return Dossier(
        standing=standing,
        head=head.person if head else None,
        coming=_coming(row, now),
        answer=answer_of(standing.post),
        between=reading([row.post_id], row.until or now)[row.post_id].people,
        words=db.session.get(HandOver, row.id),
        parts=_parts(listed, row, now),
        choices=[one for one in entries if one.kind.is_chosen] if standing.writes else (),
        checks=[one.item.title for one in entries if one.kind.name == "check"],
        writers=_writers(viewer, standing, now),
        comes_with=_comes_with(standing.post),
        left=[
            one
            for one in left_in(standing.post.unit.agency, viewer)
            if standing.post.id == one.thing.post_id or row.person_id == one.thing.person_id
        ],
    )


def _writers(
    viewer: Person, standing: HandOverStanding, now: datetime
) -> Sequence[tuple[Person, int]]:
    """Return who writes to the post, for those who read what is written to it."""
    is_read = standing.is_of_post or reads_for(viewer, standing.post.id, now)
    return frequent_writers(standing.post) if is_read else ()


def _coming(row: Appointment, now: datetime) -> Sequence[Appointment]:
    """Return who holds the post after the leaver: now, or as known for later."""
    return db.session.scalars(
        select(Appointment)
        .where(
            Appointment.post_id == row.post_id,
            Appointment.person_id != row.person_id,
            Appointment.id != row.id,
            is_not_over(now),
            or_(Appointment.until.is_(None), Appointment.until > Appointment.since),
        )
        .order_by(Appointment.since, Appointment.id)
        .limit(5)
    ).all()


def _parts(entries: Sequence[HandOverEntry], row: Appointment, now: datetime) -> list[HandOverPart]:
    """Put lines under headings: what is due or waits first, each line once."""
    zone = row.post.unit.agency.time_zone
    soon = now + DUE_WITHIN
    due: list[tuple[datetime, HandOverEntry]] = []
    rest: list[tuple[datetime, HandOverEntry]] = []
    for entry in entries:
        at = entry.item.when
        if at is None and entry.item.day:
            at = clock.start_of(entry.item.day, zone)
        has_time = at is not None and entry.kind.section != HandOverSection.TALKS
        is_due = has_time and at is not None and at <= soon
        (due if is_due else rest).append((at or now, entry))
    due.sort(key=lambda one: one[0])
    titles = {
        HandOverSection.CHECKS: _("To bear in mind"),
        HandOverSection.TALKS: _("Messages and questions to the post"),
        HandOverSection.PUBLISHED: _("Announcements and scheduled messages"),
        HandOverSection.WORKS: _("Initiatives, groups and contributions"),
        HandOverSection.GIVEN: _("Given by %(name)s", name=row.person.name),
    }
    parts = [HandOverPart("due", _("Due within 30 days"), [entry for _at, entry in due])]
    for section, title in titles.items():
        own = [entry for _at, entry in rest if entry.kind.section == section]
        parts.append(HandOverPart(section.value, title, own))
    return [part for part in parts if part.entries]


def _comes_with(post: Post) -> list[ComesWith]:
    """Return what belongs to the post: channel and files, rights, roles, and what was published."""
    found = []
    agency, now = post.unit.agency, clock.now()
    files = _files(post)
    unit = text_of(post.unit.name, agency.language)
    if files:
        words = ngettext(
            "Channel of %(unit)s and %(num)s file",
            "Channel of %(unit)s and %(num)s files",
            files,
            unit=unit,
        )
    else:
        words = _("Channel of %(unit)s", unit=unit)
    found.append(ComesWith("hash", words))
    if post.is_head:
        found.append(ComesWith("megaphone", _("Publishing for %(unit)s", unit=unit)))
    roles = db.session.scalars(
        select(Administration.role).where(
            or_(Administration.post_id == post.id, Administration.deputy_post_id == post.id),
            Administration.is_in_force(now),
        )
    )
    found += [ComesWith("key-round", str(ROLE_NAMES[role])) for role in sorted(set(roles))]
    published = select(func.count()).where(
        Publication.post_id == post.id,
        Publication.published_at.is_not(None),
        Publication.withdrawn_at.is_(None),
    )
    if number := db.session.scalar(published) or 0:
        words = ngettext("%(num)s publication", "%(num)s publications", number)
        found.append(ComesWith("newspaper", words))
    today = clock.today(agency.time_zone)
    answers_for = select(func.count()).where(Post.fallback_id == post.id, in_force(Post, today))
    if number := db.session.scalar(answers_for) or 0:
        words = ngettext(
            "Answering for %(num)s post while it is vacant",
            "Answering for %(num)s posts while they are vacant",
            number,
        )
        found.append(ComesWith("stamp", words))
    return found


def _files(post: Post) -> int:
    """Count the files in the talks with the post and in the channels of its unit."""
    spaces = select(Space.id).where(Space.unit_id == post.unit_id)
    counted = (
        select(func.count())
        .select_from(MessageFile)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            or_(Conversation.post_id == post.id, Conversation.space_id.in_(spaces)),
            Message.deleted_at.is_(None),
        )
    )
    return db.session.scalar(counted) or 0
