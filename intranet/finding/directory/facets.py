"""Facets of a directory search, with the number of matches for each choice."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory.entries import words
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.search import DirectoryMatches
from intranet.finding.finder.facets import ActiveFilter, Facet, FacetChoice, active_filters, facet
from intranet.finding.finder.properties import LEVEL_CODES, PROPERTIES
from intranet.organisation.agencies.models import Agency, AgencyKind
from intranet.organisation.agencies.territories import PlaceKind, all_territories, get_territory
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind

MAX_CHOICES = 8
INNER = (PlaceKind.REGION, PlaceKind.PROVINCE, PlaceKind.MUNICIPALITY)
AGENCY, FUNCTION = "xa", tags.function("")


def facets(viewer: Person, found: DirectoryMatches) -> list[Facet]:
    """Return the facets that divide the results, each with its commonest values."""
    # Each document has a tag once: a person with two posts in an agency counts once.
    counted = Counter(" ".join(found.counted).split())
    filters = found.filters
    made = []
    if not filters.agency:
        made.append(Facet("agency", _("Agency"), _agencies(viewer, counted)))
    if not filters.kind:
        made.append(_commonest("kind", counted, AgencyKind))
    made.append(_commonest("territory", counted, _territories(filters, counted)))
    if not filters.function:
        made.append(_commonest("function", counted, _functions(counted)))
    if not filters.level:
        made.append(_of_tags("level", counted, LEVEL_CODES))
    return [each for each in made if len(each.choices) > 1]


def chosen(filters: DirectoryFilters) -> list[ActiveFilter]:
    """Return the active filters in words, except an agency that is closed to the viewer."""
    found = active_filters(filters)
    if filters.agency_id:
        agency = db.session.get_one(Agency, filters.agency_id)
        found.insert(0, ActiveFilter("agency", words(agency.name, agency)))
    return found


def group_names() -> dict[str, str]:
    """Return the names of the kinds of results."""
    return {
        DocumentKind.PERSON.value: _("People"),
        DocumentKind.POST.value: _("Posts"),
        DocumentKind.UNIT.value: _("Units"),
        DocumentKind.AGENCY.value: _("Agencies"),
    }


def _agencies(viewer: Person, counted: Counter[str]) -> list[FacetChoice]:
    tags_found = [tag for tag, _count in counted.most_common() if _is_agency(tag)]
    ids = [UUID(tag.removeprefix(AGENCY)) for tag in tags_found[: MAX_CHOICES + 1]]
    closed = closed_agency_ids(viewer)
    rows = db.session.scalars(select(Agency).where(Agency.id.in_(ids)))
    known = {agency.id: agency for agency in rows if agency.id not in closed}
    return [
        FacetChoice(
            known[each].code, words(known[each].name, known[each]), counted[tags.agency(each)]
        )
        for each in ids
        if each in known
    ][:MAX_CHOICES]


def _territories(filters: DirectoryFilters, counted: Counter[str]) -> list[str]:
    """Return regions, the provinces within one, or the municipalities within a province."""
    known = _places_by_tag()
    here = get_territory(filters.territory) if filters.territory else None
    inner = INNER if here is None else INNER[INNER.index(here.kind) + 1 :]
    there = [known[tag] for tag in counted if tag in known]
    for kind in inner:
        codes = [code for code, its in there if its == kind and code.startswith(filters.territory)]
        if len(codes) > 1:
            return codes
    return []


def _functions(counted: Counter[str]) -> list[str]:
    common = [tag for tag, _count in counted.most_common() if tag.startswith(FUNCTION)]
    return [tag.removeprefix(FUNCTION).upper() for tag in common[: MAX_CHOICES + 1]]


def _commonest(name: str, counted: Counter[str], values: Iterable[str]) -> Facet:
    """Return a facet with its commonest values, and equally common ones by name."""
    whole = _of_tags(name, counted, values)
    choices = sorted(whole.choices, key=lambda each: (-each.count, each.name))
    return Facet(name, whole.title, choices[:MAX_CHOICES])


def _of_tags(name: str, counted: Counter[str], values: Iterable[str]) -> Facet:
    """Return a facet with the values whose tags were counted."""
    tag = PROPERTIES[name].tag
    counts = Counter({each: counted[tag(each)] for each in values if counted[tag(each)]})
    return facet(name, counts, counts)


def _is_agency(tag: str) -> bool:
    return tag.startswith(AGENCY) and len(tag) == len(AGENCY) + 32


@cache
def _places_by_tag() -> dict[str, tuple[str, PlaceKind]]:
    return {
        tags.territory(each.code): (each.code, kind)
        for kind in PlaceKind
        for each in all_territories(kind)
    }
