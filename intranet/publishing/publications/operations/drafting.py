"""Writing drafts, which belong to a post and are shared by the people who act for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from intranet.config import LANGUAGES
from intranet.delivery.files.operations import discard
from intranet.extensions import db
from intranet.messaging.spaces.access import require_listable
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_rights import require_may_name
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Function
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.keeping import offer
from intranet.platform.core.parsing import optional_line, optional_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_voice, require_writer
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.approval import pinned_by, require_reach
from intranet.publishing.publications.events import Discarded
from intranet.publishing.publications.models import (
    ARTICLE,
    VOICED,
    EmployeeArticle,
    Publication,
    PublicationText,
    PublicationTopic,
)
from intranet.publishing.publications.reach import everyone_in
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.voices import PublicationVoice

DRAFTS_LIMIT = 200
TOPICS_LIMIT = 3


@dataclass(frozen=True)
class Written:
    """A text in one language, as typed."""

    title: str
    body: str


@dataclass(frozen=True)
class Choices:
    """The choices for a publication beside its texts. Instants are UTC."""

    due_on: date | None = None
    counts_newcomers: bool = False
    is_urgent: bool = False
    urgent_reason: str = ""
    is_only_here: bool = False
    scheduled_at: datetime | None = None
    expires_at: datetime | None = None
    pinned_until: datetime | None = None
    visibility: Visibility | None = None
    has_discussion: bool = False
    topics: tuple[str, ...] = ()


def create_draft(person: Person, kind: str, voice: PublicationVoice) -> Publication:
    """Create a draft in the name of a post, for everyone it reaches.

    Raises:
        Forbidden: the person has no such voice, or the readers of the space may not be listed.
        Invalid: there are too many drafts in the space.
    """
    with unit_of_work() as work:
        voice = require_voice(person, voice.space.id, voice.post.id, kind)
        work.lock(voice.space)
        if kind not in VOICED:
            raise Invalid({"kind": _l("This value is not allowed here.")})
        is_article = kind == ARTICLE
        if not is_article:
            require_listable(voice.space)
        drafts = select(func.count()).where(
            Publication.space_id == voice.space.id, Publication.published_at.is_(None)
        )
        if (db.session.scalar(drafts) or 0) >= DRAFTS_LIMIT:
            raise Invalid({"kind": _l("There are too many drafts here. Discard some first.")})
        publication = Publication(
            kind=kind,
            agency_id=voice.space.agency_id,
            space_id=voice.space.id,
            post_id=voice.post.id,
            visibility=Visibility.AGENCY if is_article else None,
            has_discussion=is_article,
            created_by_id=person.id,
            updated_by_id=person.id,
            announcement_row=None
            if is_article
            else Announcement(audience=everyone_in(voice.space).as_json()),
            employee_article=EmployeeArticle() if voice.by_employee else None,
        )
        work.add(publication)
        work.add(PublicationText(publication_id=publication.id, language=voice.agency.language))
        work.flush()
    return publication


def save_draft(
    person: Person,
    publication: Publication,
    texts: Mapping[str, Written],
    choices: Choices,
    *,
    edition: int,
) -> Publication:
    """Save the texts and choices. Languages not given are removed, except the agency's first.

    Of the choices of a published one, only visibility, topics, end and pin change, and at once. A
    scheduled one becomes a draft again if its time changes or it becomes urgent.

    Args:
        edition: the edition of the working copy that the person saw.

    Raises:
        Forbidden: the person may not edit it.
        Conflict: another person has changed it since.
        Invalid: a text is too long, it would end before it begins, or an employee tries to pin
        their own article or give it a visibility that they may not choose.
    """
    found = {
        language: Written(
            optional_line(text.title, f"title_{language}", TITLE_LIMIT),
            optional_text(text.body, f"body_{language}", BODY_LIMIT),
        )
        for language, text in texts.items()
        if language in LANGUAGES
    }
    with unit_of_work() as work:
        publication = opened(person, publication, edition)
        require_reach(person, publication, choices.visibility)
        publication.pinned_until = pinned_by(person, publication, choices.pinned_until)
        _write(publication, found)
        _choose(publication, choices)
        touch(publication, person)
        work.flush()
    return publication


def set_voice(
    person: Person, publication: Publication, voice: PublicationVoice, *, edition: int
) -> None:
    """Change the post in whose name the publication is; its audience becomes everyone in reach.

    A scheduled one becomes a draft again: it was scheduled in the other name.

    Raises:
        Forbidden: the person has no such voice, or it is published.
        Conflict: another person has changed it since.
    """
    with unit_of_work():
        publication = opened(person, publication, edition)
        if publication.published_at:
            raise Forbidden(_l("The post named as the author cannot be changed after publication."))
        voice = require_voice(person, voice.space.id, voice.post.id, publication.kind)
        if publication.has_audience:
            require_listable(voice.space)
        if publication.space_id != voice.space.id and publication.has_audience:
            publication.announcement.audience = everyone_in(voice.space).as_json()
        publication.space_id, publication.post_id = voice.space.id, voice.post.id
        publication.agency_id = voice.space.agency_id
        if voice.by_employee != publication.by_employee:
            publication.employee_article = EmployeeArticle() if voice.by_employee else None
        publication.scheduled_by_id = None
        touch(publication, person)


def set_audience(
    person: Person, publication: Publication, audience: Audience | None, *, edition: int
) -> None:
    """Set the audience, or None for nobody yet. A scheduled one becomes a draft again.

    Raises:
        Forbidden: the person may not edit it, or it is published.
        Conflict: another person has changed it since.
        Invalid: it names something that does not exist or that the person may not know.
    """
    with unit_of_work():
        publication = opened(person, publication, edition)
        if audience:
            require_may_name(person, audience)
        if publication.published_at:
            raise Forbidden(_l("The audience cannot be changed after publication."))
        if not publication.has_audience:
            raise Forbidden(_l("An article does not have an audience. Choose who can read it."))
        chosen = audience.as_json() if audience else None
        if chosen != publication.announcement.audience:
            publication.scheduled_by_id = None  # this audience was not reviewed yet
        publication.announcement.audience = chosen
        touch(publication, person)


def discard_draft(person: Person, publication: Publication) -> None:
    """Delete a draft that was never published, with its files."""
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        publication = with_working_copy(publication)
        if publication.published_at:
            raise Forbidden(_l("You cannot discard published content. Withdraw it instead."))
        offer([publication], person.id)
        file_ids = [held.file_id for held in publication.files]
        work.publish(Discarded(publication.id))
        work.delete(publication)
        work.flush()
        discard(file_ids, person.id, with_holder=True)


def require_edition(publication: Publication, edition: int) -> None:
    """Check that nobody else has changed the working copy since.

    Raises:
        Conflict: another person has.
    """
    if publication.edition != edition:
        raise Conflict


def require_order(publication: Publication) -> None:
    """Check that the publication expires after it is published.

    Raises:
        Invalid: it would expire before it is published.
    """
    start = publication.published_at or clock.now()
    if publication.expires_at and publication.expires_at <= start:
        raise Invalid(
            {"expires_at": _l("The end must be later than the start. Choose a later end.")}
        )


def opened(person: Person, publication: Publication, edition: int) -> Publication:
    """Return the working copy, locked, for a person who may edit it.

    Raises:
        Forbidden: the person may not edit it, or it was withdrawn.
        Conflict: another person has changed it since.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        require_edition(publication, edition)
        require_not_withdrawn(publication)
    return with_working_copy(publication)


