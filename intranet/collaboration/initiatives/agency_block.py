"""The initiatives that an agency leads, and those that it uses, for its profile page."""

from dataclasses import dataclass

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.labels import USE_TONES, use_words
from intranet.collaboration.initiatives.listing import InitiativeListRow, rows
from intranet.collaboration.initiatives.models import IN_USE, Adoption, Initiative
from intranet.organisation.accounts.access import current_person
from intranet.organisation.agencies.models import Agency

MAX_SHOWN = 5


@dataclass(frozen=True)
class InitiativeInUse:
    """An initiative of another agency, with the record of its use."""

    row: InitiativeListRow
    adoption: Adoption
    use: str
    tone: str


@dataclass(frozen=True)
class InitiativeBlock:
    """The latest initiatives that an agency leads, and the latest that it uses."""

    leads: list[InitiativeListRow]
    uses: list[InitiativeInUse]


def agency_initiatives(agency: Agency) -> InitiativeBlock:
    """Return the initiatives an agency leads, and those it uses, that the viewer may read."""
    viewer = current_person()
    if viewer is None:
        return InitiativeBlock([], [])
    led = queries.catalogue(viewer, [Initiative.agency_id == agency.id], limit=MAX_SHOWN)
    used = queries.used_by(viewer, agency, IN_USE, MAX_SHOWN)
    words = use_words()
    return InitiativeBlock(
        rows(led),
        [
            InitiativeInUse(row, adoption, words[adoption.use.value], USE_TONES[adoption.use.value])
            for row, (adoption, _one) in zip(
                rows([one for _adoption, one in used]), used, strict=True
            )
        ],
    )
