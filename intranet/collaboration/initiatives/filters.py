"""Filters of the catalogue, read from an address. Unknown values are ignored."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from intranet.collaboration.initiatives.models import Adoption, Initiative, Stage, Use
from intranet.extensions import db
from intranet.finding.finder.filters import FilterReader, Filters
from intranet.finding.finder.properties import SIZE_BANDS
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.territories import canonical, get_territory
from intranet.organisation.people.access import closed_agency_ids, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.index.tags import SIZES, size_band
from intranet.publishing.publications.models import PublicationTopic

OURS, USED = "ours", "used"
MINE = "mine"
"""The `size` of the reader's own administrations."""
WORDS_LIMIT = 200


@dataclass(frozen=True)
class InitiativeFilters(Filters):
    """The filters of the catalogue as in the address; empty where not used."""

    q: str = ""
    of: str = ""
    stage: str = ""
    topic: str = ""
    agency: str = ""
    territory: str = ""
    size: str = ""


def read_narrowing(sent: Mapping[str, str]) -> InitiativeFilters:
    """Read the filters of the catalogue from an address."""
    given = FilterReader(sent)
    topic, territory = given.text("topic").upper(), canonical(given.text("territory"))
    return InitiativeFilters(
        q=given.text("q", WORDS_LIMIT),
        of=given.one_of("of", {OURS, USED}),
        stage=given.one_of("stage", set(Stage)),
        topic=topic if topic in function_names() else "",
        agency=given.text("agency"),
        territory=territory if get_territory(territory) else "",
        size=given.one_of("size", {MINE, *SIZE_BANDS}),
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
    """Return the condition on `Agency` that it has one of these sizes."""
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
