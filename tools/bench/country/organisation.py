"""The agencies, units, posts, people and members of the country, with search documents."""

import random
from array import array
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from intranet.finding.directory import index_documents
from intranet.messaging.spaces.models import AudienceAtom, Role, Space, SpaceKind, SpaceMember, Why
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies import models as agencies
from intranet.organisation.agencies.occupation_models import PostOccupation
from intranet.organisation.agencies.occupation_words import vocabulary_version
from intranet.organisation.agencies.occupations import rows_of_occupations
from intranet.organisation.agencies.territories import PlaceKind, all_territories
from intranet.organisation.people.models import Absence, Appointment, AppointmentKind, Person
from intranet.platform.audit.chain import FIRST_HASH, hash_of
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.platform.index.models import SearchDocument
from intranet.platform.index.operations import WRITTEN, IndexDocument, row_of
from tools.bench.country.plan import CountrySpace, Scale, country_spaces
from tools.bench.country.raw import Of, as_json, instant, localized, milliseconds, moment
from tools.bench.country.sinks import Sink
from tools.bench.country.words import LANGUAGES, occupations_in
from tools.demo.files import names_in, read

ZONE = "Europe/Madrid"
PLACES_PER_POST = 2
ONE_IN_AWAY = 40
"""The number of people for each one who is absent now."""
AgencyTags = index_documents.DirectoryAgencyTags
HOLDER = SimpleNamespace(kind=AppointmentKind.HOLDER, languages=(), is_open=False)


