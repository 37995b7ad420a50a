"""The catalogue as a page: its filters, its rows, and the cursor of the next page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.filters import (
    MINE,
    InitiativeFilters,
    conditions,
    own_sizes,
)
from intranet.collaboration.initiatives.labels import STAGE_TONES, USE_TONES, stage_words, use_words
from intranet.collaboration.initiatives.models import (
    IN_USE,
    INITIATIVE,
    Adoption,
    InitiativeTranslation,
    Stage,
    Use,
)
from intranet.extensions import db
from intranet.finding.finder.properties import SIZE_BANDS, size_label
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.territories import PlaceKind, territories_of
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import after_time
from intranet.platform.core.web import current_language
from intranet.publishing.publications import view_models
from intranet.publishing.publications.nearest import fits

PAGE_SIZE = 30
STEPS = (Stage.IDEA, Stage.PILOT, Stage.RUNNING)
MAX_HITS = 40
"""A search shows at most this many; a more specific search finds the rest."""


@dataclass(frozen=True)
class InitiativeListRow:
    """An initiative in the catalogue.

    `steps` is the number of stages that it has reached, 0 once it is closed; `own_use` is the use
    by an agency of the reader.
    """

    id: UUID
    title: str
    purpose: str
    language: str
    stage: str
    stage_text: str
    tone: str
    agency: str
    changed_at: datetime
    in_use: int
    considering: int
    gave_up: int
    cost: str = ""
    time: str = ""
    steps: int = 0
    own_use: str = ""
    own_tone: str = "plain"


def catalogue_context(
    person: Person, narrowing: InitiativeFilters, before: tuple[datetime, UUID] | None
) -> dict[str, Any]:
    """Return the context of a page of the catalogue, with its filters."""
    found = listed(person, narrowing, before, PAGE_SIZE + 1)
    is_cut = not narrowing.q and len(found) > PAGE_SIZE
    some = found[:PAGE_SIZE] if not narrowing.q else found
    last = some[-1].initiative if is_cut else None
    return {
        "rows": rows(some, own_uses(person, [one.publication.id for one in some])),
        "narrowing": narrowing,
        "next_before": after_time(last.changed_at, last.publication_id) if last else None,
        "has_own_size": bool(own_sizes(person)),
        **_choices(),
    }


def listed(
    person: Person, narrowing: InitiativeFilters, before: tuple[datetime, UUID] | None, limit: int
) -> list[queries.InitiativeListEntry]:
    """Return matching initiatives: by words the nearest first, otherwise the last changed first.

    A search is a single page of at most forty.
    """
    narrowed = conditions(person, narrowing)
    if not narrowing.q:
        return queries.catalogue(person, narrowed, before=before, limit=limit)
    ids = [fit.publication_id for fit in fits(INITIATIVE, narrowing.q)]
    return queries.matching_among(person, ids, narrowed, MAX_HITS) if ids and before is None else []


def rows(
    found: Sequence[queries.InitiativeListEntry], own: Mapping[UUID, Use] = MappingProxyType({})
) -> list[InitiativeListRow]:
    """Return initiatives as rows of a list, in the reader's language. One query.

    Args:
        own: the uses by the reader's agencies.
    """
    purposes = _purposes([one.initiative.publication_id for one in found]) if found else {}
    stages = stage_words()
    uses = use_words()
    return [
        replace(
            _row(one, purposes, stages),
            own_use=uses[own[one.publication.id].value] if one.publication.id in own else "",
            own_tone=USE_TONES[own[one.publication.id].value]
            if one.publication.id in own
            else "plain",
        )
        for one in found
    ]


def own_uses(person: Person, ids: Sequence[UUID]) -> dict[UUID, Use]:
    """Return the uses of these initiatives by the reader's agencies, the latest of each."""
    if not ids:
        return {}
    said = db.session.execute(
        select(Adoption.publication_id, Adoption.use)
        .where(
            Adoption.publication_id.in_(ids),
            Adoption.agency_id.in_(own_agency_ids(person)),
            Adoption.replaced_at.is_(None),
        )
        .order_by(Adoption.at)
    )
    return dict(said.all())


def _row(
    one: queries.InitiativeListEntry, purposes: dict[tuple[UUID, str], str], stages: dict[str, str]
) -> InitiativeListRow:
    initiative, version = one.initiative, one.version
    agency = initiative.agency
    language = version.title.language(current_language(), agency.language)
    return InitiativeListRow(
        id=initiative.publication_id,
        title=version.title.text(language),
        purpose=purposes.get((initiative.publication_id, language), ""),
        language=language,
        stage=initiative.stage.value,
        stage_text=stages[initiative.stage.value],
        tone=STAGE_TONES[initiative.stage.value],
        agency=view_models.text_of(agency.name, agency.language),
        changed_at=initiative.changed_at,
        in_use=sum(one.uses.get(use, 0) for use in IN_USE),
        considering=one.uses.get(Use.CONSIDERING, 0),
        gave_up=one.uses.get(Use.GAVE_UP, 0),
        cost=initiative.cost,
        time=initiative.time,
        steps=STEPS.index(initiative.stage) + 1 if initiative.stage in STEPS else 0,
    )


def _purposes(ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    found = db.session.execute(
        select(
            InitiativeTranslation.publication_id,
            InitiativeTranslation.language,
            InitiativeTranslation.purpose,
        ).where(InitiativeTranslation.publication_id.in_(ids))
    )
    return {(publication_id, language): purpose for publication_id, language, purpose in found}


def _choices() -> dict[str, Any]:
    """Return the options of each filter, as (value, text)."""
    agencies = queries.leading_agencies()
    everything = ("", _("Any"))
    sizes = [(band, size_label(band)) for band in SIZE_BANDS]
    topics = sorted(function_names().items(), key=lambda pair: pair[1])
    return {
        "stages": list(stage_words().items()),
        "topics": [everything, *topics],
        "agencies": [
            everything,
            *((code, view_models.text_of(name, own)) for code, name, own, _territory in agencies),
        ],
        "territories": [everything, *_territories([row[3] for row in agencies])],
        "sizes": [everything, (MINE, _("Similar in size to mine")), *sizes],
    }


def _territories(territories: Sequence[str | None]) -> list[tuple[str, str]]:
    """Return the regions and provinces of agencies that lead an initiative."""
    found = {
        each.code: each.name
        for territory in set(territories)
        for each in territories_of(territory)
        if each.kind != PlaceKind.MUNICIPALITY
    }
    return sorted(found.items(), key=lambda pair: pair[0])
