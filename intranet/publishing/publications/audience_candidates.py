"""View models for putting an audience together: candidates within reach, found by words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.audience_text import atom_words
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Function, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.bylines import PersonLine, person_lines
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import has_word, is_current, is_named
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.rest import after_name
from intranet.platform.core.text import fold, sort_key
from intranet.publishing.publications import view_models
from intranet.publishing.publications.consents import count_consenting_agencies
from intranet.publishing.publications.editor_view_models import editor_context
from intranet.publishing.publications.excluded_people import (
    REASONS,
    counts_by_reason,
    exceptions_of,
    excluded,
    reason_words,
)
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.reach import audience_of, is_reached, people_of
from intranet.publishing.publications.voices import reaches

MAX_CANDIDATES = 12
PAGE_SIZE = 50


@dataclass(frozen=True)
class AudienceCandidate:
    """A condition that could be added or excluded, with its label, note and icon."""

    atom: Atom
    text: str
    note: str
    icon: str

    @property
    def value(self) -> str:
        """The condition as JSON, as a button sends it."""
        return self.atom.model_dump_json(exclude_defaults=True)


def audience_context(person: Person, publication: Publication, words: str) -> dict[str, Any]:
    """Return the audience and candidates for changing it."""
    space = publication.space
    found = _found(space, words) if words else _usual(space)
    audience = audience_of(publication)
    return editor_context(person, publication) | {
        "candidates": found,
        "words_typed": words,
        "added": audience.any if audience else [],
        "left_out": audience.excepted if audience else [],
    }


def people_context(
    publication: Publication, words: str, after: tuple[str, UUID] | None
) -> dict[str, Any]:
    """Return a page of the people in the publication's audience, by name.

    Raises:
        Invalid: it has no audience yet.
    """
    now = clock.now()
    people = people_of(publication, now).subquery()
    asked = select(Person).join(people, people.c.person_id == Person.id)
    found, context = _page(asked, words, after)
    lines = person_lines([person.id for (person,) in found], now)
    return {
        **context,
        "publication": publication,
        "total": db.session.scalar(select(func.count()).select_from(people)) or 0,
        "people": [(person, lines[person.id]) for (person,) in found],
    }


def excluded_context(
    viewer: Person, publication: Publication, words: str, after: tuple[str, UUID] | None
) -> dict[str, Any]:
    """Return a page of people in the audience who are left out or cannot sign in yet, and why.

    Raises:
        Invalid: it has no audience yet.
    """
    now = clock.now()
    people_of(publication, now)  # raises Invalid without an audience
    audience = Audience.parse(publication.announcement.audience or {})
    people = excluded(viewer, audience, publication.space, now).subquery()
    asked = select(Person, people.c.reason).join(people, people.c.person_id == Person.id)
    found, context = _page(asked, words, after)
    ids = [person.id for person, _reason in found]
    lines, exceptions = person_lines(ids, now), exceptions_of(audience, ids)
    return {
        **context,
        "publication": publication,
        "reasons": [
            (reason_words(reason), number)
            for reason, number in counts_by_reason(viewer, audience, publication.space, now).items()
        ],
        "people": [
            (
                person,
                lines[person.id],
                reason_words(REASONS[place], exceptions.get(person.id, ())),
            )
            for person, place in found
        ],
    }


def _page(
    asked: Select[Any], words: str, after: tuple[str, UUID] | None
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return the rows of a page, by name, with its search words and next cursor."""
    if words:
        asked = asked.where(is_named(words))
    if after:
        asked = asked.where(tuple_(Person.sort_key, Person.id) > after)
    asked = asked.order_by(Person.sort_key, Person.id).limit(PAGE_SIZE + 1)
    rows = db.session.execute(asked).all()
    last = rows[PAGE_SIZE - 1][0] if len(rows) > PAGE_SIZE else None
    following = after_name(last.sort_key, last.id) if last else None
    return rows[:PAGE_SIZE], {"words": words, "next": following}


