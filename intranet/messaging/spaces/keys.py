"""Audiences as keys: one key for each atom, and every key that could fit an appointment.

A person is in an audience if a key of their appointments is one of its atoms', and none is one of
its exceptions'. So every rule that concerns a person is found by index, without compiling any.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.messaging.spaces.audience import Atom, Audience
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.people.models import Appointment
from intranet.platform.core.database import ask
from intranet.platform.core.types import given_many

Mix = tuple[str, str, str, str]


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
        row.id: frozenset(keys_of(row.post, row.person_id, codes.get(row.post_id, ())))
        for row in rows
    }


def functions_of(post_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the codes of the functions of each of these posts."""
    found: dict[UUID, list[str]] = {}
    for row in ask(_functions(), post_ids=list(post_ids)):
        found.setdefault(row.post_id, []).append(row.function_code)
    return found


@cache
def _functions() -> Select[Any, *tuple[Any, ...]]:
    return select(PostFunction.post_id, PostFunction.function_code).where(
        PostFunction.post_id.in_(given_many("post_ids"))
    )


def keys_of(post: Post, person_id: UUID, functions: Iterable[str]) -> Iterator[str]:
    """Yield every key of a person in a post."""
    unit, agency = post.unit, post.unit.agency
    yield f"agency:{post.agency_id}"
    yield f"post:{post.id}"
    yield f"person:{person_id}"
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
