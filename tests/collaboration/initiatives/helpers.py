"""Short ways to initiatives: put into the catalogue, used elsewhere."""

from typing import Any

from intranet.collaboration.initiatives.body import InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.models import Adoption, Initiative, Use
from intranet.collaboration.initiatives.operations.adopting import (
    InitiativeUseDetails,
    record_adoption,
)
from intranet.collaboration.initiatives.operations.describing import create_initiative
from intranet.collaboration.initiatives.queries import current_adoption
from intranet.messaging.spaces.models import Visibility
from intranet.publishing.publications.placement import PublicationPlacement, posts_of, spaces_of

TITLE, PURPOSE = "Obra menor en 24 horas", "La ventanilla lo anota y se revisa después."
SAID = InitiativeWording(
    TITLE, PURPOSE, "Doce días de espera.", "Una declaración guiada.", "Un día.", "Antes."
)
FACTS = InitiativeFacts(
    [("12 días → 1", "para el vecino")], cost="4.200 €", law="Ley 39/2015, art. 69"
)


def started(
    author: Any,
    title: str = TITLE,
    *,
    visibility: Visibility = Visibility.NETWORK,
    texts: dict[str, InitiativeWording] | None = None,
    facts: InitiativeFacts = FACTS,
    **more: Any,
) -> Initiative:
    """An initiative of the author's first post, in the place that is nearest to it."""
    space, post = spaces_of(author)[0], posts_of(author)[0]
    said = texts or {"es": InitiativeWording(title, *list(vars(SAID).values())[1:])}
    return create_initiative(
        author, PublicationPlacement(space, post, visibility), said, facts, **more
    )


def used(
    person: Any, initiative: Initiative, agency: Any, use: Use = Use.ADOPTED, **told: Any
) -> Adoption:
    """What somebody says for an agency of its use."""
    known = current_adoption(initiative.publication_id, agency.id)
    replaces = known.id if known else None
    return record_adoption(
        person, initiative, agency, InitiativeUseDetails(use, **told), replaces=replaces
    )
