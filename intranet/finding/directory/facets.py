"""Facets of a directory search, with the number of matches for each choice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory.entries import words
from intranet.finding.directory.filters import LEVELS, DirectoryFilters
from intranet.finding.directory.search import DirectoryMatches
from intranet.organisation.agencies.models import Agency, AgencyKind, Function
from intranet.organisation.agencies.territories import PlaceKind, place, places
from intranet.organisation.agencies.words import agency_kind_names, level_names
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind

MAX_CHOICES = 8
INNER = (PlaceKind.REGION, PlaceKind.PROVINCE, PlaceKind.MUNICIPALITY)
FUNCTION = tags.function("")


@dataclass(frozen=True)
class DirectoryFacetChoice:
    """A value of a facet, with the number of matches among those counted."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class DirectoryFacet:
    """A filter that is not set yet, with its choices."""

    name: str
    title: str
    choices: Sequence[DirectoryFacetChoice]


@dataclass(frozen=True)
class DirectoryActiveFilter:
    """An active filter."""

    name: str
    text: str


def facets(viewer: Person, found: DirectoryMatches) -> list[DirectoryFacet]:
    """Return the facets that divide the results, each with its commonest values."""
    # Each document has a tag once: a person with two posts in an agency counts once.
    counted = Counter(" ".join(found.counted).split())
    filters = found.filters
    made = []
    if not filters.agency:
        made.append(DirectoryFacet("agency", _("Agency"), _agencies(viewer, counted)))
    if not filters.kind:
        made.append(DirectoryFacet("kind", _("Type of agency"), _kinds(counted)))
    if territories := _territories(filters, counted):
        made.append(DirectoryFacet("territory", _("Area"), territories))
    if not filters.function:
        made.append(DirectoryFacet("function", _("Function"), _functions(counted)))
    if not filters.level:
        made.append(DirectoryFacet("level", _("Level"), _levels(counted)))
    return [facet for facet in made if len(facet.choices) > 1]


def chosen(filters: DirectoryFilters) -> list[DirectoryActiveFilter]:
    """Return the active filters, in words."""
    made = []
    if filters.agency_id:
        agency = db.session.get_one(Agency, filters.agency_id)
        made.append(DirectoryActiveFilter("agency", words(agency.name, agency)))
    if filters.kind:
        made.append(
            DirectoryActiveFilter("kind", agency_kind_names().get(filters.kind, filters.kind))
        )
    if filters.territory:
        known = place(filters.territory)
        made.append(DirectoryActiveFilter("territory", known.name if known else filters.territory))
    if filters.function:
        function = db.session.get(Function, filters.function)
        named = function.name.text(current_language()) if function else filters.function
        made.append(DirectoryActiveFilter("function", named))
    if filters.level:
        named = level_names()[int(filters.level)] if filters.level in LEVELS else filters.level
        made.append(DirectoryActiveFilter("level", named))
    return made


def group_names() -> dict[str, str]:
    """Return the names of the kinds of results."""
    return {
        DocumentKind.PERSON.value: _("People"),
        DocumentKind.POST.value: _("Posts"),
        DocumentKind.UNIT.value: _("Units"),
        DocumentKind.AGENCY.value: _("Agencies"),
    }


def _agencies(viewer: Person, counted: Counter[str]) -> list[DirectoryFacetChoice]:
    prefix = "xa"
    common = [tag for tag, _count in counted.most_common() if _is_id(tag, prefix)][
        : MAX_CHOICES + 1
    ]
    ids = [UUID(tag.removeprefix(prefix)) for tag in common]
    closed = closed_agency_ids(viewer)
    rows = db.session.scalars(select(Agency).where(Agency.id.in_(ids)))
    known = {agency.id: agency for agency in rows if agency.id not in closed}
    return [
        DirectoryFacetChoice(
            known[each].code, words(known[each].name, known[each]), counted[tags.agency(each)]
        )
        for each in ids
        if each in known
    ][:MAX_CHOICES]


def _kinds(counted: Counter[str]) -> list[DirectoryFacetChoice]:
    names = agency_kind_names()
    found = [
        DirectoryFacetChoice(
            kind.value, names.get(kind.value, kind.value), counted[tags.agency_kind(kind.value)]
        )
        for kind in AgencyKind
    ]
    return _common(found)


def _territories(filters: DirectoryFilters, counted: Counter[str]) -> list[DirectoryFacetChoice]:
    """Return regions, the provinces within one, or the municipalities within a province."""
    known = _places_by_tag()
    here = place(filters.territory) if filters.territory else None
    inner = INNER if here is None else INNER[INNER.index(here.kind) + 1 :]
    for kind in inner:
        found = [
            DirectoryFacetChoice(known[tag][0], known[tag][1], count)
            for tag, count in counted.items()
            if tag in known
            and known[tag][2] == kind
            and known[tag][0].startswith(filters.territory)
        ]
        if len(found) > 1:
            return _common(found)
    return []


def _functions(counted: Counter[str]) -> list[DirectoryFacetChoice]:
    language = current_language()
    common = [tag for tag, _count in counted.most_common() if tag.startswith(FUNCTION)]
    codes = [tag.removeprefix(FUNCTION).upper() for tag in common[: MAX_CHOICES + 1]]
    rows = db.session.execute(select(Function.code, Function.name).where(Function.code.in_(codes)))
    return _common(
        DirectoryFacetChoice(code, name.text(language), counted[tags.function(code)])
        for code, name in rows
    )


def _levels(counted: Counter[str]) -> list[DirectoryFacetChoice]:
    names = level_names()
    found = [
        DirectoryFacetChoice(level, names[int(level)], counted[tags.level(int(level))])
        for level in LEVELS
    ]
    return [choice for choice in found if choice.count]


def _common(choices: Iterable[DirectoryFacetChoice]) -> list[DirectoryFacetChoice]:
    some = sorted(
        (each for each in choices if each.count), key=lambda each: (-each.count, each.name)
    )
    return some[:MAX_CHOICES]


def _is_id(tag: str, prefix: str) -> bool:
    return tag.startswith(prefix) and len(tag) == len(prefix) + 32


@cache
def _places_by_tag() -> dict[str, tuple[str, str, PlaceKind]]:
    return {
        tags.territory(each.code): (each.code, each.name, kind)
        for kind in PlaceKind
        for each in places(kind)
    }
