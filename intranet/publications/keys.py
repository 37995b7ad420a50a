"""Audiences as keys: an atom has one, an appointment all that could fit it.

Who was in an audience when it was sent is written down (`Recipient`). Who comes later is in it if
a key of what they hold is one of its atoms' and they hold it within the publication's reach. So
nothing has to be written when somebody takes up a post, and one query finds all that is theirs.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from intranet.agencies.models import PostFunction
from intranet.core import clock
from intranet.core.per_request import per_request
from intranet.extensions import db
from intranet.people.models import Appointment, Person
from intranet.people.queries import is_not_over
from intranet.publications.consents import senders_to
from intranet.publications.models import Publication, PublicationAtom
from intranet.spaces.audience import Atom, Audience
from intranet.spaces.models import Space

Mix = tuple[str, str, str, str]


def key_of(atom: Atom) -> str:
    """The key of an atom: alike atoms have the same."""
    for name in ("agency", "post", "person"):
        if value := getattr(atom, name):
            return f"{name}:{value}"
    for name in ("unit", "heads"):
        if value := getattr(atom, name):
            return f"{name}{'+' if atom.subtree else ''}:{value}"
    kind = atom.agency_kind.value if atom.agency_kind else ""
    return _mix((atom.function or "", str(atom.level or ""), kind, atom.territory or ""))


def atoms_of(publication_id: UUID, audience: Audience) -> list[PublicationAtom]:
    """The rows by which who comes later finds a publication."""
    parts = ((audience.any, False), (audience.excepted, True))
    return [
        PublicationAtom(publication_id=publication_id, key=key, is_exception=is_exception)
        for atoms, is_exception in parts
        for key in sorted({key_of(atom) for atom in atoms})
    ]


def fits(person: Person) -> ColumnElement[bool]:
    """The person is in the audience of a publication by what they hold now, as a condition."""
    held = _held(person)
    now = clock.now()
    current = [row for row in held if row[0].is_current(now)]
    if not current:
        return false()
    every = {key for _appointment, keys in held for key in keys}
    return and_(
        or_(*(_by_one(appointment, keys) for appointment, keys in current)),
        ~_has_atom(every, is_exception=True),
    )


def _by_one(appointment: Appointment, keys: Iterable[str]) -> ColumnElement[bool]:
    post = appointment.post
    reached = select(Space.id).where(
        or_(
            Space.unit_id.in_(post.unit.ancestor_ids),
            and_(Space.agency_id == post.agency_id, Space.unit_id.is_(None)),
            Space.id.in_(senders_to(post)),
        )
    )
    return and_(Publication.space_id.in_(reached), _has_atom(keys, is_exception=False))


def _has_atom(keys: Iterable[str], *, is_exception: bool) -> ColumnElement[bool]:
    return exists().where(
        PublicationAtom.publication_id == Publication.id,
        PublicationAtom.key.in_(sorted(keys)),
        PublicationAtom.is_exception.is_(is_exception),
    )


@per_request
def _held(person: Person) -> list[tuple[Appointment, frozenset[str]]]:
    """What the person holds or will hold, each with its keys."""
    rows = db.session.scalars(
        select(Appointment).where(Appointment.person_id == person.id, is_not_over(clock.now()))
    ).all()
    functions: dict[UUID, list[str]] = {row.post_id: [] for row in rows}
    for post_id, code in db.session.execute(
        select(PostFunction.post_id, PostFunction.function_code).where(
            PostFunction.post_id.in_(functions)
        )
    ):
        functions[post_id].append(code)
    return [(row, frozenset(_keys(row, functions[row.post_id]))) for row in rows]


def _keys(appointment: Appointment, functions: Iterable[str]) -> Iterator[str]:
    post = appointment.post
    unit, agency = post.unit, post.unit.agency
    yield f"agency:{post.agency_id}"
    yield f"post:{post.id}"
    yield f"person:{appointment.person_id}"
    for name in ("unit", "heads") if post.is_head else ("unit",):
        yield f"{name}:{unit.id}"
        yield from (f"{name}+:{unit_id}" for unit_id in unit.ancestor_ids)
    levels = ["", str(post.level), *(["head"] if post.is_head else [])]
    code = agency.territory or ""
    territories = [code[:length] for length in range(len(code) + 1)]
    for mix in product(["", *functions], levels, ["", agency.kind.value], territories):
        if any(mix):
            yield _mix(mix)


def _mix(parts: Mix) -> str:
    return "mix:" + ":".join(parts)
