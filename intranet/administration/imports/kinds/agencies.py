"""`agencies`: administrations by their code; the operator's, but for the name of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intranet.administration.imports import cell_values, dir3
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Importer, Record
from intranet.administration.imports.kinds.repeated_codes import Once
from intranet.administration.imports.outcomes import Fact, ImportEffect, ImportOutcome, rank_of
from intranet.administration.imports.stored_records import AgencyFact, KnownAgencies, also
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT
from intranet.organisation.agencies.operations.storing import (
    ROOT_CODE,
    AgencyRow,
    change_agencies,
    store_agencies,
)
from intranet.organisation.agencies.schemes import (
    DIR3,
    LOCAL,
    code_in_register,
    qualified,
    scheme_of,
)
from intranet.organisation.agencies.territories import canonical
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized

DEFAULT_LANGUAGE = "es"
MAX_POPULATION = 2_000_000_000
SCHEME_LIMIT, TERRITORY_LIMIT, HANDLE_LIMIT = 20, 20, 40
KINDS = {
    **{kind.value.replace("_", " "): kind.value for kind in AgencyKind},
    "estado": "state",
    "comunidad autonoma": "region",
    "comunidad": "region",
    "provincia": "province",
    "diputacion": "province",
    "cabildo": "island",
    "consell insular": "island",
    "comarca": "district",
    "mancomunidad": "association",
    "municipio": "municipality",
    "ayuntamiento": "municipality",
    "concello": "municipality",
    "entidad local menor": "minor_entity",
    "agrupacion": "grouping",
    "consorcio": "consortium",
    "universidad": "university",
    "organismo": "public_body",
}


@dataclass(slots=True)
class AgencyRecord(Record):
    """A line of `agencies`."""

    line: CsvLine
    code: str
    name: str
    lang: str | None
    handle: str
    scheme: str
    kind: str | None
    territory: str
    population: int | None

    @property
    def title(self) -> str:
        """The agency's name."""
        return self.name


