"""The country's agencies, units, posts and people, who is in which room, and their documents."""

import random
from array import array
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from intranet.bench.country.plan import Room, Scale, rooms
from intranet.bench.country.raw import Of, as_json, instant, localized, milliseconds, moment
from intranet.bench.country.sinks import Sink
from intranet.bench.country.words import LANGUAGES
from intranet.demo.files import names_in, read
from intranet.finding.directory.documents import (
    Agencies,
    agency_document,
    agency_tags,
    person_document,
    post_document,
    unit_document,
)
from intranet.messaging.spaces.models import AudienceAtom, Role, Space, SpaceKind, SpaceMember, Why
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import (
    Administration,
    Agency,
    AgencyKind,
    Post,
    PostFunction,
    SecondFactor,
    Unit,
)
from intranet.organisation.agencies.territories import PlaceKind, places
from intranet.organisation.people.models import Absence, Appointment, AppointmentKind, Person
from intranet.platform.audit.chain import FIRST_HASH, hash_of
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.platform.index.models import SearchDocument
from intranet.platform.index.operations import WRITTEN, Document, row_of

ZONE = "Europe/Madrid"
PLACES = 2
AWAY_EACH = 40
"""One in so many is away now."""
HOLDER = SimpleNamespace(kind=AppointmentKind.HOLDER, languages=(), is_open=False)


