"""Stored agencies, units and posts as plain records, read in bulk."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.stored_statements import (
    agencies_as_facts,
    agencies_with,
    posts_as_facts,
    units_as_facts,
    units_with_ids,
    with_codes,
)
from intranet.extensions import db
from intranet.organisation.agencies.functions import MAX_UNITS
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, PostFunction, Unit
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.text import fold, sort_key
from intranet.platform.core.types import Localized

NONE: Mapping[str, Any] = MappingProxyType({})
"""An empty mapping, which all facts without functions share to save memory."""


@cache
def also(changes: frozenset[str], name: str) -> frozenset[str]:
    """Return the changes and one more; cached, because most facts have the same changes."""
    return changes | {name}


@dataclass(slots=True)
class AgencyFact:
    """An agency as stored or as planned. `changes` are columns to write."""

    id: UUID
    code: str
    name: Localized
    handle: str
    languages: list[str]
    kind: AgencyKind
    scheme: str
    territory: str | None
    population: int | None
    zone: str
    root_id: UUID | None
    root_code: str
    root_path: str
    is_new: bool = False
    changes: frozenset[str] = frozenset()

    @property
    def language(self) -> str:
        """The agency's own language."""
        return self.languages[0]

    @property
    def today(self) -> date:
        """Today's date in the agency's zone."""
        return clock.today(self.zone)

    @property
    def texts(self) -> set[str]:
        """The folded texts that identify the agency: its code, short name and names."""
        return {fold(text) for text in (self.code, self.handle, *self.name.values())}

    def is_root(self, code: str) -> bool:
        """Return whether a unit's or parent's code means the agency itself."""
        return code in {"", self.code, self.root_code}


@dataclass(slots=True)
class UnitFact:
    """A unit as stored or as planned."""

    id: UUID | None
    agency: AgencyFact
    code: str
    name: Localized
    kind: str
    parent_id: UUID | None
    path: str
    valid_from: date | None
    valid_to: date | None
    is_new: bool = False
    changes: frozenset[str] = frozenset()

    @property
    def rooms(self) -> int:
        """How many spaces a person of the unit belongs to: those of each unit up to the root."""
        return max(self.path.count("/") - 1, 1)

    @property
    def text(self) -> str:
        """Return the unit's name in the agency's own language."""
        return self.name.text(self.agency.language)