def _usual(space: Space) -> list[AudienceCandidate]:
    """Return the usual candidates: everyone, the heads, and the units directly below."""
    if space.is_group:
        everybody = Atom(group=space.id)
        note = _("everyone you can reach")
        return [AudienceCandidate(everybody, atom_words(everybody), note, "users")]
    if space.unit_id:
        everybody = Atom(unit=space.unit_id, subtree=True)
        root = space.unit_id
    else:
        everybody = Atom(agency=space.agency_id)
        root = db.session.scalars(
            select(Unit.id).where(Unit.agency_id == space.agency_id, Unit.parent_id.is_(None))
        ).one()
    heads = Atom(heads=root, subtree=True)
    below = select(Unit).where(
        Unit.parent_id == root, in_force(Unit, clock.today(space.agency.time_zone))
    )
    units = db.session.scalars(
        below.order_by(Unit.sort_key, Unit.id).limit(MAX_CANDIDATES * 3)
    ).all()
    return [
        AudienceCandidate(everybody, atom_words(everybody), _("everyone you can reach"), "users"),
        AudienceCandidate(heads, atom_words(heads), "", "crown"),
        *_units(units),
    ]


def _found(space: Space, words: str) -> list[AudienceCandidate]:
    return [
        *_units(_units_called(space, words)),
        *_functions(space, words),
        *_posts(space, words),
        *_people(space, words),
    ]


def _units(units: Sequence[Unit]) -> list[AudienceCandidate]:
    """Return a candidate for each unit with its subtree, noting the parent unit."""
    parents = {
        unit.id: unit
        for unit in db.session.scalars(
            select(Unit).where(Unit.id.in_({unit.parent_id for unit in units}))
        )
    }
    found = []
    for unit in units:
        atom = Atom(unit=unit.id, subtree=True)
        parent = parents.get(unit.parent_id) if unit.parent_id else None
        note = view_models.text_of(parent.name, "") if parent else ""
        found.append(AudienceCandidate(atom, atom_words(atom), note, "network"))
    return found


def _units_called(space: Space, words: str) -> Sequence[Unit]:
    if space.is_group:
        return []
    day = clock.today(space.agency.time_zone)
    reach = reaches(space) if space.unit_id else Unit.agency_id == space.agency_id
    has = and_(*(has_word(Unit.sort_key, word) for word in sort_key(words).split()))
    asked = select(Unit).where(reach, in_force(Unit, day), has)
    return db.session.scalars(asked.order_by(Unit.sort_key, Unit.id).limit(MAX_CANDIDATES)).all()


def _functions(space: Space, words: str) -> list[AudienceCandidate]:
    """Return candidates for functions of posts within reach, by words of their names."""
    there = (
        select(PostFunction.function_code)
        .join(Post, Post.id == PostFunction.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(is_reached(space))
        .distinct()
    )
    functions = db.session.scalars(select(Function).where(Function.code.in_(there))).all()
    asked = fold(words).split()
    called = [function for function in functions if _is_called(function, asked)][:MAX_CANDIDATES]
    agencies = count_consenting_agencies(space.id, [function.code for function in called])
    found = []
    for function in called:
        atom, number = Atom(function=function.code), agencies.get(function.code, 0)
        note = (
            ngettext("also in %(num)s agency", "also in %(num)s agencies", number)
            if number
            else _("by function")
        )
        icon = "waypoints" if number else "briefcase"
        found.append(AudienceCandidate(atom, atom_words(atom), note, icon))
    return found


def _is_called(function: Function, asked: Sequence[str]) -> bool:
    names = " ".join(fold(name) for name in function.name.values()).split()
    return all(any(name.startswith(word) for name in names) for word in asked)


def _posts(space: Space, words: str) -> list[AudienceCandidate]:
    day = clock.today(space.agency.time_zone)
    has = and_(*(has_word(Post.sort_key, word) for word in sort_key(words).split()))
    rows = db.session.scalars(
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(reaches(space), in_force(Post, day), has)
        .order_by(Post.sort_key, Post.id)
        .limit(MAX_CANDIDATES)
    ).all()
    return [
        AudienceCandidate(
            Atom(post=row.id),
            atom_words(Atom(post=row.id)),
            view_models.text_of(row.unit.name, space.agency.language),
            "stamp",
        )
        for row in rows
    ]


def _people(space: Space, words: str) -> list[AudienceCandidate]:
    now = clock.now()
    there = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(reaches(space), is_current(now))
    )
    rows = db.session.scalars(
        select(Person)
        .where(Person.id.in_(there), is_named(words))
        .order_by(Person.sort_key, Person.id)
        .limit(MAX_CANDIDATES)
    ).all()
    lines = person_lines([row.id for row in rows], now)
    return [
        AudienceCandidate(Atom(person=row.id), row.name, _beside(lines[row.id]), "user")
        for row in rows
    ]


def _beside(line: PersonLine) -> str:
    return line.caption(line.agency_language)