class Organisation:
    """Makes it, agency by agency, and remembers what those need who come after it."""

    def __init__(self, sink: Sink, scale: Scale, chance: random.Random) -> None:
        self.scale = scale
        self.rooms: list[Room] = []
        self.post_of = array("I")
        """By the number of a person that of the post."""
        self.captions: list[str] = []
        """By the number of a room what stands under a name in it."""
        self.words: set[str] = set()
        self._chance = chance
        self._posts = self._first_post = 0
        self._members = 0
        self._since = clock.start_of(clock.today(ZONE).replace(month=1, day=1), ZONE)
        self._starts_on = clock.today(ZONE).replace(month=1, day=1).isoformat()
        self._instant = instant(milliseconds(self._since))
        self._open(sink)

    def language(self, agency: int) -> str:
        """In which language an agency writes."""
        return LANGUAGES[agency % len(LANGUAGES)]

    def person(self, number: int) -> str:
        """The id of a person."""
        return self.scale.id_of(Of.PERSON, number)

    def post(self, person: int) -> str:
        """The id of the post that a person holds."""
        return self.scale.id_of(Of.POST, self.post_of[person])

    def make(self) -> None:
        """Pour all of it."""
        for found in rooms(self.scale.sizes()):
            self._agency(found)

    def _open(self, sink: Sink) -> None:
        self._add_agency = sink.into(
            *(Agency, "id", "code", "handle", "name", "sort_key", "kind", "territory"),
            *("population", "languages", "second_factor"),
        )
        self._add_unit = sink.into(
            *(Unit, "id", "agency_id", "parent_id", "code", "name", "sort_key", "kind", "path")
        )
        self._add_post = sink.into(
            *(Post, "id", "agency_id", "unit_id", "code", "handle", "title", "sort_key"),
            *("level", "is_head", "places"),
        )
        self._add_function = sink.into(PostFunction, "post_id", "function_code")
        self._add_person = sink.into(Person, "id", "name", "sort_key", "languages")
        self._add_account = sink.into(
            Account, "id", "person_id", "home_agency_id", "email", "state"
        )
        self._add_appointment = sink.into(
            Appointment, "id", "post_id", "person_id", "starts_on", "since"
        )
        self._add_absence = sink.into(
            Absence, "id", "person_id", "starts_on", "ends_on", "since", "until"
        )
        self._add_administration = sink.into(
            Administration, "id", "agency_id", "post_id", "accepted_at"
        )
        self._add_space = sink.into(Space, "id", "kind", "agency_id", "unit_id", "audience")
        self._add_atom = sink.into(AudienceAtom, "space_id", "key")
        self._add_member = sink.into(
            SpaceMember, "id", "space_id", "person_id", "appointment_id", "role", "why", "since"
        )
        self._add_line = sink.into(
            *(AuditLine, "id", "agency_id", "number", "at", "act", "subject_kind", "subject_id"),
            *("detail", "previous_hash", "hash"),
        )
        self.add_document = sink.into(SearchDocument, "kind", "subject_id", *WRITTEN)

    def document(self, document: Document) -> None:
        """Pour what something is found by, and learn its words."""
        row = row_of(document)
        self.add_document(
            (
                *(row["kind"].value, row["subject_id"].hex, None, None, None),
                *(row["title"], row["body"], row["tags"]),
            )
        )
        self.words.update(row["title"].split(), row["body"].split())

    def _agency(self, found: list[Room]) -> None:
        number, root = found[0].agency, found[0]
        language = self.language(number)
        every = places(PlaceKind.MUNICIPALITY)
        town = every[(number * 13) % len(every)]
        name = Localized({"es": f"Ayuntamiento de {town.name}", language: f"{town.name} {number}"})
        agency = Agency(
            id=UUID(self.scale.id_of(Of.AGENCY, number)),
            code=f"L{number:08}",
            handle=f"town{number}",
            name=name,
            sort_key=sort_key(name["es"])[:200],
            kind=AgencyKind.MUNICIPALITY,
            territory=town.code,
            population=root.size * 90,
            languages=list(dict.fromkeys((language, "es"))),
            in_directory=True,
        )
        self._add_agency(
            (
                *(agency.id.hex, agency.code, agency.handle, localized(name), agency.sort_key),
                *(agency.kind.value, agency.territory, agency.population),
                *(as_json(agency.languages), SecondFactor.NOBODY.value),
            )
        )
        self.document(agency_document(agency))
        known = Agencies({agency.id: agency_tags(agency)})
        names = self._names(language)
        self._first_post = self._posts
        self._chain = FIRST_HASH
        self._written = 0
        units: dict[int, SimpleNamespace] = {}
        for place, room in enumerate(found):
            parent = units[room.above[-1]] if room.above else None
            label = Localized({language: names[place % len(names)]}) if parent else name
            unit = units[room.number] = self._unit(room, agency.id, parent, label, known)
            self.captions.append(f"{label.text(language)} · {name.text(language)}"[:200])
            self._people(room, unit, language, known)
            self.rooms.append(room)

    def _unit(
        self, room: Room, agency_id: UUID, parent: Any, name: Localized, known: Agencies
    ) -> SimpleNamespace:
        unit_id = UUID(self.scale.id_of(Of.UNIT, room.number))
        unit = SimpleNamespace(
            id=unit_id,
            agency_id=agency_id,
            parent_id=parent.id if parent else None,
            name=name,
            path=f"{parent.path if parent else '/'}{unit_id.hex}/",
        )
        words = next(iter(name.values()))
        self._add_unit(
            (
                *(unit_id.hex, agency_id.hex, parent.id.hex if parent else None),
                *(f"{room.number}" if parent else "0", localized(name), sort_key(words)[:200]),
                *("unit" if parent else "root", unit.path),
            )
        )
        if parent:
            self.document(unit_document(unit, known))
        space_id = self.scale.id_of(Of.SPACE, room.number)
        atom = {"unit": str(unit_id), "subtree": True} if parent else {"agency": str(agency_id)}
        kind = SpaceKind.UNIT if parent else SpaceKind.AGENCY
        key = f"unit+:{unit_id}" if parent else f"agency:{agency_id}"
        audience = as_json({"any": [atom], "except": []})
        self._add_space(
            (space_id, kind.value, agency_id.hex, unit_id.hex if parent else None, audience)
        )
        self._add_atom((space_id, key))
        return unit

    def _people(
        self,
        room: Room,
        unit: SimpleNamespace,
        language: str,
        known: Agencies,
    ) -> None:
        titles = [title for title in read("titles.toml").values() if title.get(language)]
        at = 0
        while at < room.own:
            is_head = at == 0
            count = 1 if is_head else min(PLACES, room.own - at)
            held = range(room.first + at, room.first + at + count)
            row = self._post(
                self._chance.choice(titles), unit, language, places=None if is_head else count
            )
            functions = {row.post_id: row.functions}
            self.document(post_document(row, row.standing, known, functions))
            for number in held:
                person = self._person(number, room, unit, row, language)
                self.document(person_document(person, [row], known, functions))
            if is_head and not room.above:
                self._add_administration(
                    (
                        self.scale.id_of(Of.OTHER, room.agency),
                        *(unit.agency_id.hex, row.post_id.hex, self._instant),
                    )
                )
            at += count

    def _post(
        self, said: Mapping[str, Any], unit: SimpleNamespace, language: str, *, places: int | None
    ) -> SimpleNamespace:
        """A post with so many places; without a number it is the head's."""
        number = self._posts
        self._posts += 1
        post_id = UUID(self.scale.id_of(Of.POST, number))
        row = SimpleNamespace(
            post_id=post_id,
            title=Localized({language: said[language]}),
            handle=f"p{number - self._first_post}",
            level=said["level"],
            is_head=places is None,
            places=places or 1,
            unit_id=unit.id,
            unit_name=unit.name,
            parent_id=unit.parent_id,
            agency_id=unit.agency_id,
            functions=said["functions"][:2],
            standing=[HOLDER] * (places or 1),
        )
        self._add_post(
            (
                *(post_id.hex, unit.agency_id.hex, unit.id.hex, f"P{number}", row.handle),
                *(localized(row.title), sort_key(said[language])[:200], row.level),
                *(int(row.is_head), row.places),
            )
        )
        for code in row.functions:
            self._add_function((post_id.hex, code))
        return row

    def _person(
        self, number: int, room: Room, unit: SimpleNamespace, row: SimpleNamespace, language: str
    ) -> SimpleNamespace:
        pool, chance = read(f"names/{language}.toml"), self._chance
        given = chance.choice(pool["women"] if number % 2 else pool["men"])
        name = f"{given} {chance.choice(pool['surnames'])} {chance.choice(pool['surnames'])}"
        person_id = self.person(number)
        appointment_id = self.scale.id_of(Of.APPOINTMENT, number)
        self._add_person((person_id, name, sort_key(name)[:200], "[]"))
        self._add_account(
            (
                *(self.scale.id_of(Of.ACCOUNT, number), person_id, unit.agency_id.hex),
                *(f"p{number}@country.example", "active"),
            )
        )
        self._add_appointment(
            (appointment_id, row.post_id.hex, person_id, self._starts_on, self._instant)
        )
        self.post_of.append(self._posts - 1)
        for above in (*room.above, room.number):
            leads = row.is_head and above == room.number
            self._add_member(
                (
                    self.scale.id_of(Of.MEMBER, self._members),
                    *(self.scale.id_of(Of.SPACE, above), person_id, appointment_id),
                    *((Role.HEAD if leads else Role.MEMBER).value, Why.RULE.value, self._instant),
                )
            )
            self._members += 1
        self._line(number, unit.agency_id, UUID(appointment_id))
        if number % AWAY_EACH == AWAY_EACH - 1:
            self._away(number, person_id)
        return SimpleNamespace(id=UUID(person_id), name=name, languages=[], ask_about=[], reach={})

    def _away(self, number: int, person_id: str) -> None:
        today = clock.today(ZONE)
        first, last = today.replace(day=1), today
        since, until = clock.start_of(first, ZONE), clock.end_of(last, ZONE)
        stamps = (instant(milliseconds(each)) for each in (since, until))
        self._add_absence(
            (
                self.scale.id_of(Of.OTHER, 1_000_000 + number),
                *(person_id, first.isoformat(), last.isoformat(), *stamps),
            )
        )

    def _line(self, number: int, agency_id: UUID, appointment_id: UUID) -> None:
        """A line of the agency's chain for each appointment."""
        self._written += 1
        at = self.scale.began + number
        line = AuditLine(
            id=UUID(self.scale.id_of(Of.OTHER, 3_000_000 + number)),
            agency_id=agency_id,
            number=self._written,
            at=moment(at),
            actor_id=None,
            act="appointment.create",
            subject_kind="appointment",
            subject_id=appointment_id,
            detail={},
            previous_hash=self._chain,
        )
        self._chain = hash_of(line)
        self._add_line(
            (
                *(line.id.hex, agency_id.hex, line.number, instant(at), line.act),
                *(line.subject_kind, appointment_id.hex, "{}", line.previous_hash, self._chain),
            )
        )

    def _names(self, language: str) -> list[str]:
        """Names that units have in the demonstration, in a language, and some more."""
        found = list(dict.fromkeys(_unit_names(language)))
        self._chance.shuffle(found)
        return [*found, *(f"Oficina {number}" for number in range(20))]


def _unit_names(language: str) -> Iterator[str]:
    for name in names_in("agencies"):
        for unit in read(name)["unit"]:
            if said := unit["name"].get(language):
                yield said
