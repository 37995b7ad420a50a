"""To what the catalogue is narrowed, read from an address. Nonsense narrows to nothing."""

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
"""As `size`: as large as one of the reader's own administrations."""
WORDS_LIMIT, VALUE_LIMIT = 200, 40


@dataclass(frozen=True)
class Narrowing:
    """Each part as the address has it, empty where it is not narrowed."""

    q: str = ""
    of: str = ""
    stage: str = ""
    topic: str = ""
    agency: str = ""
    territory: str = ""
    size: str = ""

    def address(self, **changes: str) -> dict[str, str]:
        """The same as parts of an address, some of them changed; empty takes one away."""
        known = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in {**known, **changes}.items() if value}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return not self.address()


def read_narrowing(sent: Mapping[str, str]) -> Narrowing:
    """What an address asks for."""
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
    return Narrowing(
        **{name: (known.get(name, True) and text) or "" for name, text in values.items()}
    )


def conditions(person: Person, narrowing: Narrowing) -> list[ColumnElement[bool]]:
    """The same, but for the words, as conditions on `Initiative`."""
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
    """How large the person's own administrations are, each as one of six sizes."""
    held = current_appointments(person.id)
    agencies = [appointment.post.unit.agency for appointment in held]
    return {size_band(agency.population) for agency in agencies if agency.population is not None}


def within(bands: set[int]) -> ColumnElement[bool]:
    """Of one of these sizes, as a condition on `Agency`."""
    edges = [0, *SIZES, None]
    parts = []
    for band in sorted(bands):
        low, high = edges[band], edges[band + 1]
        part = Agency.population >= low
        parts.append(and_(part, Agency.population < high) if high is not None else part)
    return or_(*parts) if parts else Agency.id.is_(None)


def _agencies(person: Person, narrowing: Narrowing) -> list[object]:
    """Ids asked beforehand, so that the list walks along one index."""
    asked = select(Agency.id).where(Agency.id.not_in(closed_agency_ids(person)))
    if narrowing.agency:
        asked = asked.where(Agency.code == narrowing.agency)
    if narrowing.territory:
        asked = asked.where(Agency.territory.startswith(narrowing.territory, autoescape=True))
    if narrowing.size:
        own = narrowing.size == MINE
        asked = asked.where(within(own_sizes(person) if own else {int(narrowing.size)}))
    return list(db.session.scalars(asked))
