"""The filters of a counterpart search, read from an address; unknown values match nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.territories import canonical
from intranet.platform.core.parsing import printable
from intranet.platform.index import tags

NAMES = ("function", "kind", "size", "territory", "language", "open")
VALUE_CHARACTERS = 40


@dataclass(frozen=True)
class CounterpartFilters:
    """The filters as the address has them; an empty filter matches everything.

    `size` is one of the six bands of agency sizes; `open` is "1" for posts open to questions.
    """

    function: str = ""
    kind: str = ""
    size: str = ""
    territory: str = ""
    language: str = ""
    open: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "CounterpartFilters":
        """Read the filters from an address."""
        values = {name: printable(asked.get(name, ""), VALUE_CHARACTERS) for name in NAMES}
        values["function"] = values["function"].upper()
        values["territory"] = canonical(values["territory"])
        values["open"] = "1" if values["open"] in {"1", "true", "yes"} else ""
        return cls(**values)

    @property
    def is_empty(self) -> bool:
        """Whether no filter is set."""
        return not any(getattr(self, name) for name in NAMES)

    @property
    def is_impossible(self) -> bool:
        """Whether a filter names something that does not exist."""
        return bool(
            (self.kind and self.kind not in {each.value for each in AgencyKind})
            or (self.size and self.size not in {str(band) for band in range(len(tags.SIZES) + 1)})
            or not all(map(_word, (self.function, self.territory, self.language)))
        )

    def as_tags(self) -> list[str]:
        """Return the filters as tags of the index."""
        found: list[str] = []
        if self.function:
            found.append(tags.function(self.function))
        if self.kind:
            found.append(tags.agency_kind(self.kind))
        if self.size:
            found.append(tags.size_of(int(self.size)))
        if self.territory:
            found.append(tags.territory(self.territory))
        if self.language:
            found.append(tags.language(self.language))
        if self.open:
            found.append(tags.OPEN)
        return found

    def address(self) -> dict[str, str]:
        """Return the filters as the query of an address, without empty ones."""
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}


def _word(text: str) -> bool:
    return not text or (text.isascii() and text.replace("-", "").isalnum())
