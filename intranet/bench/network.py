"""A network of up to a million people, made by straight inserts: agencies, units, posts, index."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, text

from intranet.accounts.access import cookie_name
from intranet.agencies.models import Agency, AgencyKind, Post, PostFunction, Unit
from intranet.agencies.operations.agencies import store_functions
from intranet.agencies.territories import PlaceKind, places
from intranet.bench.pages import Reader
from intranet.bench.site import sign_in
from intranet.core import clock
from intranet.core.ids import uuid7
from intranet.core.text import sort_key
from intranet.core.types import Localized
from intranet.core.unit_of_work import unit_of_work
from intranet.demo.files import names_in, read
from intranet.directory.documents import (
    Agencies,
    agency_document,
    agency_tags,
    person_document,
    post_document,
    unit_document,
)
from intranet.extensions import db
from intranet.index.dialect import on_sqlite
from intranet.index.operations import Document, put
from intranet.people.models import Appointment, AppointmentKind, Person
from intranet.people.queries import current_appointments

PEOPLE_PER_AGENCY = 1_000
UNITS, POSTS = 20, 500
AGENCIES_AT_ONCE = 5
LANGUAGES = ("es", "ca", "gl", "eu")
SEED = 8
HOLDER = SimpleNamespace(kind=AppointmentKind.HOLDER, languages=(), is_open=False)


@dataclass
class _Batch:
    """Rows of some agencies, by table, and their documents."""

    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)

    def add(self, table: Any, **values: Any) -> None:
        """Take a row."""
        self.rows.setdefault(table, []).append(values)

    def store(self) -> None:
        """Write everything."""
        with unit_of_work():
            for table in (Agency, Unit, Post, PostFunction, Person, Appointment):
                db.session.execute(
                    insert(db.metadata.tables[table.__tablename__]), self.rows[table]
                )
            put(self.documents)
        db.session.expunge_all()


def load(app: Flask, people: int) -> Reader:
    """Fill an empty site with so many people; the first of them reads."""
    chance = random.Random(SEED)  # noqa: S311 - the same names each time, no secret
    with app.app_context():
        with unit_of_work() as work:
            store_functions(work)
        first: UUID | None = None
        batch = _Batch()
        count = max(people // PEOPLE_PER_AGENCY, 1)
        for number in range(count):
            made = _agency(batch, chance, number)
            first = first or made
            if number % AGENCIES_AT_ONCE == AGENCIES_AT_ONCE - 1 or number == count - 1:
                batch.store()
                batch = _Batch()
        # As PostgreSQL does by itself a minute later, in the middle of what is measured.
        settled = "ANALYZE" if on_sqlite() else "VACUUM ANALYZE"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(settled))
        reader = db.session.get_one(Person, first)
        held = reader_agency(reader)
        [secret] = sign_in(held, [reader])
        return Reader((cookie_name(), secret), {})


def reader_agency(person: Person) -> Agency:
    """Where somebody works."""
    return current_appointments(person.id)[0].post.unit.agency


def _agency(batch: _Batch, chance: random.Random, number: int) -> UUID:
    """Make one agency with its people; the id of the first."""
    language = LANGUAGES[number % len(LANGUAGES)]
    town = places(PlaceKind.MUNICIPALITY)[(number * 13) % len(places(PlaceKind.MUNICIPALITY))]
    name = Localized({"es": f"Ayuntamiento de {town.name}", language: f"{town.name} {number}"})
    agency = Agency(
        id=uuid7(),
        code=f"L{number:08}",
        code_scheme="local",
        handle=f"town{number}",
        name=name,
        sort_key=sort_key(name["es"])[:200],
        kind=AgencyKind.MUNICIPALITY,
        territory=town.code,
        population=900 + number * 97 % 200_000,
        languages=[language],
        time_zone="Europe/Madrid",
        in_directory=True,
    )
    batch.add(Agency, **{each: getattr(agency, each) for each in _AGENCY})
    known = Agencies({agency.id: agency_tags(agency)})
    root = _unit(batch, agency.id, None, name)
    units = [
        _unit(batch, agency.id, root, Localized({language: unit}))
        for unit in chance.sample(_units(language), UNITS)
    ]
    batch.documents += [unit_document(unit, known) for unit in units]
    batch.documents.append(agency_document(agency))
    first: UUID | None = None
    titles = [title for title in read("titles.toml").values() if title.get(language)]
    for place in range(POSTS):
        unit = units[place % UNITS]
        row = _post(batch, chance.choice(titles), unit, place, language)
        functions = {row.post_id: row.functions}
        batch.documents.append(post_document(row, row.standing, known, functions))
        for _held in range(PEOPLE_PER_AGENCY // POSTS):
            person = _person(batch, chance, language, row.post_id)
            batch.documents.append(person_document(person, [row], known, functions))
            first = first or person.id
    if first is None:
        raise LookupError("nobody was made")
    return first


_AGENCY = (
    *("id", "code", "code_scheme", "handle", "name", "sort_key", "kind", "territory"),
    *("population", "languages", "time_zone"),
)


def _unit(batch: _Batch, agency_id: UUID, parent: Any, name: Localized) -> SimpleNamespace:
    unit_id = uuid7()
    path = f"{parent.path if parent else '/'}{unit_id.hex}/"
    parent_id = parent.id if parent else None
    words = next(iter(name.values()))
    batch.add(
        Unit,
        id=unit_id,
        agency_id=agency_id,
        parent_id=parent_id,
        code=unit_id.hex[-12:],
        name=name,
        sort_key=sort_key(words)[:200],
        kind="unit" if parent else "root",
        path=path,
    )
    return SimpleNamespace(
        id=unit_id, agency_id=agency_id, parent_id=parent_id, name=name, path=path
    )


def _post(
    batch: _Batch, said: Mapping[str, Any], unit: SimpleNamespace, place: int, language: str
) -> SimpleNamespace:
    row = SimpleNamespace(
        post_id=uuid7(),
        title=Localized({language: said[language]}),
        handle=f"p{place}",
        level=said["level"],
        is_head=place < UNITS,
        places=PEOPLE_PER_AGENCY // POSTS,
        unit_id=unit.id,
        unit_name=unit.name,
        parent_id=unit.parent_id,
        agency_id=unit.agency_id,
        functions=said["functions"][:2],
        standing=[HOLDER] * (PEOPLE_PER_AGENCY // POSTS),
    )
    batch.add(
        Post,
        id=row.post_id,
        agency_id=row.agency_id,
        unit_id=row.unit_id,
        code=f"P{place}",
        handle=row.handle,
        title=row.title,
        sort_key=sort_key(said[language])[:200],
        level=row.level,
        is_head=row.is_head,
        places=row.places,
    )
    for code in row.functions:
        batch.add(PostFunction, post_id=row.post_id, function_code=code, is_suggested=False)
    return row


def _person(batch: _Batch, chance: random.Random, language: str, post_id: UUID) -> SimpleNamespace:
    pool = read(f"names/{language}.toml")
    given = chance.choice(pool["women"] if chance.random() < 0.5 else pool["men"])  # noqa: PLR2004
    name = f"{given} {chance.choice(pool['surnames'])} {chance.choice(pool['surnames'])}"
    person_id = uuid7()
    batch.add(Person, id=person_id, name=name, sort_key=sort_key(name)[:200])
    today = clock.today("Europe/Madrid")
    starts_on = today.replace(year=today.year - 1, day=1)
    batch.add(
        Appointment,
        id=uuid7(),
        post_id=post_id,
        person_id=person_id,
        starts_on=starts_on,
        since=clock.start_of(starts_on, "Europe/Madrid"),
    )
    return SimpleNamespace(id=person_id, name=name, languages=[language])


def _units(language: str) -> list[str]:
    """Names that units have in the demonstration, in a language, and some more."""
    found = list(dict.fromkeys(_unit_names(language)))
    return [*found, *(f"Oficina {number}" for number in range(UNITS))]


def _unit_names(language: str) -> Iterator[str]:
    for name in names_in("agencies"):
        for unit in read(name)["unit"]:
            if said := unit["name"].get(language):
                yield said
