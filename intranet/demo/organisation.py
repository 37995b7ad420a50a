"""Agencies, units and posts, read from the story."""

from collections.abc import Iterator
from typing import Any

from intranet.demo.files import names_in, read
from intranet.demo.model import Agency, Post, Unit

FUNCTIONS_PER_POST = 3
CODE_LENGTH = 9


def agencies() -> dict[str, Agency]:
    """The agencies, in the order of their keys."""
    return {agency.key: agency for agency in map(_agency, _documents())}


def units() -> dict[str, Unit]:
    """All units, agency by agency, each after its parent."""
    return {unit.key: unit for document in _documents() for unit in _units(document)}


def posts() -> dict[str, Post]:
    """All posts, agency by agency and unit by unit, heads first."""
    return {post.key: post for document in _documents() for post in _posts(document)}


def shares_of_names(agency: str) -> dict[str, int]:
    """Of which languages the names in an agency are, in parts of a hundred."""
    shares: dict[str, int] = read(f"agencies/{agency}.toml")["agency"]["names"]
    return shares


def _documents() -> list[dict[str, Any]]:
    return [read(name) for name in names_in("agencies")]


def _agency(document: dict[str, Any]) -> Agency:
    said = document["agency"]
    return Agency(
        key=said["key"],
        code=said["code"],
        scheme=said["scheme"],
        kind=said["kind"],
        name=said["name"],
        short=said["short"],
        territory=said["territory"],
        population=said.get("population"),
        languages=tuple(said["languages"]),
        time_zone=said["time_zone"],
        administrator=f"{said['key']}/{said['administrator']}",
        articles=said.get("articles", "off"),
    )


def _units(document: dict[str, Any]) -> Iterator[Unit]:
    agency = document["agency"]
    for place, said in enumerate(document["unit"]):
        parent = said.get("parent")
        yield Unit(
            key=f"{agency['key']}/{said['key']}",
            agency=agency["key"],
            parent=f"{agency['key']}/{parent}" if parent else None,
            code=agency["code"] if parent is None else _code(agency["unit_code"], place),
            name=said["name"],
        )


def _code(prefix: str, place: int) -> str:
    """A code of nine characters like those of DIR3, in a range that nobody has."""
    return f"{prefix}{place:0{CODE_LENGTH - len(prefix)}d}"


def _posts(document: dict[str, Any]) -> Iterator[Post]:
    agency: dict[str, Any] = document["agency"]
    titles: dict[str, Any] = {**read("titles.toml"), **document.get("titles", {})}
    number = 0
    for unit in document["unit"]:
        for title, count in unit["posts"].items():
            places, vacant = count if isinstance(count, list) else (count, 0)
            for place in range(1, places + 1):
                number += 1
                said = titles[title]
                leads = (
                    said.get("head", False) and place == 1 and title == next(iter(unit["posts"]))
                )
                yield Post(
                    key=f"{agency['key']}/{unit['key']}/{title}/{place}",
                    unit=f"{agency['key']}/{unit['key']}",
                    code=f"{agency['key'][:3].upper()}-{number:04d}",
                    handle=_handle(unit, title, place if places > 1 else None, leads=leads),
                    title={language: said[language] for language in agency["languages"]},
                    kind=said.get("kind", "employee"),
                    level=said["level"],
                    is_head=leads,
                    publishes=unit.get("publishes", False) and leads,
                    functions=_functions(unit, said),
                    is_outdoor=said.get("outdoor", False),
                    is_vacant=place > places - vacant,
                )


def _handle(unit: dict[str, Any], title: str, place: int | None, *, leads: bool) -> str:
    """Name behind the @: the head of a unit is reached by the unit's name."""
    if leads:
        handle = str(unit["key"]) if "parent" in unit else title
    else:
        handle = f"{unit['key']}-{title}" + (f"-{place}" if place else "")
    return handle.replace("_", "-")


def _functions(unit: dict[str, Any], title: dict[str, Any]) -> tuple[str, ...]:
    """What the unit is for, then what the title is for; elected people have their own alone."""
    unit_functions = [] if title.get("kind") == "elected" else unit.get("functions", [])
    return tuple(dict.fromkeys([*unit_functions, *title["functions"]]))[:FUNCTIONS_PER_POST]
