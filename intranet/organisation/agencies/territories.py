"""Where an agency is: municipalities, provinces and regions, with hierarchical codes.

A region is `ES-GA` (ISO 3166-2), a province in it `ES-GA-36` and a municipality `ES-GA-36057`
(codes of the INE). Other countries have their ISO code alone, `IE`, or a code of the agency.

Source: the INE's list of municipalities of 2017-01-01, reuse with attribution.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "territories.csv"
PROVINCE_DIGITS = 2
MUNICIPALITY_DIGITS = 5


class PlaceKind(StrEnum):
    """The size of a place."""

    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    REGION = "region"


@dataclass(frozen=True)
class TerritoryPlace:
    """A place by its code, with its local name in one or two languages."""

    code: str
    name: str
    kind: PlaceKind


def get_territory(code: str) -> TerritoryPlace | None:
    """Return the place with this code."""
    return _places().get(code)


def territories_of(territory: str | None) -> list[TerritoryPlace]:
    """Return the places of an agency's territory: the smallest first, its region last.

    An unknown code gives an empty list.
    """
    if not territory:
        return []
    lengths = (len(territory), len("ES-GA-36"), len("ES-GA"))
    codes = dict.fromkeys(territory[:length] for length in lengths if length <= len(territory))
    return [found for code in codes if (found := get_territory(code))]


def canonical(code: str) -> str:
    """Return the stored form of a code: the INE's `36` or `36057` with its region.

    Any other code is returned as it is.
    """
    if code.isascii() and code.isdecimal() and len(code) in {PROVINCE_DIGITS, MUNICIPALITY_DIGITS}:
        return _by_number().get(code, code)
    return code


def all_territories(kind: PlaceKind) -> list[TerritoryPlace]:
    """Return every place of a kind, by code."""
    return [found for found in _places().values() if found.kind == kind]


@cache
def _places() -> dict[str, TerritoryPlace]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: TerritoryPlace(row["code"], row["name"], PlaceKind(row["kind"]))
            for row in csv.DictReader(file)
        }


@cache
def _by_number() -> dict[str, str]:
    return {code.rsplit("-", 1)[1]: code for code in _places() if code.count("-") > 1}
