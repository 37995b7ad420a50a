"""Approval of articles by employees: when it is needed, and who gives it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from intranet.extensions import db
from intranet.messaging.spaces.audience import within
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import heads_of_units
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.publishing.publications.models import EmployeeArticle, Publication
from intranet.publishing.publications.voices import PublicationVoice, voice_like, voices

NOT_APPROVED = _l("This value is not allowed here.")
_WIDENESS = list(Visibility).index


def needs_approval(person: Person, publication: Publication) -> bool:
    """Return whether another person has to approve the article before readers see it."""
    if not publication.by_employee:
        return False
    voice = author_voice(person, publication)
    return voice is None or voice.needs_approval


def author_voice(person: Person, publication: Publication) -> PublicationVoice | None:
    """Return the voice in which the person writes the article; None if they have none there now."""
    return voice_like(person, publication.space_id, publication.post_id, publication.kind)


@per_request
def submitted_to(person: Person) -> ColumnElement[bool]:
    """Return the articles that wait for the person's approval, as a condition.

    The people who publish for the unit, a unit above it or the agency approve them, but nobody
    approves their own.
    """
    reached = [
        within(voice.space.unit_id)
        if voice.space.unit_id
        else Space.agency_id == voice.space.agency_id
        for voice in voices(person)
        if not voice.space.is_group
    ]
    if not reached:
        return false()
    spaces = select(Space.id).outerjoin(Unit, Unit.id == Space.unit_id).where(or_(*reached))
    return and_(
        Publication.employee_article.has(EmployeeArticle.submitted_at.is_not(None)),
        Publication.withdrawn_at.is_(None),
        Publication.created_by_id != person.id,
        Publication.space_id.in_(spaces),
    )


def get_submitted(person: Person, publication_id: UUID) -> Publication:
    """Return an article that waits for the person's approval.

    Raises:
        NotFound: it does not exist, does not wait, or they may not approve it.
    """
    asked = select(Publication).where(Publication.id == publication_id, submitted_to(person))
    found = db.session.scalar(asked)
    if found is None:
        raise NotFound
    return found


def may_approve(person: Person, publication: Publication) -> bool:
    """Return whether the article waits for approval that the person may give."""
    if publication.submitted_at is None:
        return False
    asked = select(Publication.id).where(Publication.id == publication.id, submitted_to(person))
    return db.session.scalar(asked) is not None


def require_approver(person: Person, publication: Publication) -> EmployeeArticle:
    """Check again, inside a transaction, that the article waits and the person may approve it.

    Returns:
        its approval.

    Raises:
        Forbidden: it no longer waits, or they may not approve it.
    """
    article = publication.employee_article
    if article is None or not may_approve(person, publication):
        raise Forbidden(_l("This article is no longer waiting for your approval."))
    return article


def is_mere_author(person: Person, publication: Publication) -> bool:
    """Return whether the person wrote the article as an employee, with no other voice there."""
    if not publication.by_employee or publication.created_by_id != person.id:
        return False
    voice = author_voice(person, publication)
    return voice is None or voice.by_employee


def widest_reach(person: Person, publication: Publication) -> Visibility | None:
    """Return the widest visibility the person may give without approval; None for no limit.

    Articles published without approval stay in the agency; approved ones keep their visibility.
    """
    if not is_mere_author(person, publication):
        return None
    is_asked = needs_approval(person, publication)
    if publication.published_at is None:
        return None if is_asked else Visibility.AGENCY
    approved = publication.visibility or Visibility.MEMBERS
    return approved if is_asked else max(approved, Visibility.AGENCY, key=_WIDENESS)


def require_reach(
    person: Person, publication: Publication, visibility: Visibility | None = None
) -> None:
    """Check that the person may give the article this visibility, by default its present one.

    Raises:
        Invalid: it would reach more people than an employee may choose.
    """
    widest, wanted = widest_reach(person, publication), visibility or publication.visibility
    if widest and wanted and _WIDENESS(wanted) > _WIDENESS(widest):
        raise Invalid({"visibility": NOT_APPROVED})


def pinned_by(
    person: Person, publication: Publication, pinned_until: datetime | None
) -> datetime | None:
    """Return the end of the pin to store; employees cannot change it for their own articles.

    Raises:
        Invalid: an employee tries to pin their own article.
    """
    if not is_mere_author(person, publication):
        return pinned_until
    kept = publication.pinned_until if publication.published_at else None
    if pinned_until not in {None, kept}:
        raise Invalid({"pinned_until": NOT_APPROVED})
    return kept


def apply_visibility_rule(person: Person, publication: Publication) -> None:
    """Check the visibility before publishing, and clear the pin of an employee's new article.

    The rule or the voice may have changed since the visibility was chosen.

    Raises:
        Invalid: it would reach more people than an employee may choose.
    """
    require_reach(person, publication)
    if is_mere_author(person, publication) and publication.published_at is None:
        publication.pinned_until = None


def approver_ids(publication: Publication) -> Sequence[UUID]:
    """Return the ids of people to notify of a waiting article, without its author.

    They act for the heads of the nearest unit that has one. If no unit up to the root has a
    head, nobody is notified; people who publish for the agency find the article in the list of
    publications.
    """
    unit_ids = publication.post.unit.ancestor_ids
    now = clock.now()
    heads = heads_of_units(unit_ids, now)
    posts = {unit_id: [row.post_id for row in rows] for unit_id, rows in heads.items()}
    answers = answering([post_id for ids in posts.values() for post_id in ids], now)
    for unit_id in reversed(unit_ids):
        people = {
            person.id
            for post_id in posts.get(unit_id, ())
            for person in answers[post_id].people
            if person.id != publication.created_by_id
        }
        if people:
            return sorted(people)
    return ()
