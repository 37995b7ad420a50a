"""The filters of a counterpart search, read from an address; unknown values match nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from intranet.finding.finder.properties import TagFilters


@dataclass(frozen=True)
class CounterpartFilters(TagFilters):
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
    def read(cls, sent: Mapping[str, str]) -> "CounterpartFilters":
        """Read the filters from an address."""
        return cls(**cls.values(sent))