class AgenciesImporter(Importer[AgencyRecord]):
    """Creates and changes agencies by their code."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Start with nothing loaded."""
        super().__init__(*args, **more)
        self.once = Once(is_on=not self.is_applying)
        self._begin()

    def parse(self, line: CsvLine) -> AgencyRecord:
        """Parse a line into values."""
        territory = cell_values.line_of_text(
            self.cell(line, "territory"), "territory", TERRITORY_LIMIT
        )
        return AgencyRecord(
            line,
            cell_values.needed(cell_values.code(self.cell(line, "code"), "code"), "code"),
            cell_values.needed(
                cell_values.line_of_text(self.cell(line, "name"), "name", NAME_LIMIT), "name"
            ),
            cell_values.language(self.cell(line, "lang")),
            _handle(cell_values.line_of_text(self.cell(line, "handle"), "handle", HANDLE_LIMIT)),
            cell_values.line_of_text(self.cell(line, "scheme"), "scheme", SCHEME_LIMIT),
            cell_values.choice(self.cell(line, "kind").replace("_", " "), "kind", KINDS),
            canonical(territory),
            cell_values.whole_number(
                self.cell(line, "population"), "population", 0, MAX_POPULATION
            ),
        )

    def load(self, records: Sequence[AgencyRecord]) -> None:
        """Load the agencies with these codes, and the agencies with these short names."""
        if self.is_applying:
            self._begin()
        self.agencies.read(address for record in records for address in _addresses(record))
        self.agencies.read_handles({record.handle for record in records if record.handle})

    def plan(self, record: AgencyRecord) -> ImportOutcome:
        """Plan to create the agency, or to change what differs."""
        there = self._there(record)
        if not self.scope.is_operator and (there is None or not self.scope.holds(there.id)):
            raise Rejected("code", "operator_only")
        scheme = there.scheme if there else record.scheme or scheme_of(record.code)
        key = (scheme, record.code)
        self.once.check(record.line.number, key, record.lang, _said(record))
        holder = self.agencies.by_handle.get(record.handle) if record.handle else None
        if holder and holder is not there:
            raise Rejected("handle", "handle_taken", about={"value": record.handle})
        if there is None:
            return self._created(record)
        facts = self._change(there, record)
        return ImportOutcome(
            record.line,
            ImportEffect.CHANGED if facts else ImportEffect.UNCHANGED,
            title=there.name.text(there.language),
            facts=facts,
            agency_id=there.id,
            rank=rank_of(record.line.number),
        )

    def write(self) -> None:
        """Create and change the agencies."""
        made, changed = self._made, self._changed
        if made:
            store_agencies([row_of(fact) for fact in made.values()])
        changes = {fact.id: columns_of(fact) for fact in changed.values() if fact.id not in made}
        if changes:
            change_agencies(changes)

    def _begin(self) -> None:
        self.agencies = KnownAgencies()
        self._made: dict[UUID, AgencyFact] = {}
        self._changed: dict[UUID, AgencyFact] = {}

    def _there(self, record: AgencyRecord) -> AgencyFact | None:
        """Return the agency of a line: of the same scheme, or of none that is named."""
        for address in _addresses(record):
            found = self.agencies.by_code.get(address)
            if found and (not record.scheme or found.scheme in {record.scheme, LOCAL}):
                return found
        return None

    def _created(self, record: AgencyRecord) -> ImportOutcome:
        lang = record.lang or DEFAULT_LANGUAGE
        scheme = record.scheme or scheme_of(record.code)
        is_dir3 = scheme == DIR3
        is_taken = self.agencies.by_code.get(record.code) is not None
        code = record.code if is_dir3 else ""
        territory = record.territory or (dir3.territory(code) if is_dir3 else None) or None
        fact = AgencyFact(
            uuid7(),
            qualified(scheme, record.code) if is_taken else record.code,
            Localized({lang: record.name}),
            record.handle,
            [lang],
            AgencyKind(record.kind) if record.kind else dir3.agency_kind(code, record.name),
            scheme,
            territory,
            record.population,
            "Europe/Madrid",
            None,
            record.code if is_dir3 else ROOT_CODE,
            "",
            is_new=True,
        )
        self.agencies.add(fact)
        if self.is_applying:
            self._made[fact.id] = fact
        facts: list[Fact] = [("text", record.code), ("text", fact.kind.value)]
        return ImportOutcome(
            record.line,
            ImportEffect.CREATED,
            title=record.name,
            facts=facts,
            agency_id=fact.id,
            rank=rank_of(record.line.number, phase=0),
        )

    def _change(self, there: AgencyFact, record: AgencyRecord) -> list[Fact]:
        """Plan what differs; whoever administers an agency may only change its name by a file."""
        facts: list[Fact] = []
        lang = record.lang or there.language
        if there.name.get(lang) != record.name:
            facts += details_of_change(there.name.get(lang), record.name)
            there.name = Localized({**there.name, lang: record.name})
            there.changes = also(there.changes, "name")
            if lang not in there.languages:
                there.languages = [*there.languages, lang]
                there.changes = also(there.changes, "languages")
        wanted = {
            "handle": record.handle,
            "scheme": record.scheme,
            "kind": AgencyKind(record.kind) if record.kind else None,
            "territory": record.territory,
            "population": record.population,
        }
        for name, value in wanted.items():
            before = getattr(there, name)
            if value not in ("", None, before):
                if not self.scope.is_operator:
                    raise Rejected(name, "operator_only")
                facts += details_of_change(str(before) if before is not None else None, str(value))
                setattr(there, name, value)
                there.changes = also(there.changes, name)
        if facts and self.is_applying:
            self._changed[there.id] = there
        return facts


def details_of_change(old: str | None, new: str) -> list[Fact]:
    """Return the details that a change shows: before and after."""
    return [("old", old), ("new", new)] if old else [("new", new)]


def row_of(fact: AgencyFact) -> AgencyRow:
    """Return the row of a new agency."""
    return AgencyRow(
        id=fact.id,
        code=fact.code,
        register_code=code_in_register(fact.scheme, fact.code),
        name=fact.name,
        kind=fact.kind,
        languages=fact.languages,
        scheme=fact.scheme,
        handle=fact.handle or None,
        territory=fact.territory,
        population=fact.population,
        root_code=fact.root_code,
    )


def columns_of(fact: AgencyFact) -> dict[str, Any]:
    """Return the changed columns of an agency."""
    found: dict[str, Any] = {
        {"scheme": "code_scheme"}.get(name, name): getattr(fact, name) for name in fact.changes
    }
    if "name" in found:
        found["sort_key"] = sort_key_of(fact.name, fact.language)
    return found


def _said(record: AgencyRecord) -> tuple[object, ...]:
    """Return the values that a line in a second language must repeat."""
    return (record.handle, record.scheme, record.kind, record.territory, record.population)


def _addresses(record: AgencyRecord) -> tuple[str, ...]:
    if not record.scheme:
        return (record.code,)
    return (qualified(record.scheme, record.code), record.code)


def _handle(text: str) -> str:
    plain = text.lstrip("@").lower()
    if plain and "-".join(fold(plain).split()) != plain:
        raise Rejected("handle", "handle", about={"value": text})
    return plain
