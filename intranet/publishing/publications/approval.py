"""Who approves the articles that every employee may write, and which of them need it."""

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
from intranet.organisation.people.speaking import answering
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.voices import Voice, voice_like, voices

NOT_APPROVED = _l("This value is not allowed here.")
_WIDENESS = list(Visibility).index


def needs_approval(person: Person, publication: Publication) -> bool:
    """Whether another person approves what this person writes there before readers get it."""
    if not publication.by_employee:
        return False
    voice = author_voice(person, publication)
    return voice is None or voice.needs_approval


def author_voice(person: Person, publication: Publication) -> Voice | None:
    """The voice in which the person writes it; None where they have none there any more."""
    return voice_like(person, publication.space_id, publication.post_id, publication.kind)


@per_request
def submitted_to(person: Person) -> ColumnElement[bool]:
    """Articles that wait for approval and that the person may approve, as a condition.

    Whoever publishes for the unit, for a unit above it or for the agency approves them, but not
    their own.
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
        Publication.submitted_at.is_not(None),
        Publication.withdrawn_at.is_(None),
        Publication.created_by_id != person.id,
        Publication.space_id.in_(spaces),
    )


def get_submitted(person: Person, publication_id: UUID) -> Publication:
    """An article that waits for the person's approval.

    Raises:
        NotFound: it does not exist, does not wait, or is not theirs to approve.
    """
    asked = select(Publication).where(Publication.id == publication_id, submitted_to(person))
    found = db.session.scalar(asked)
    if found is None:
        raise NotFound
    return found


def may_approve(person: Person, publication: Publication) -> bool:
    """Whether it waits for approval now, and the person may approve it."""
    if publication.submitted_at is None:
        return False
    asked = select(Publication.id).where(Publication.id == publication.id, submitted_to(person))
    return db.session.scalar(asked) is not None


def require_approver(person: Person, publication: Publication) -> None:
    """Ask again, inside a transaction, whether it waits and the person may approve it.

    Raises:
        Forbidden: it does not wait any more, or is not theirs to approve.
    """
    if not may_approve(person, publication):
        raise Forbidden(_l("This article is no longer waiting for your approval."))


def is_mere_author(person: Person, publication: Publication) -> bool:
    """Whether it is the person's own as an employee, without a voice of their own there."""
    if not publication.by_employee or publication.created_by_id != person.id:
        return False
    voice = author_voice(person, publication)
    return voice is None or voice.by_employee


def widest_reach(person: Person, publication: Publication) -> Visibility | None:
    """How far the person may let it be read without approval; None: as far as they like.

    What an employee publishes freely stays in their agency; what was approved, where it was.
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
    """Ask whether it may be read as far as that, or as it is.

    Raises:
        Invalid: more people would read it than an employee decides for.
    """
    widest, wanted = widest_reach(person, publication), visibility or publication.visibility
    if widest and wanted and _WIDENESS(wanted) > _WIDENESS(widest):
        raise Invalid({"visibility": NOT_APPROVED})


def pinned_by(
    person: Person, publication: Publication, pinned_until: datetime | None
) -> datetime | None:
    """Until when it is pinned as the person saves it: an employee's own stays as it is.

    Raises:
        Invalid: an employee would pin their own.
    """
    if not is_mere_author(person, publication):
        return pinned_until
    kept = publication.pinned_until if publication.published_at else None
    if pinned_until not in {None, kept}:
        raise Invalid({"pinned_until": NOT_APPROVED})
    return kept


def keep_to_rule(person: Person, publication: Publication) -> None:
    """Ask the same once more as it goes out: the rule, or its author's voice, may be another.

    Raises:
        Invalid: more people would read it than an employee decides for.
    """
    require_reach(person, publication)
    if is_mere_author(person, publication) and publication.published_at is None:
        publication.pinned_until = None


def approver_ids(publication: Publication) -> Sequence[UUID]:
    """Ids of those who are told that it waits: the nearest heads, without its author.

    Where no unit up to the agency's has a head, none is told; whoever publishes for the agency
    finds it among the announcements.
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
