"""The agencies, units and posts of the story."""

from collections.abc import Iterator
from typing import Any

from tools.demo.files import names_in, read
from tools.demo.model import StoryAgency, StoryPost, StoryUnit

FUNCTIONS_PER_POST = 3
CODE_LENGTH = 9


def agencies() -> dict[str, StoryAgency]:
    """Return the agencies, in the order of their keys."""
    return {agency.key: agency for agency in map(_agency, _documents())}


def units() -> dict[str, StoryUnit]:
    """Return all units, agency by agency, each after its parent."""
    return {unit.key: unit for document in _documents() for unit in _units(document)}


def posts() -> dict[str, StoryPost]:
    """Return all posts, agency by agency and unit by unit, heads first."""
    return {post.key: post for document in _documents() for post in _posts(document)}


def shares_of_names(agency: str) -> dict[str, int]:
    """Return the languages of the names in an agency, with their percentages."""
    shares: dict[str, int] = read(f"agencies/{agency}.toml")["agency"]["names"]
    return shares


def _documents() -> list[dict[str, Any]]:
    return [read(name) for name in names_in("agencies")]


def _agency(document: dict[str, Any]) -> StoryAgency:
    said = document["agency"]
    return StoryAgency(
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


def _units(document: dict[str, Any]) -> Iterator[StoryUnit]:
    agency = document["agency"]
    for place, said in enumerate(document["unit"]):
        parent = said.get("parent")
        yield StoryUnit(
            key=f"{agency['key']}/{said['key']}",
            agency=agency["key"],
            parent=f"{agency['key']}/{parent}" if parent else None,
            code=agency["code"] if parent is None else _code(agency["unit_code"], place),
            name=said["name"],
        )


def _code(prefix: str, place: int) -> str:
    """Return a nine-character code like those of DIR3, in an unused range."""
    return f"{prefix}{place:0{CODE_LENGTH - len(prefix)}d}"


def _posts(document: dict[str, Any]) -> Iterator[StoryPost]:
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
                yield StoryPost(
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
    """Return the handle of a post; that of a head is the name of the unit."""
    if leads:
        handle = str(unit["key"]) if "parent" in unit else title
    else:
        handle = f"{unit['key']}-{title}" + (f"-{place}" if place else "")
    return handle.replace("_", "-")


def _functions(unit: dict[str, Any], title: dict[str, Any]) -> tuple[str, ...]:
    """Return the functions of the unit, then those of the title; elected posts have only theirs."""
    unit_functions = [] if title.get("kind") == "elected" else unit.get("functions", [])
    return tuple(dict.fromkeys([*unit_functions, *title["functions"]]))[:FUNCTIONS_PER_POST]