@dataclass(slots=True)
class PostFact:
    """A post as stored or as planned. `functions` says of each code whether it is a suggestion."""

    id: UUID | None
    agency: AgencyFact
    unit: UnitFact
    code: str
    title: Localized
    level: int
    is_head: bool
    places: int
    valid_from: date | None
    valid_to: date | None
    functions: Mapping[str, bool] = field(default_factory=lambda: NONE)
    strengths: Mapping[str, float] = field(default_factory=lambda: NONE)
    is_new: bool = False
    changes: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Return the post's title in the agency's own language."""
        return self.title.text(self.agency.language)


class KnownAgencies:
    """Agencies by code, each loaded once."""

    def __init__(self) -> None:
        """Start with nothing loaded."""
        self.by_code: dict[str, AgencyFact | None] = {}
        self.by_id: dict[UUID, AgencyFact] = {}
        self.by_handle: dict[str, AgencyFact | None] = {}

    def read(self, codes: Iterable[str]) -> None:
        """Load the agencies with these codes, and remember the codes that do not exist."""
        if new := {code for code in codes if code not in self.by_code}:
            self.by_code.update(dict.fromkeys(new))
            self._take(execute_prepared(agencies_with("code"), keys=list(new)))

    def read_ids(self, agency_ids: Iterable[UUID]) -> None:
        """Load the agencies with these ids."""
        if new := {agency_id for agency_id in agency_ids if agency_id not in self.by_id}:
            self._take(execute_prepared(agencies_with("id"), keys=list(new)))

    def read_handles(self, handles: Iterable[str]) -> None:
        """Load the agencies with these short names, and remember the free ones."""
        if new := {handle for handle in handles if handle not in self.by_handle}:
            self._take(execute_prepared(agencies_with("handle"), keys=list(new)))
            self.by_handle.update((handle, None) for handle in new - self.by_handle.keys())

    def read_texts(self, texts: Collection[str], scope: ImportScope) -> None:
        """Load the agencies of a scope that these texts name, by code, short name or name."""
        found = agencies_as_facts().where(
            or_(
                Agency.code.in_(texts),
                Agency.handle.in_({text.lower().lstrip("@") for text in texts}),
                Agency.sort_key.in_({sort_key(text) for text in texts}),
            )
        )
        if scope.agency_ids is not None:
            found = found.where(Agency.id.in_(scope.agency_ids))
        self._take(db.session.execute(found))

    def add(self, fact: AgencyFact) -> None:
        """Register an agency that is about to be created."""
        self.by_code[fact.code] = fact
        self.by_id[fact.id] = fact
        if fact.handle:
            self.by_handle[fact.handle] = fact

    def _take(self, rows: Iterable[Any]) -> None:
        for row in rows:
            if row[0] not in self.by_id:
                self.add(AgencyFact(*tuple(row)))


class KnownUnits:
    """Units by agency and code."""

    def __init__(self, agencies: KnownAgencies) -> None:
        """Store the agencies, which are loaded along."""
        self._agencies = agencies
        self.by_key: dict[tuple[UUID, str], UnitFact] = {}
        self.by_id: dict[UUID, UnitFact] = {}
        self.by_code: dict[str, list[UnitFact]] = {}

    def read_codes(self, codes: Collection[str], agency_ids: Collection[UUID] | None) -> None:
        """Load the units with these codes, of some agencies or of any."""
        new = {code for code in codes if code not in self.by_code}
        if new:
            self.by_code.update((code, []) for code in new)
            self._take(_with_codes(Unit, new, agency_ids))

    def read_agencies(self, agency_ids: Collection[UUID]) -> None:
        """Load every unit of some agencies."""
        if agency_ids:
            self._take(db.session.execute(units_as_facts(agency_ids)))

    def read_texts(self, texts: Iterable[str], agency_ids: Collection[UUID]) -> None:
        """Load the units of some agencies with these codes or names."""
        given = set(texts)
        named = or_(Unit.code.in_(given), Unit.sort_key.in_({sort_key(text) for text in given}))
        found = units_as_facts(agency_ids).where(or_(named, Unit.parent_id.is_(None)))
        self._take(db.session.execute(found))

    def read_ids(self, unit_ids: Iterable[UUID]) -> None:
        """Load the units with these ids."""
        if new := {unit_id for unit_id in unit_ids if unit_id not in self.by_id}:
            self._take(execute_prepared(units_with_ids(), ids=list(new)))

    def read_above(self, units: Collection[UnitFact]) -> None:
        """Load the ancestors of these units, as far as a title may need them."""
        for _step in range(MAX_UNITS - 1):
            self.read_ids({unit.parent_id for unit in units if unit.parent_id})
            units = [self.by_id[unit.parent_id] for unit in units if unit.parent_id in self.by_id]

    def names_up(self, unit: UnitFact) -> tuple[str, ...]:
        """Return the names of a unit and its ancestors, nearest first, without the agency."""
        names: list[str] = []
        above: UnitFact | None = unit
        while above is not None and above.parent_id and len(names) < MAX_UNITS:
            names.append(above.text)
            above = self.by_id.get(above.parent_id)
        return tuple(names)

    def add(self, fact: UnitFact) -> None:
        """Register a unit that is about to be created."""
        self.by_key[fact.agency.id, fact.code] = fact
        self.by_code.setdefault(fact.code, []).append(fact)
        if fact.id:
            self.by_id[fact.id] = fact

    def _take(self, found: Iterable[Any]) -> None:
        rows = list(found)
        self._agencies.read_ids({row.agency_id for row in rows})
        for row in rows:
            if row.id not in self.by_id:
                self.add(UnitFact(row.id, self._agencies.by_id[row.agency_id], *tuple(row)[2:]))


class KnownPosts:
    """Posts by agency and code."""

    def __init__(self, agencies: KnownAgencies, units: KnownUnits) -> None:
        """Store the agencies and units, which are loaded along."""
        self._agencies = agencies
        self._units = units
        self.by_key: dict[tuple[UUID, str], PostFact] = {}
        self.by_code: dict[str, list[PostFact]] = {}
        self.by_id: dict[UUID, PostFact] = {}
        self._titles: dict[tuple[tuple[str, str], ...], Localized] = {}

    def read_codes(self, codes: Collection[str], agency_ids: Collection[UUID] | None) -> None:
        """Load the posts with these codes, of some agencies or of any."""
        new = {code for code in codes if code not in self.by_code}
        if new:
            self.by_code.update((code, []) for code in new)
            self._take(_with_codes(Post, new, agency_ids))

    def read_titles(self, unit_ids: Collection[UUID], titles: Iterable[str]) -> list[PostFact]:
        """Load the posts of some units with these titles."""
        keys = {sort_key(title) for title in titles}
        found = posts_as_facts().where(Post.unit_id.in_(unit_ids), Post.sort_key.in_(keys))
        return self._take(db.session.execute(found.order_by(Post.id))) if unit_ids else []

    def read_functions(self, facts: Iterable[PostFact]) -> None:
        """Load the functions of these posts, and whether each is only suggested."""
        by_id = {fact.id: fact for fact in facts if fact.id and not fact.is_new}
        rows = select(
            PostFunction.post_id, PostFunction.function_code, PostFunction.is_suggested
        ).where(PostFunction.post_id.in_(by_id))
        for post_id, code, is_suggested in db.session.execute(rows) if by_id else ():
            by_id[post_id].functions = {**by_id[post_id].functions, code: is_suggested}

    def add(self, fact: PostFact) -> None:
        """Register a post that is about to be created."""
        self.by_key[fact.agency.id, fact.code] = fact
        self.by_code.setdefault(fact.code, []).append(fact)
        if fact.id:
            self.by_id[fact.id] = fact

    def _take(self, found: Iterable[Any]) -> list[PostFact]:
        rows = list(found)
        self._units.read_ids({row.unit_id for row in rows})
        taken = []
        for row in rows:
            if row.id not in self.by_id:
                unit = self._units.by_id[row.unit_id]
                title = self._titles.setdefault(tuple(row.title.items()), row.title)
                self.add(PostFact(row.id, unit.agency, unit, row.code, title, *tuple(row)[4:]))
            taken.append(self.by_id[row.id])
        return taken


def _with_codes(
    kind: type[Unit] | type[Post], codes: Collection[str], agency_ids: Collection[UUID] | None
) -> Iterable[Any]:
    """Read the units or posts with these codes, of some agencies or of any."""
    given: dict[str, Any] = {"codes": list(codes)}
    if agency_ids is not None:
        given["agency_ids"] = list(agency_ids)
    return execute_prepared(with_codes(kind, is_limited=agency_ids is not None), **given)
