"""Following: whose articles, and on which topics, somebody wants to be told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from intranet.agencies.models import Agency, Function, Unit
from intranet.core import clock
from intranet.core.errors import NotFound
from intranet.core.per_request import per_request
from intranet.core.types import Localized
from intranet.core.web import current_language
from intranet.extensions import db
from intranet.people.access import closed_agency_ids, get_person, known_among
from intranet.people.lines import person_lines
from intranet.people.models import Person
from intranet.publications.access import readers_among
from intranet.publications.models import (
    Follow,
    FollowKind,
    Publication,
    PublicationKind,
    PublicationTopic,
)
from intranet.spaces.models import Space


@dataclass(frozen=True)
class Followed:
    """Something that somebody follows, as a page names it; without a name it is no longer there.

    `caption` says of a person and of a unit where they are.
    """

    kind: FollowKind
    subject: str
    name: Localized | str | None
    language: str
    href: str
    caption: str = ""


@per_request
def followed_subjects(person: Person) -> frozenset[tuple[FollowKind, str]]:
    """What somebody follows: at most `operations.following.FOLLOWS_LIMIT` kinds and subjects."""
    rows = db.session.execute(
        select(Follow.kind, Follow.subject).where(Follow.person_id == person.id)
    )
    return frozenset((kind, subject) for kind, subject in rows)


def follows(person: Person, kind: str, subject: object) -> bool:
    """Whether somebody follows this."""
    return (FollowKind(kind), subject_of(subject)) in followed_subjects(person)


def is_followed_by(person: Person) -> ColumnElement[bool]:
    """Articles of what the person follows, as a condition on `Publication`."""
    subjects = followed_subjects(person)
    by_kind = {kind: [subject for of, subject in subjects if of == kind] for kind in FollowKind}
    people, units, agencies = (
        [UUID(subject) for subject in by_kind[kind]]
        for kind in (FollowKind.PERSON, FollowKind.UNIT, FollowKind.AGENCY)
    )
    blogs = select(Space.id).where(
        or_(
            Space.unit_id.in_(units),
            and_(Space.agency_id.in_(agencies), Space.unit_id.is_(None)),
        )
    )
    if not subjects:
        return false()
    return and_(
        Publication.kind == PublicationKind.ARTICLE,
        or_(
            Publication.published_by_id.in_(people),
            and_(Publication.space_id.in_(blogs), Publication.published_by_id.is_not(None)),
            exists().where(
                PublicationTopic.publication_id == Publication.id,
                PublicationTopic.function_code.in_(by_kind[FollowKind.TOPIC]),
            ),
        ),
    )


def followers(publication: Publication, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Ids of who follows an article's author, blog or topics, in order, from one on.

    Who published it is not among them. Whether they may read it is another question.
    """
    subjects = [(FollowKind.TOPIC, row.function_code) for row in publication.topics]
    if publication.published_by_id:
        subjects.append((FollowKind.PERSON, subject_of(publication.published_by_id)))
    space = publication.space
    if publication.is_unnamed:
        pass  # where it stands would tell who wrote it
    elif space.unit_id:
        subjects.append((FollowKind.UNIT, subject_of(space.unit_id)))
    else:
        subjects.append((FollowKind.AGENCY, subject_of(space.agency_id)))
    asked = (
        select(Follow.person_id)
        .where(
            or_(
                *(
                    and_(Follow.kind == kind, Follow.subject == subject)
                    for kind, subject in subjects
                )
            ),
            Follow.person_id != publication.published_by_id,
        )
        .distinct()
        .order_by(Follow.person_id)
        .limit(limit)
    )
    if after is not None:
        asked = asked.where(Follow.person_id > after)
    return db.session.scalars(asked).all()


def reading(publication: Publication, person_ids: Sequence[UUID]) -> list[UUID]:
    """Who of these may read it now, in order."""
    return sorted(readers_among(publication, person_ids))


def subject_of(value: object) -> str:
    """How what is followed is written down."""
    return value.hex if isinstance(value, UUID) else str(value)


def require_subject(person: Person, kind: FollowKind, subject: str) -> str:
    """What somebody asks to follow, as it is written down, if they may know that it exists.

    Raises:
        NotFound: it does not exist, or they may not know that it does.
    """
    if kind == FollowKind.TOPIC:
        if db.session.get(Function, subject) is None:
            raise NotFound
        return subject
    try:
        subject_id = UUID(subject)
    except ValueError as error:
        raise NotFound from error
    if kind == FollowKind.PERSON:
        get_person(person, subject_id)
    else:
        found = db.session.get(Unit if kind == FollowKind.UNIT else Agency, subject_id)
        agency_id = found.agency_id if isinstance(found, Unit) else subject_id
        if found is None or agency_id in closed_agency_ids(person):
            raise NotFound
    return subject_id.hex


def followed_by(person: Person) -> list[Followed]:
    """What somebody follows, by kind and then the order in which they began."""
    rows = db.session.scalars(
        select(Follow).where(Follow.person_id == person.id).order_by(Follow.since)
    ).all()
    ids = {
        kind: [UUID(row.subject) for row in rows if row.kind == kind]
        for kind in (FollowKind.PERSON, FollowKind.UNIT, FollowKind.AGENCY)
    }
    named = {
        **_people(person, ids[FollowKind.PERSON]),
        **_units(person, ids[FollowKind.UNIT]),
        **_agencies(person, ids[FollowKind.AGENCY]),
        **_topics([row.subject for row in rows if row.kind == FollowKind.TOPIC]),
    }
    order = list(FollowKind)
    return sorted(
        (
            Followed(row.kind, row.subject, *named.get((row.kind, row.subject), (None, "", "", "")))
            for row in rows
        ),
        key=lambda one: order.index(one.kind),
    )


Named = dict[tuple[FollowKind, str], tuple[Localized | str | None, str, str, str]]


def _people(viewer: Person, ids: Sequence[UUID]) -> Named:
    known = known_among(viewer, ids) if ids else set()
    rows = db.session.scalars(select(Person).where(Person.id.in_(known)))
    lines, language = person_lines(known, clock.now()), current_language()
    return {
        (FollowKind.PERSON, row.id.hex): (
            row.name,
            "",
            f"/people/{row.id}",
            lines[row.id].caption(language),
        )
        for row in rows
    }


def _units(viewer: Person, ids: Sequence[UUID]) -> Named:
    closed = closed_agency_ids(viewer)
    rows = db.session.scalars(select(Unit).where(Unit.id.in_(ids), Unit.agency_id.not_in(closed)))
    return {
        (FollowKind.UNIT, row.id.hex): (
            row.name,
            row.agency.language,
            f"/units/{row.id}",
            row.agency.name.text(current_language(), row.agency.language),
        )
        for row in rows
    }


def _agencies(viewer: Person, ids: Sequence[UUID]) -> Named:
    closed = closed_agency_ids(viewer)
    rows = db.session.scalars(select(Agency).where(Agency.id.in_(ids), Agency.id.not_in(closed)))
    return {
        (FollowKind.AGENCY, row.id.hex): (row.name, row.language, f"/agencies/{row.code}", "")
        for row in rows
    }


def _topics(codes: Sequence[str]) -> Named:
    rows = db.session.scalars(select(Function).where(Function.code.in_(codes)))
    return {
        (FollowKind.TOPIC, row.code): (row.name, "", f"/publications?topic={row.code}", "")
        for row in rows
    }
