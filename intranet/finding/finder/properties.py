"""Properties of posts and agencies by which a search is narrowed: their tags and labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from intranet.finding.finder.filters import VALUE_CHARACTERS, Filters
from intranet.organisation.agencies.labels import (
    LEVELS,
    agency_kind_names,
    function_name,
    level_names,
)
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.territories import canonical, get_territory
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import printable
from intranet.platform.core.templating import number
from intranet.platform.core.web import current_language
from intranet.platform.index import tags
from intranet.platform.index.tags import SIZES

LEVEL_CODES = tuple(map(str, LEVELS))
SIZE_BANDS = tuple(map(str, range(len(SIZES) + 1)))


def _is_word(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()


@dataclass(frozen=True)
class FilterProperty:
    """A property to filter by: its title, and the tag and the label of each value."""

    title: Words
    tag: Callable[[str], str]
    label: Callable[[str], str]
    is_possible: Callable[[str], bool] = _is_word
    normal: Callable[[str], str] = str


@dataclass(frozen=True)
class TagFilters(Filters):
    """Base of filters that the index knows as tags; a value that cannot exist finds nothing."""

    @classmethod
    def values(cls, sent: Mapping[str, str]) -> dict[str, Any]:
        """Read the values from an address, each as it is stored."""
        return {
            name: PROPERTIES[name].normal(printable(sent.get(name, ""), VALUE_CHARACTERS))
            for name in cls.parameters()
            if name in PROPERTIES
        }

    @property
    def properties(self) -> dict[str, str]:
        """The filters that are set, by property."""
        return {name: value for name, value in self.address().items() if name in PROPERTIES}

    @property
    def is_impossible(self) -> bool:
        """Whether a filter names something that does not exist."""
        return not all(
            PROPERTIES[name].is_possible(value) for name, value in self.properties.items()
        )

    def as_tags(self) -> list[str]:
        """Return the filters as tags of the index."""
        return [PROPERTIES[name].tag(value) for name, value in self.properties.items()]


def _kind_label(kind: str) -> str:
    return agency_kind_names().get(kind, kind)


def _level_label(level: str) -> str:
    return level_names()[int(level)] if level in LEVEL_CODES else level


def _territory_label(code: str) -> str:
    found = get_territory(code)
    return found.name if found else code


def _language_label(tag: str) -> str:
    name = str(Locale(current_language()).languages.get(tag) or tag)
    return name[:1].upper() + name[1:]


def size_label(band: str) -> str:
    """Return a band of agency sizes in words, by inhabitants."""
    if band not in SIZE_BANDS:
        return band
    position = int(band)
    if position == len(SIZES):
        return _("%(count)s inhabitants or more", count=number(SIZES[-1]))
    if position == 0:
        return _("Fewer than %(count)s inhabitants", count=number(SIZES[0]))
    low, high = map(number, SIZES[position - 1 : position + 1])
    return _("%(low)s to %(high)s inhabitants", low=low, high=high)


PROPERTIES: Mapping[str, FilterProperty] = {
    "function": FilterProperty(_l("Function"), tags.function, function_name, normal=str.upper),
    "kind": FilterProperty(
        _l("Type of agency"), tags.agency_kind, _kind_label, set(AgencyKind).__contains__
    ),
    "size": FilterProperty(
        _l("Size"),
        lambda band: tags.size_of(int(band)),
        size_label,
        SIZE_BANDS.__contains__,
    ),
    "territory": FilterProperty(_l("Area"), tags.territory, _territory_label, normal=canonical),
    "level": FilterProperty(
        _l("Level"),
        lambda level: tags.level(int(level)),
        _level_label,
        LEVEL_CODES.__contains__,
    ),
    "language": FilterProperty(_l("Language"), tags.language, _language_label),
    "open": FilterProperty(
        _l("Questions"),
        lambda _value: tags.OPEN,
        lambda _value: _("Open to questions"),
        normal=lambda text: "1" if text in {"1", "true", "yes"} else "",
    ),
}
