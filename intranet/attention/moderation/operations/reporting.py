"""Reporting a message, a publication or a profile to the moderators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.attention.moderation.access import Desk, desk_for, levels_of, people_at
from intranet.attention.moderation.models import Case, Reason, Report, Subject
from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.messaging.conversations.access import space_id_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import space_of_agency
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import get_person, visible_fields
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.versions import get_version

WORDS_LIMIT = 1_000
MAX_REPORTS_PER_DAY = 20
"""More reports by a person in a day are taken for abuse."""


@dataclass(frozen=True)
class Reported:
    """Content that can be reported, as its reader sees it.

    `space` is the space of the content; None for a direct message and for a profile.
    """

    subject: Subject
    row: Message | Publication | Person
    author_id: UUID
    said: str
    space: Space | None
    agency_id: UUID

    @property
    def key(self) -> str:
        """The key that identifies the content among open cases."""
        return f"{self.subject.value}:{self.row.id}"


def find_reported(person: Person, subject: Subject, row_id: UUID) -> Reported:
    """Return the content that a person wants to report, if they may read it.

    Raises:
        NotFound: it does not exist, or the person may not read it.
        Forbidden: it is deleted, or their own.
    """
    find = {
        Subject.MESSAGE: _message,
        Subject.PUBLICATION: _publication,
        Subject.PROFILE: _profile,
    }[subject]
    found = find(person, row_id)
    if found.author_id == person.id:
        raise Forbidden(_l("This content is yours. You can edit or delete it yourself."))
    return found


def report(person: Person, subject: Subject, row_id: UUID, reason: Reason, words: str) -> Case:
    """Report content to the moderators. Its author never learns who did.

    Raises:
        NotFound: the person may not read it.
        Forbidden: it is deleted, or their own.
        Conflict: the person reported it already, and the case is open.
        Invalid: the description is too long, or missing although the reason is `OTHER`; or the
            daily limit is reached.
    """
    words = optional_text(words, "words", WORDS_LIMIT)
    if reason == Reason.OTHER and not words:
        raise Invalid({"words": _l("Describe the problem in a few words.")})
    with unit_of_work() as work:
        reported = find_reported(person, subject, row_id)
        lock_subject(work, reported.row)
        case = _open_case(work, reported, person)
        if db.session.get(Report, (case.id, person.id)):
            raise Conflict(_l("You have already reported this. A moderator will review it."))
        _require_patience(person)
        case.report_count += 1
        work.add(Report(case_id=case.id, reporter_id=person.id, reason=reason, words=words))
    return case


def lock_subject(work: Work, row: Message | Publication | Person) -> None:
    """Lock the content against changes; for a message, its conversation."""
    if isinstance(row, Message):
        work.lock(db.session.get_one(Conversation, row.conversation_id))
        db.session.refresh(row)
    else:
        work.lock(row)


def _open_case(work: Work, reported: Reported, reporter: Person) -> Case:
    """Return the open case of the content, or open one and notify its deciders."""
    case = db.session.scalar(select(Case).where(Case.open_key == reported.key))
    if case is not None:
        return case
    desk = desk_for(_levels(reported.space, reported.agency_id), reported.author_id)
    case = Case(
        subject=reported.subject,
        message_id=reported.row.id if reported.subject == Subject.MESSAGE else None,
        publication_id=reported.row.id if reported.subject == Subject.PUBLICATION else None,
        author_id=reported.author_id,
        space_id=reported.space.id if reported.space else None,
        agency_id=desk.agency_id,
        desk_id=desk.space_id,
        open_key=reported.key,
        said=reported.said,
    )
    work.add(case)
    work.flush()
    _tell_deciders(case, desk, {reported.author_id, reporter.id})
    return case


def escalate(case: Case) -> None:
    """Move a case to the first level that has deciders."""
    with unit_of_work() as work:
        work.lock(case)
        desk = desk_for(_levels(case.space, case.agency_id), case.author_id)
        if case.decided_at or desk.space_id == case.desk_id:
            return
        case.desk_id = desk.space_id
        _tell_deciders(case, desk, {case.author_id})


def _tell_deciders(case: Case, desk: Desk, but: set[UUID]) -> None:
    path = f"/moderation/cases/{case.id}"
    tell_of_page(
        Kind.MODERATION, people_at(desk) - but, "moderation_open", path=path, key=case.id.hex
    )


def _levels(space: Space | None, agency_id: UUID) -> Iterator[Desk]:
    """Yield the desks for content in a space; without one, those of the author's agency."""
    if space:
        yield from levels_of(space)
        return
    yield Desk(None, agency_id)
    if agency_space := space_of_agency(agency_id):
        yield Desk(agency_space.id, agency_id)


def _message(person: Person, message_id: UUID) -> Reported:
    message = get_message(person, message_id)
    if message.deleted_at:
        raise Forbidden(_l("This message has been deleted."))
    space_id = space_id_of(message.conversation)
    return Reported(
        subject=Subject.MESSAGE,
        row=message,
        author_id=message.author_id,
        said=message.said,
        space=db.session.get(Space, space_id) if space_id else None,
        agency_id=_agency_of(message.author_id, message.post_id),
    )


def _publication(person: Person, publication_id: UUID) -> Reported:
    publication = get_publication(person, publication_id)
    if publication.published_at is None:
        raise NotFound
    if publication.withdrawn_at:
        raise Forbidden(_l("This content has been withdrawn, so there is nothing to report."))
    version = get_version(publication, publication.version)
    own = publication.agency.language
    return Reported(
        subject=Subject.PUBLICATION,
        row=publication,
        author_id=publication.published_by_id or publication.created_by_id,
        said=f"{version.title.text(own)}\n\n{version.summary.text(own)}" if version else "",
        space=publication.space,
        agency_id=publication.agency_id,
    )


def _profile(person: Person, person_id: UUID) -> Reported:
    found = get_person(person, person_id)
    fields = visible_fields(person, found)
    shows_text = "about" in fields and found.about
    shows_photo = "photo" in fields and found.photo_key
    if not shows_text and not shows_photo:
        raise Forbidden(_l("This profile has no text and no photo."))
    return Reported(
        subject=Subject.PROFILE,
        row=found,
        author_id=found.id,
        said=found.about,
        space=None,
        agency_id=_agency_of(found.id, None),
    )


def _agency_of(person_id: UUID, post_id: UUID | None) -> UUID:
    """Return the home agency of a person's account or, without one, of a post of theirs.

    Raises:
        NotFound: the person belongs to no agency.
    """
    home = db.session.scalar(select(Account.home_agency_id).where(Account.person_id == person_id))
    if home:
        return home
    if post_id and (post := db.session.get(Post, post_id)):
        return post.agency_id
    held = current_appointments(person_id)
    if not held:
        raise NotFound
    return held[0].post.agency_id


def _require_patience(person: Person) -> None:
    since = clock.now() - timedelta(days=1)
    today = select(func.count()).where(Report.reporter_id == person.id, Report.reported_at > since)
    if (db.session.scalar(today) or 0) >= MAX_REPORTS_PER_DAY:
        raise Invalid({"reason": _l("You have reached the daily limit. Try again tomorrow.")})
