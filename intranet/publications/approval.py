"""Who approves the articles that every employee may write, and which of them need it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from intranet.agencies.models import Unit
from intranet.core import clock
from intranet.core.errors import Forbidden, Invalid, NotFound, Words
from intranet.core.i18n import _l
from intranet.core.per_request import per_request
from intranet.extensions import db
from intranet.people.models import Person
from intranet.people.queries import heads_of_units
from intranet.people.speaking import answering
from intranet.publications.models import Publication
from intranet.publications.voices import Voice, voice_like, voices
from intranet.spaces.audience import within
from intranet.spaces.models import Space, Visibility

NOT_APPROVED = _l("This value is not allowed here.")


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
        raise Forbidden(_l("It no longer waits for your approval."))


def require_as_approved(
    person: Person,
    publication: Publication,
    visibility: Visibility | None,
    pinned_until: datetime | None,
) -> None:
    """Ask whether what changes at once, by the author, stays within what was approved.

    Raises:
        Invalid: more people would read it, or it would stand on top for longer.
    """
    is_own = publication.created_by_id == person.id
    if not (publication.published_at and is_own and needs_approval(person, publication)):
        return
    wideness = list(Visibility).index
    reasons: dict[str, Words] = {}
    approved = publication.visibility
    if visibility and (approved is None or wideness(visibility) > wideness(approved)):
        reasons["visibility"] = NOT_APPROVED
    pinned = publication.pinned_until
    if pinned_until and (pinned is None or pinned_until > pinned):
        reasons["pinned_until"] = NOT_APPROVED
    if reasons:
        raise Invalid(reasons)


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
