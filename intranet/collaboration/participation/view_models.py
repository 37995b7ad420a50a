"""View models of the common list: the kind and state of each item in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.publishing.publications import view_models
from intranet.publishing.publications.kinds import KindState, kind_of
from intranet.publishing.publications.queries import PublicationItem


@dataclass(frozen=True)
class Contribution:
    """A question, idea, poll or event in a list."""

    row: view_models.PublicationRow
    kind_words: str
    author: str
    agency: str
    state: KindState


def contributions(
    items: Sequence[PublicationItem], states: Mapping[UUID, KindState]
) -> list[Contribution]:
    """Return publications as rows of a list, in the order given."""
    return [_contribution(item, states.get(item.publication.id, KindState())) for item in items]


def _contribution(item: PublicationItem, state: KindState) -> Contribution:
    publication = item.publication
    by = None if publication.is_unnamed else publication.published_by
    agency = publication.space.agency
    return Contribution(
        row=view_models.row(item),
        kind_words=str(kind_of(publication).word),
        author=by.name if by else "",
        agency=view_models.text_of(agency.name, agency.language),
        state=state,
    )
