"""Search documents of people, posts, units and agencies: their words and tags.

Documents of people, posts and units have neither names of agencies nor words for functions. Words
of a query that mean one become tags at query time (`query_parser`), so that renaming an agency
rewrites only its own document.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.agencies.territories import territories_of
from intranet.organisation.people.access import reach_of
from intranet.organisation.people.models import Appointment, AppointmentKind, Person, ProfileReach
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.text import fold
from intranet.platform.core.types import NOW, Localized, among
from intranet.platform.index import tags
from intranet.platform.index.function_match import doing_tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.name_spellings import name_words, spelled
from intranet.platform.index.operations import IndexDocument
from intranet.platform.index.prefix_search import beginning_tags

POST_COLUMNS = (
    Post.id.label("post_id"),
    Post.title,
    Post.handle,
    Post.level,
    Post.is_head,
    Post.places,
    Unit.id.label("unit_id"),
    Unit.name.label("unit_name"),
    Unit.parent_id,
    Post.agency_id,
)


@dataclass
class DirectoryAgencyTags:
    """Tags of agencies, made once for all their documents."""

    known: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)

    def read(self, agency_ids: Iterable[UUID]) -> None:
        """Load the tags of these agencies too."""
        if new := set(agency_ids) - self.known.keys():
            for agency in db.session.scalars(select(Agency).where(Agency.id.in_(new))):
                self.known[agency.id] = agency_tags(agency)
                if not agency.in_directory:
                    self.closed.add(agency.id)


def agency_tags(agency: Agency) -> tuple[str, ...]:
    """Return the tags shared by everything in an agency."""
    found = [
        tags.agency(agency.id),
        tags.agency_kind(agency.kind.value),
        *(tags.territory(place.code) for place in territories_of(agency.territory)),
        *(tags.language(each) for each in agency.languages),
    ]
    if agency.population is not None:
        found.append(tags.size(agency.population))
    if agency.in_directory:
        found.append(tags.NETWORK)
    return tuple(found)


def of_people(ids: Collection[UUID], agencies: DirectoryAgencyTags) -> list[IndexDocument]:
    """Return documents of those of these people who hold a post now.

    A person with posts in an agency that left the directory and in another is found by the other.
    """
    names = execute_prepared(_people(), ids=list(ids)).all()
    rows = execute_prepared(_posts_of_people(), ids=list(ids)).all()
    held: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        held[row.person_id].append(row)
    agencies.read({row.agency_id for row in rows})
    functions = _functions({row.post_id for row in rows})
    return [
        person_document(person, _in_the_open(held[person.id], agencies), agencies, functions)
        for person in names
        if person.id in held
    ]


def of_posts(ids: Collection[UUID], agencies: DirectoryAgencyTags) -> list[IndexDocument]:
    """Return documents of those of these posts that exist, or will."""
    rows = execute_prepared(_posts(), ids=list(ids), today=clock.now().date()).all()
    agencies.read({row.agency_id for row in rows})
    functions = _functions({row.post_id for row in rows})
    standing: dict[UUID, list[Any]] = defaultdict(list)
    for row in execute_prepared(_standing(), ids=list(ids)):
        standing[row.post_id].append(row)
    return [post_document(row, standing[row.post_id], agencies, functions) for row in rows]


def of_units(ids: Collection[UUID], agencies: DirectoryAgencyTags) -> list[IndexDocument]:
    """Return documents of current and future units; the agency's document covers its root."""
    wanted = select(Unit.id, Unit.agency_id, Unit.name).where(
        Unit.id.in_(ids),
        Unit.parent_id.is_not(None),
        in_force(Unit, clock.now().date(), ahead=True),
    )
    rows = db.session.execute(wanted).all()
    agencies.read({row.agency_id for row in rows})
    return [unit_document(row, agencies) for row in rows]


def of_agencies(ids: Collection[UUID], _agencies: DirectoryAgencyTags) -> list[IndexDocument]:
    """Return documents of agencies. They carry tags of places, for searches by place."""
    found = db.session.scalars(select(Agency).where(Agency.id.in_(ids))).all()
    return [agency_document(agency) for agency in found]


def agency_document(agency: Agency) -> IndexDocument:
    """Return the document of an agency."""
    return IndexDocument(
        kind=DocumentKind.AGENCY,
        subject_id=agency.id,
        title=_texts(agency.name),
        body=f"{agency.handle} {agency.code}",
        tags=(
            tags.kind(DocumentKind.AGENCY),
            *agency_tags(agency),
            *beginning_tags(_texts(agency.name), f"{agency.handle} {agency.code}"),
        ),
    )