def require_not_withdrawn(publication: Publication) -> None:
    """Check that a publication may still change: once withdrawn, it stays as it was.

    Raises:
        Forbidden: it was withdrawn.
    """
    if publication.withdrawn_at:
        raise Forbidden(_l("This item has been withdrawn and can no longer be changed."))


def touch(publication: Publication, person: Person) -> None:
    """Record who changed the working copy, as a new edition.

    An employee's article that waits for approval or is scheduled becomes a draft again: it may only
    be published as approved. The row is flushed, as later steps of the transaction read it again.
    """
    if article := publication.employee_article:
        if article.submitted_at:
            article.review_note = ""  # the author's note to the approver
        article.submitted_at = publication.scheduled_by_id = None
    publication.edition += 1
    publication.updated_by_id, publication.updated_at = person.id, clock.now()
    db.session.flush()


def _write(publication: Publication, texts: Mapping[str, Written]) -> None:
    there = {row.language: row for row in publication.texts}
    first = publication.agency.language
    for language, text in texts.items():
        row = there.get(language)
        if row is None:
            row = PublicationText(publication_id=publication.id, language=language)
            publication.texts.append(row)
        row.title, row.body = text.title, text.body
    for language, row in there.items():
        if language not in texts and language != first:
            publication.texts.remove(row)


def _choose(publication: Publication, choices: Choices) -> None:
    reason = optional_text(choices.urgent_reason, "urgent_reason", 300)
    publication.expires_at = choices.expires_at
    set_topics(publication, choices.topics)
    if not publication.has_audience:
        set_visibility(publication, choices.visibility or publication.visibility)
    if publication.published_at:
        require_order(publication)
        return
    publication.has_discussion = choices.has_discussion
    if publication.has_audience:
        announcement = publication.announcement
        if choices.is_urgent and not announcement.is_urgent:
            publication.scheduled_by_id = None  # not every writer may make it urgent
        announcement.is_urgent, announcement.urgent_reason = choices.is_urgent, reason
        announcement.is_only_here = choices.is_only_here
        announcement.due_on = choices.due_on
        announcement.counts_newcomers = choices.counts_newcomers
    if publication.scheduled_at != choices.scheduled_at:
        publication.scheduled_at = choices.scheduled_at
        publication.scheduled_by_id = None  # the new time has to be confirmed


def set_visibility(publication: Publication, visibility: Visibility | None) -> None:
    """Set the visibility of a publication without an audience, also once published.

    A publication on the public site may stay there; only `showcase` puts it there.

    Raises:
        Invalid: it would become public.
    """
    if visibility == Visibility.PUBLIC != publication.visibility:
        raise Invalid({"visibility": _l("This value is not allowed here.")})
    publication.visibility = visibility


def set_topics(publication: Publication, codes: Sequence[str]) -> None:
    """Set the topics.

    Raises:
        Invalid: there are more than three, or an unknown function.
    """
    wanted = set(codes)
    known = set(db.session.scalars(select(Function.code).where(Function.code.in_(wanted))))
    if len(wanted) > TOPICS_LIMIT or wanted != known:
        raise Invalid({"topics": _l("Choose up to three topics.")})
    there = {row.function_code: row for row in publication.topics}
    for code in there.keys() - wanted:
        publication.topics.remove(there[code])
    for code in sorted(wanted - there.keys()):
        publication.topics.append(
            PublicationTopic(publication_id=publication.id, function_code=code)
        )
