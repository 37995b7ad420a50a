"""Following: the authors, places, topics and single publications of which a person is notified.

An announcement reaches its audience, followed or not. A question may hide its author, so it is
found by following its topics, never its author or place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Agency, Function, Unit
from intranet.organisation.people.access import closed_agency_ids, findable_among, get_person
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.errors import NotFound
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import Localized, among, id_parameter
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import get_publication, readable_by, readers_among
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.kinds import kind_of, names, registered
from intranet.publishing.publications.models import (
    ANNOUNCEMENT,
    Publication,
    PublicationTopic,
    PublicationVersion,
)
from intranet.publishing.publications.versions import is_latest


@dataclass(frozen=True)
class Followed:
    """Something that a person follows, as shown on a page; without a name it no longer exists.

    `caption` says where a person works, or to which agency a unit belongs.
    """

    kind: FollowKind
    subject: str
    name: Localized | str | None
    language: str
    href: str
    caption: str = ""


@per_request
def followed_subjects(person: Person) -> frozenset[tuple[FollowKind, str]]:
    """Return the kinds and subjects that a person follows: at most `FOLLOWS_LIMIT`."""
    rows = execute_prepared(_followed(), person_id=person.id)
    return frozenset((row.kind, row.subject) for row in rows)


@cache
def _followed() -> Select[FollowKind, str]:
    return select(Follow.kind, Follow.subject).where(Follow.person_id == id_parameter("person_id"))


def follows(person: Person, kind: str, subject: object) -> bool:
    """Return whether a person follows this subject."""
    return (FollowKind(kind), subject_of(subject)) in followed_subjects(person)


def followed_values(person: Person) -> dict[str, list[Any]]:
    """Return the values of the parameters in `is_followed`, for one person."""
    found: dict[str, list[Any]] = {_parameter_of(kind): [] for kind in FollowKind}
    for kind, subject in followed_subjects(person):
        is_code = kind == FollowKind.TOPIC
        found[_parameter_of(kind)].append(subject if is_code else UUID(subject))
    return found


def is_followed() -> ColumnElement[bool]:
    """Return the publications that a person follows, as a condition for `followed_values`."""
    subjects = {kind: _parameter_of(kind) for kind in FollowKind}
    blogs = select(Space.id).where(
        or_(
            among(Space.unit_id, subjects[FollowKind.UNIT]),
            and_(
                among(Space.agency_id, subjects[FollowKind.AGENCY]),
                Space.kind == SpaceKind.AGENCY,
            ),
        )
    )
    return and_(
        Publication.kind != ANNOUNCEMENT,
        or_(
            and_(
                Publication.kind.not_in(_hiding_authors()),
                or_(
                    among(Publication.published_by_id, subjects[FollowKind.PERSON]),
                    Publication.space_id.in_(blogs),
                ),
            ),
            among(Publication.id, subjects[FollowKind.PUBLICATION]),
            exists().where(
                PublicationTopic.publication_id == Publication.id,
                among(PublicationTopic.function_code, subjects[FollowKind.TOPIC]),
            ),
        ),
    )


def _parameter_of(kind: FollowKind) -> str:
    return f"followed_{kind}"


def _hiding_authors() -> Sequence[str]:
    return names(kind for kind in registered() if not kind.names_author)


def followers(publication: Publication, after: UUID | None, limit: int) -> Sequence[UUID]:
    """List ids of followers of a publication's author, space or topics, in order, after an id.

    Its publisher is left out. Whether they may read it is not checked.
    """
    subjects = [(FollowKind.TOPIC, row.function_code) for row in publication.topics]
    if kind_of(publication).names_author:
        subjects += _whose(publication)
    if not subjects:
        return []
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


def following(publication: Publication) -> Sequence[UUID]:
    """List the ids of the followers of this publication itself."""
    return db.session.scalars(
        select(Follow.person_id)
        .where(Follow.kind == FollowKind.PUBLICATION, Follow.subject == subject_of(publication.id))
        .order_by(Follow.person_id)
    ).all()


def _whose(publication: Publication) -> list[tuple[FollowKind, str]]:
    """Return a publication's author and its unit or agency, as subjects to follow."""
    found = []
    if publication.published_by_id:
        found.append((FollowKind.PERSON, subject_of(publication.published_by_id)))
    space = publication.space
    if space.unit_id:
        found.append((FollowKind.UNIT, subject_of(space.unit_id)))
    elif space.kind == SpaceKind.AGENCY:
        found.append((FollowKind.AGENCY, subject_of(space.agency_id)))
    return found


def reading(publication: Publication, person_ids: Sequence[UUID]) -> list[UUID]:
    """List which of these people may read the publication now, in order."""
    return sorted(readers_among(publication, person_ids))


def subject_of(value: object) -> str:
    """Return the stored form of a subject."""
    return value.hex if isinstance(value, UUID) else str(value)


def require_subject(person: Person, kind: FollowKind, subject: str) -> str:
    """Return the stored form of a subject, if the person may know that it exists.

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
    elif kind == FollowKind.PUBLICATION:
        get_publication(person, subject_id)
    else:
        found = db.session.get(Unit if kind == FollowKind.UNIT else Agency, subject_id)
        agency_id = found.agency_id if isinstance(found, Unit) else subject_id
        if found is None or agency_id in closed_agency_ids(person):
            raise NotFound
    return subject_id.hex


def followed_by(person: Person) -> list[Followed]:
    """List what a person follows, by kind and then by the time they began."""
    rows = db.session.scalars(
        select(Follow).where(Follow.person_id == person.id).order_by(Follow.since)
    ).all()
    ids = {
        kind: [UUID(row.subject) for row in rows if row.kind == kind]
        for kind in FollowKind
        if kind != FollowKind.TOPIC
    }
    named = {
        **_people(person, ids[FollowKind.PERSON]),
        **_units(person, ids[FollowKind.UNIT]),
        **_agencies(person, ids[FollowKind.AGENCY]),
        **_single(person, ids[FollowKind.PUBLICATION]),
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
    known = findable_among(viewer, ids) if ids else set()
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


def _single(viewer: Person, ids: Sequence[UUID]) -> Named:
    rows = db.session.execute(
        select(Publication, PublicationVersion.title)
        .join(PublicationVersion, is_latest())
        .where(Publication.id.in_(ids), readable_by(viewer), Publication.withdrawn_at.is_(None))
        .options(joinedload(Publication.agency))
    )
    return {
        (FollowKind.PUBLICATION, row.id.hex): (
            title,
            row.agency.language,
            f"/p/{row.id}",
            "" if row.is_unnamed else row.agency.name.text(current_language(), row.agency.language),
        )
        for row, title in rows
    }


def _topics(codes: Sequence[str]) -> Named:
    rows = db.session.scalars(select(Function).where(Function.code.in_(codes)))
    return {
        (FollowKind.TOPIC, row.code): (row.name, "", f"/publications?topic={row.code}", "")
        for row in rows
    }