def unit_document(unit: Any, agencies: DirectoryAgencyTags) -> IndexDocument:
    """Return the document of a unit."""
    name = _texts(unit.name)
    return IndexDocument(
        kind=DocumentKind.UNIT,
        subject_id=unit.id,
        title=name,
        tags=(
            tags.kind(DocumentKind.UNIT),
            *agencies.known[unit.agency_id],
            tags.unit(unit.id),
            *beginning_tags(name),
        ),
    )


def person_document(
    person: Any,
    held: Sequence[Any],
    agencies: DirectoryAgencyTags,
    functions: Mapping[UUID, Sequence[str]],
) -> IndexDocument:
    """Return the document of a person who holds these posts."""
    name = " ".join(name_words(person.name))
    titles = dict.fromkeys(_texts(row.title) for row in held)
    units = dict.fromkeys(_texts(row.unit_name) for row in held if row.parent_id)
    is_open = reach_of(person, "ask_about") == ProfileReach.NETWORK
    body = " ".join([*titles, *units, *(person.ask_about if is_open else ())])
    found = [tags.kind(DocumentKind.PERSON)]
    if not is_open:
        found += _topics(person.ask_about, {row.agency_id for row in held})
    for row in held:
        found += agencies.known[row.agency_id]
        found += _post_tags(row, functions)
    found += [tags.language(each) for each in person.languages]
    return IndexDocument(
        kind=DocumentKind.PERSON,
        subject_id=person.id,
        title=name,
        body=body,
        tags=(*found, *beginning_tags(name, body)),
    )


def _topics(said: Sequence[str], agency_ids: Collection[UUID]) -> list[str]:
    """Return topics shown to colleagues only, as tags that only their searches use."""
    words = dict.fromkeys(word for each in said for word in fold(each).split())
    return [tags.topic(agency_id, word) for agency_id in sorted(agency_ids) for word in words]


def post_document(
    row: Any,
    standing: Sequence[Any],
    agencies: DirectoryAgencyTags,
    functions: Mapping[UUID, Sequence[str]],
) -> IndexDocument:
    """Return the document of a post with these holders."""
    holders = sum(each.kind == AppointmentKind.HOLDER for each in standing)
    title = _texts(row.title)
    unit = _texts(row.unit_name) if row.parent_id else ""
    body = f"{unit} {row.handle}"
    stands = [*agencies.known[row.agency_id], *_post_tags(row, functions)]
    return IndexDocument(
        kind=DocumentKind.POST,
        subject_id=row.post_id,
        title=title,
        body=body,
        tags=(
            tags.kind(DocumentKind.POST),
            *stands,
            *doing_tags(stands),
            *([tags.VACANT] if holders < row.places else []),
            *([tags.OPEN] if any(each.is_open for each in standing) else []),
            *(tags.language(tag) for each in standing for tag in each.languages),
            *beginning_tags(title, body),
        ),
    )


def _post_tags(row: Any, functions: Mapping[UUID, Sequence[str]]) -> list[str]:
    found = [tags.unit(row.unit_id), tags.level(row.level)]
    found += [tags.function(code) for code in functions.get(row.post_id, ())]
    if row.is_head:
        found.append(tags.HEAD)
    return found


def _in_the_open(held: Sequence[Any], agencies: DirectoryAgencyTags) -> Sequence[Any]:
    return [row for row in held if row.agency_id not in agencies.closed] or held


def _functions(post_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    rows = execute_prepared(_codes(), post_ids=list(post_ids))
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.post_id].append(row.function_code)
    return found


@cache
def _people() -> Select[Any, *tuple[Any, ...]]:
    return select(Person.id, Person.name, Person.languages, Person.ask_about, Person.reach).where(
        among(Person.id, "ids"), Person.erased_at.is_(None)
    )


@cache
def _posts_of_people() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(Appointment.person_id, *POST_COLUMNS)
        .select_from(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(among(Appointment.person_id, "ids"), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


@cache
def _posts() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(*POST_COLUMNS)
        .select_from(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(among(Post.id, "ids"), in_force(Post, bindparam("today", type_=Date), ahead=True))
    )


@cache
def _standing() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Appointment.post_id,
            Appointment.kind,
            Person.languages,
            Person.open_to_questions.label("is_open"),
        )
        .join(Person, Person.id == Appointment.person_id)
        .where(among(Appointment.post_id, "ids"), is_current(NOW))
    )


@cache
def _codes() -> Select[UUID, str]:
    return select(PostFunction.post_id, PostFunction.function_code).where(
        among(PostFunction.post_id, "post_ids")
    )


def _texts(text: Localized) -> str:
    """Return a text in all its languages, each once."""
    return spelled(" ".join(dict.fromkeys(text.values())))
