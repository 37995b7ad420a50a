"""Filters of the catalogue, read from an address. Unknown values are ignored."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from intranet.collaboration.initiatives.models import Adoption, Initiative, Stage, Use
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Function
from intranet.organisation.agencies.territories import canonical, place
from intranet.organisation.people.access import closed_agency_ids, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.parsing import printable
from intranet.platform.index.tags import SIZES, size_band
from intranet.publishing.publications.models import PublicationTopic

NAMES = ("q", "of", "stage", "topic", "agency", "territory", "size")
OURS, USED = "ours", "used"
MINE = "mine"
"""The `size` of the reader's own administrations."""
WORDS_LIMIT, VALUE_LIMIT = 200, 40


@dataclass(frozen=True)
class InitiativeFilters:
    """The filters of the catalogue as in the address; empty where not used."""

    q: str = ""
    of: str = ""
    stage: str = ""
    topic: str = ""
    agency: str = ""
    territory: str = ""
    size: str = ""

    def address(self, **changes: str) -> dict[str, str]:
        """Return the filters as parameters of an address, some changed; an empty one is removed."""
        known = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in {**known, **changes}.items() if value}

    @property
    def is_empty(self) -> bool:
        """Whether no filter is used."""
        return not self.address()


def read_narrowing(sent: Mapping[str, str]) -> InitiativeFilters:
    """Read the filters of the catalogue from an address."""
    values = {name: printable(sent.get(name, ""), VALUE_LIMIT) for name in NAMES}
    values["q"] = printable(sent.get("q", ""), WORDS_LIMIT)
    values["topic"] = values["topic"].upper()
    values["territory"] = canonical(values["territory"])
    sizes = {MINE, *(str(band) for band in range(len(SIZES) + 1))}
    known = {
        "of": values["of"] in {OURS, USED},
        "stage": values["stage"] in set(Stage),
        "size": values["size"] in sizes,
        "territory": place(values["territory"]) is not None,
        "topic": bool(values["topic"]) and db.session.get(Function, values["topic"]) is not None,
    }
    return InitiativeFilters(
        **{name: (known.get(name, True) and text) or "" for name, text in values.items()}
    )


def conditions(person: Person, narrowing: InitiativeFilters) -> list[ColumnElement[bool]]:
    """Return the filters, except the words, as conditions on `Initiative`."""
    found: list[ColumnElement[bool]] = []
    own = own_agency_ids(person)
    if narrowing.of == OURS:
        found.append(Initiative.agency_id.in_(own))
    if narrowing.of == USED:
        used = select(Adoption.publication_id).where(
            Adoption.agency_id.in_(own),
            Adoption.replaced_at.is_(None),
            Adoption.use != Use.GAVE_UP,
        )
        found.append(Initiative.publication_id.in_(used))
    if narrowing.stage:
        found.append(Initiative.stage == Stage(narrowing.stage))
    if narrowing.topic:
        found.append(
            exists().where(
                PublicationTopic.publication_id == Initiative.publication_id,
                PublicationTopic.function_code == narrowing.topic,
            )
        )
    if narrowing.agency or narrowing.territory or narrowing.size:
        found.append(Initiative.agency_id.in_(_agencies(person, narrowing)))
    return found


def own_sizes(person: Person) -> set[int]:
    """Return the sizes of the person's own administrations, each as one of six bands."""
    held = current_appointments(person.id)
    agencies = [appointment.post.unit.agency for appointment in held]
    return {size_band(agency.population) for agency in agencies if agency.population is not None}


def within(bands: set[int]) -> ColumnElement[bool]:
    """The agency has one of these sizes, as a condition on `Agency`."""
    edges = [0, *SIZES, None]
    parts = []
    for band in sorted(bands):
        low, high = edges[band], edges[band + 1]
        part = Agency.population >= low
        parts.append(and_(part, Agency.population < high) if high is not None else part)
    return or_(*parts) if parts else Agency.id.is_(None)


def _agencies(person: Person, narrowing: InitiativeFilters) -> list[object]:
    """Return the ids of matching agencies, queried first so that the list uses a single index."""
    asked = select(Agency.id).where(Agency.id.not_in(closed_agency_ids(person)))
    if narrowing.agency:
        asked = asked.where(Agency.code == narrowing.agency)
    if narrowing.territory:
        asked = asked.where(Agency.territory.startswith(narrowing.territory, autoescape=True))
    if narrowing.size:
        own = narrowing.size == MINE
        asked = asked.where(within(own_sizes(person) if own else {int(narrowing.size)}))
    return list(db.session.scalars(asked))