class CountryOrganisation:
    """A loader of the organisation, agency by agency, that keeps what later loaders need."""

    def __init__(self, sink: Sink, scale: Scale, chance: random.Random) -> None:
        self.scale = scale
        self.spaces: list[CountrySpace] = []
        self.post_of = array("I")
        """The number of the post of each person."""
        self.captions: list[str] = []
        """The caption under the names of authors in each space."""
        self.words: set[str] = set()
        self._chance = chance
        self._posts = self._first_post = self._members = 0
        self._since = clock.start_of(clock.today(ZONE).replace(month=1, day=1), ZONE)
        self._starts_on = clock.today(ZONE).replace(month=1, day=1).isoformat()
        self._instant = instant(milliseconds(self._since))
        self._open(sink)

    def language(self, agency: int) -> str:
        """Return the language in which an agency writes."""
        return LANGUAGES[agency % len(LANGUAGES)]

    def person(self, number: int) -> str:
        """Return the id of a person."""
        return self.scale.id_of(Of.PERSON, number)

    def post(self, person: int) -> str:
        """Return the id of the post that a person holds."""
        return self.scale.id_of(Of.POST, self.post_of[person])

    def make(self) -> None:
        """Load the whole organisation."""
        for found in country_spaces(self.scale.sizes()):
            self._agency(found)

    def _open(self, sink: Sink) -> None:
        self._add_agency = sink.into(
            *(agencies.Agency, "id", "code", "handle", "name", "sort_key", "kind", "territory"),
            *("population", "languages", "second_factor"),
        )
        self._add_unit = sink.into(
            *(agencies.Unit, "id", "agency_id", "parent_id", "code", "name", "sort_key"),
            *("kind", "path"),
        )
        self._add_post = sink.into(
            *(agencies.Post, "id", "agency_id", "unit_id", "code", "handle", "title", "sort_key"),
            *("level", "is_head", "places", "occupations", "vocabulary_version"),
        )
        self._add_function = sink.into(agencies.PostFunction, "post_id", "function_code")
        named = ("post_id", "occupation", "agency_id", "strength")
        self._add_occupation = sink.into(PostOccupation, *named)
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
            agencies.Administration, "id", "agency_id", "post_id", "accepted_at"
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

    def document(self, document: IndexDocument) -> None:
        """Load a search document, and learn its words."""
        row = row_of(document)
        self.add_document(
            (
                *(row["kind"].value, row["subject_id"].hex, None, None, None),
                *(row["title"], row["body"], row["tags"]),
            )
        )
        self.words.update(row["title"].split(), row["body"].split())

    def _agency(self, found: list[CountrySpace]) -> None:
        number, root = found[0].agency, found[0]
        language = self.language(number)
        every = all_territories(PlaceKind.MUNICIPALITY)
        town = every[(number * 13) % len(every)]
        name = Localized({"es": f"Ayuntamiento de {town.name}", language: f"{town.name} {number}"})
        agency = agencies.Agency(
            id=UUID(self.scale.id_of(Of.AGENCY, number)),
            code=f"L{number:08}",
            handle=f"town{number}",
            name=name,
            sort_key=sort_key(name["es"])[:200],
            kind=agencies.AgencyKind.MUNICIPALITY,
            territory=town.code,
            population=root.size * 90,
            languages=list(dict.fromkeys((language, "es"))),
            in_directory=True,
        )
        self._add_agency(
            (
                *(agency.id.hex, agency.code, agency.handle, localized(name), agency.sort_key),
                *(agency.kind.value, agency.territory, agency.population),
                *(as_json(agency.languages), agencies.SecondFactor.NOBODY.value),
            )
        )
        self.document(index_documents.agency_document(agency))
        known = AgencyTags({agency.id: index_documents.agency_tags(agency)})
        names = self._names(language)
        self._first_post = self._posts
        self._chain = FIRST_HASH
        self._written = 0
        units: dict[int, SimpleNamespace] = {}
        for place, space in enumerate(found):
            parent = units[space.above[-1]] if space.above else None
            label = Localized({language: names[place % len(names)]}) if parent else name
            unit = units[space.number] = self._unit(space, agency.id, parent, label, known)
            self.captions.append(f"{label.text(language)} · {name.text(language)}"[:200])
            self._people(space, unit, language, known)
            self.spaces.append(space)

    def _unit(
        self, space: CountrySpace, agency_id: UUID, parent: Any, name: Localized, known: AgencyTags
    ) -> SimpleNamespace:
        unit_id = UUID(self.scale.id_of(Of.UNIT, space.number))
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
                *(f"{space.number}" if parent else "0", localized(name), sort_key(words)[:200]),
                *("unit" if parent else "root", unit.path),
            )
        )
        if parent:
            self.document(index_documents.unit_document(unit, known))
        space_id = self.scale.id_of(Of.SPACE, space.number)
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
        space: CountrySpace,
        unit: SimpleNamespace,
        language: str,
        known: AgencyTags,
    ) -> None:
        titles = [title for title in read("titles.toml").values() if title.get(language)]
        at = 0
        while at < space.own:
            is_head = at == 0
            count = 1 if is_head else min(PLACES_PER_POST, space.own - at)
            held = range(space.first + at, space.first + at + count)
            row = self._post(
                self._chance.choice(titles), unit, language, places=None if is_head else count
            )
            functions = {row.post_id: row.functions}
            self.document(index_documents.post_document(row, row.standing, known, functions))
            for number in held:
                person = self._person(number, space, unit, row, language)
                self.document(index_documents.person_document(person, [row], known, functions))
            if is_head and not space.above:
                self._add_administration(
                    (
                        self.scale.id_of(Of.OTHER, space.agency),
                        *(unit.agency_id.hex, row.post_id.hex, self._instant),
                    )
                )
            at += count

    def _post(
        self, said: Mapping[str, Any], unit: SimpleNamespace, language: str, *, places: int | None
    ) -> SimpleNamespace:
        """Load a post with `places` places; with None, the post of the head."""
        number = self._posts
        self._posts += 1
        post_id = UUID(self.scale.id_of(Of.POST, number))
        row = SimpleNamespace(
            post_id=post_id,
            title=Localized({language: said[language]}),
            handle=f"p{number - self._first_post}",
            level=said["level"],
            occupations=occupations_in(said[language], unit.name[language], language),
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
                *(as_json(row.occupations), vocabulary_version()),
            )
        )
        for code in row.functions:
            self._add_function((post_id.hex, code))
        for key, strength in rows_of_occupations(post_id, row.occupations):
            self._add_occupation((post_id.hex, key, unit.agency_id.hex, strength))
        return row

    def _person(
        self,
        number: int,
        space: CountrySpace,
        unit: SimpleNamespace,
        row: SimpleNamespace,
        language: str,
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
        for above in (*space.above, space.number):
            leads = row.is_head and above == space.number
            self._add_member(
                (
                    self.scale.id_of(Of.MEMBER, self._members),
                    *(self.scale.id_of(Of.SPACE, above), person_id, appointment_id),
                    *((Role.HEAD if leads else Role.MEMBER).value, Why.RULE.value, self._instant),
                )
            )
            self._members += 1
        self._line(number, unit.agency_id, UUID(appointment_id))
        if number % ONE_IN_AWAY == ONE_IN_AWAY - 1:
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
        """Append the appointment to the audit chain of the agency."""
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
        """Return the unit names of the demonstration in a language, and some more."""
        found = list(dict.fromkeys(_unit_names(language)))
        self._chance.shuffle(found)
        return [*found, *(f"Oficina {number}" for number in range(20))]


def _unit_names(language: str) -> Iterator[str]:
    for name in names_in("agencies"):
        for unit in read(name)["unit"]:
            if said := unit["name"].get(language):
                yield said
