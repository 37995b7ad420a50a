"""Audiences as keys: one key for each atom, and every key that could fit an appointment.

A person is in an audience if a key of their appointments is one of its atoms', and none is one of
its exceptions'. So every rule that concerns a person is found by index, without compiling any.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from intranet.messaging.spaces.audience import Atom, Audience
from intranet.organisation.agencies.models import AgencyKind, PostFunction
from intranet.organisation.people.models import Appointment
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import ids_parameter

Mix = tuple[str, str, str, str]


class Placement(NamedTuple):
    """The facts from which the keys of an appointment follow.

    A row of a query with columns of the same names can take its place.
    """

    person_id: UUID
    post_id: UUID
    agency_id: UUID
    unit_id: UUID
    path: str
    is_head: bool
    level: int
    kind: AgencyKind
    territory: str | None


def key_of(atom: Atom) -> str:
    """Return the key of an atom: equal atoms have equal keys."""
    for name in ("agency", "post", "person", "group"):
        if value := getattr(atom, name):
            return f"{name}:{value}"
    for name in ("unit", "heads"):
        if value := getattr(atom, name):
            return f"{name}{'+' if atom.subtree else ''}:{value}"
    kind = atom.agency_kind.value if atom.agency_kind else ""
    return _mix((atom.function or "", str(atom.level or ""), kind, atom.territory or ""))


def keys_in(audience: Audience) -> Iterator[tuple[str, bool]]:
    """Yield the keys of an audience's atoms, each once, and whether it is an exception."""
    for atoms, is_exception in ((audience.any, False), (audience.excepted, True)):
        for key in sorted({key_of(atom) for atom in atoms}):
            yield key, is_exception


def keys_of_appointments(rows: Collection[Appointment]) -> dict[UUID, frozenset[str]]:
    """Return every key that could fit each of these appointments, by id, in one query."""
    codes = functions_of({row.post_id for row in rows})
    return {
        row.id: frozenset((*place_keys(place), *mix_keys(place, codes.get(row.post_id, ()))))
        for row in rows
        for place in [_placement(row)]
    }


def _placement(row: Appointment) -> Placement:
    post, unit, agency = row.post, row.post.unit, row.post.unit.agency
    return Placement(
        row.person_id,
        post.id,
        post.agency_id,
        unit.id,
        unit.path,
        post.is_head,
        post.level,
        agency.kind,
        agency.territory,
    )


def functions_of(post_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the codes of the functions of each of these posts."""
    found: dict[UUID, list[str]] = {}
    for row in execute_prepared(_functions(), post_ids=list(post_ids)):
        found.setdefault(row.post_id, []).append(row.function_code)
    return found


@cache
def _functions() -> Select[Any, *tuple[Any, ...]]:
    return select(PostFunction.post_id, PostFunction.function_code).where(
        PostFunction.post_id.in_(ids_parameter("post_ids"))
    )


def place_keys(place: Any) -> Iterator[str]:
    """Yield the keys that name a holder, the post or something above it.

    Args:
        place: a `Placement`, or a row that has its names.
    """
    yield f"agency:{place.agency_id}"
    yield f"post:{place.post_id}"
    yield f"person:{place.person_id}"
    above = [UUID(part) for part in place.path.strip("/").split("/")]
    for name in ("unit", "heads") if place.is_head else ("unit",):
        yield f"{name}:{place.unit_id}"
        yield from (f"{name}+:{unit_id}" for unit_id in above)


def mix_keys(place: Any, functions: Iterable[str]) -> Iterator[str]:
    """Yield a key for each mix of properties of a post that has these functions."""
    levels = ["", str(place.level), *(["head"] if place.is_head else [])]
    code = place.territory or ""
    territories = [code[:length] for length in range(len(code) + 1)]
    for mix in product(["", *functions], levels, ["", place.kind.value], territories):
        if any(mix):
            yield _mix(mix)


def _mix(parts: Mix) -> str:
    return "mix:" + ":".join(parts)
