"""What an agency leads and what it took over, for its page among all others."""

from dataclasses import dataclass

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.listing import Row, rows
from intranet.collaboration.initiatives.models import IN_USE, Adoption, Initiative
from intranet.collaboration.initiatives.words import USE_TONES, use_words
from intranet.organisation.accounts.access import current_person
from intranet.organisation.agencies.models import Agency

SHOWN = 5


@dataclass(frozen=True)
class Taken:
    """An initiative of others, and what the agency says of it."""

    row: Row
    adoption: Adoption
    use: str
    tone: str


@dataclass(frozen=True)
class Block:
    """The latest of both."""

    leads: list[Row]
    uses: list[Taken]


def agency_initiatives(agency: Agency) -> Block:
    """What an agency leads and uses, within what the viewer may read."""
    viewer = current_person()
    if viewer is None:
        return Block([], [])
    led = queries.catalogue(viewer, [Initiative.agency_id == agency.id], limit=SHOWN)
    used = queries.used_by(viewer, agency, IN_USE, SHOWN)
    words = use_words()
    return Block(
        rows(led),
        [
            Taken(row, adoption, words[adoption.use.value], USE_TONES[adoption.use.value])
            for row, (adoption, _one) in zip(
                rows([one for _adoption, one in used]), used, strict=True
            )
        ],
    )
