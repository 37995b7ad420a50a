"""The form of a change: what was typed becomes a `ChangeSpec`, and a stored change its fields."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from intranet.administration.admin.filled_form import localized_values
from intranet.administration.admin.typed_choices import find_post, post_text
from intranet.administration.reorganisation.change_words import localized_name
from intranet.administration.reorganisation.changes import PARTS_LIMIT, ChangeSpec
from intranet.administration.reorganisation.chart import ChartUnit, PlanChart
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.platform.core.parsing import optional_line
from intranet.platform.core.web import current_language

Typed = MultiDict[str, str]
LEAST_PARTS = 2
APART = "apart"
"""The value of a choice that leaves each thing to a change of its own."""


def read_change(
    agency: Agency, kind: PlanChangeKind, typed: Typed, stored: ChangeSpec | None = None
) -> ChangeSpec:
    """Return the change that was typed; one that is stored keeps the ids of what it founds.

    Raises:
        Invalid: with the reason for each field.
    """
    given: dict[str, Any] = {"kind": kind, "name": _names(agency, typed, "name")}
    for name in ("unit", "parent", "into", "successor"):
        value = typed.get(name, "")
        given[name] = None if value in ("", APART) else value
    given["units"] = list(dict.fromkeys(typed.getlist("units")))
    given["code"] = typed.get("code", "")
    given["is_head"] = typed.get("is_head", "1") == "1"
    if kind in (PlanChangeKind.MOVE_POST, PlanChangeKind.END_POST, PlanChangeKind.HEAD):
        given["post"] = _post_id(agency, typed)
    if kind == PlanChangeKind.SPLIT:
        given["parts"] = _parts(agency, typed, stored)
    if stored and stored.kind == kind:
        given["id"] = stored.id
    return ChangeSpec.parse({name: value for name, value in given.items() if _fits(kind, name)})


def _fits(kind: PlanChangeKind, name: str) -> bool:
    """Whether a kind of change has a field; a form may carry others that are left from before."""
    return name in {"kind", "id"} or name in FIELDS[kind]


FIELDS: Mapping[PlanChangeKind, frozenset[str]] = {
    PlanChangeKind.RENAME: frozenset({"unit", "name"}),
    PlanChangeKind.MOVE: frozenset({"unit", "parent"}),
    PlanChangeKind.MERGE: frozenset({"units", "into", "name", "code", "parent"}),
    PlanChangeKind.SPLIT: frozenset({"unit", "parts", "successor"}),
    PlanChangeKind.DISSOLVE: frozenset({"unit", "successor"}),
    PlanChangeKind.FOUND: frozenset({"name", "parent", "code"}),
    PlanChangeKind.MOVE_POST: frozenset({"post", "parent"}),
    PlanChangeKind.END_POST: frozenset({"post"}),
    PlanChangeKind.HEAD: frozenset({"post", "is_head"}),
}


def stored_values(spec: ChangeSpec, agency: Agency) -> dict[str, str]:
    """Return the fields of a stored change; several units are in `chosen_units`."""
    found = {
        name: str(value)
        for name in ("unit", "parent", "into")
        if (value := getattr(spec, name)) is not None
    }
    found["successor"] = str(
        spec.successor or (APART if spec.kind == PlanChangeKind.DISSOLVE else "")
    )
    found["code"] = spec.code
    found["is_head"] = "1" if spec.is_head else "0"
    found |= localized_values("name", localized_name(spec.name), agency.languages)
    if spec.post:
        found["post"] = post_text(db.session.get(Post, spec.post))
        found["post_id"] = str(spec.post)
    for number, part in enumerate(spec.parts, 1):
        found |= localized_values(f"part{number}", localized_name(part.name), agency.languages)
        found |= {f"post_goes_{each}": str(number) for each in part.posts}
        found |= {f"unit_goes_{each}": str(number) for each in part.units}
    if spec.parts:
        found["parts"] = str(len(spec.parts))
    return found


def part_count(values: Mapping[str, str]) -> int:
    """Return for how many parts a form of a split has fields."""
    typed = values.get("parts", "")
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < LEN_NUMBER else 0
    return min(max(count, LEAST_PARTS), PARTS_LIMIT)


LEN_NUMBER = 4


def unit_options(chart: PlanChart, *, without: UUID | None = None) -> list[tuple[str, str]]:
    """Return the living units as options, in tree order, those below another one indented.

    Args:
        without: leave out this unit and all below it.
    """
    return [
        (str(unit.id), "\u2003" * depth + unit.name.text(current_language()))
        for depth, unit in chart.in_order()
        if without is None or without not in chart.above(unit.id)
    ]


def near_units(chart: PlanChart, unit: ChartUnit | None) -> tuple[list[ChartUnit], list[ChartUnit]]:
    """Return the units beside one, itself first, and then all the others in tree order."""
    living = [each for depth, each in chart.in_order() if depth]
    if unit is None:
        return [], living
    beside = [each for each in living if each.parent_id == unit.parent_id and each.id != unit.id]
    near = [unit, *beside]
    known = {each.id for each in near}
    return near, [each for each in living if each.id not in known]


def _names(agency: Agency, typed: Typed, name: str) -> dict[str, str]:
    texts = {tag: typed.get(f"{name}_{tag}", "") for tag in agency.languages}
    return {tag: text for tag, text in texts.items() if text.strip()}


def _post_id(agency: Agency, typed: Typed) -> UUID | str | None:
    """Return the post by its id where a form has it, else by what was typed."""
    if known := typed.get("post_id", ""):
        return known
    return find_post(agency, optional_line(typed.get("post", ""), "post", 300), "post").id


def _parts(agency: Agency, typed: Typed, stored: ChangeSpec | None) -> Sequence[dict[str, Any]]:
    """Return the parts that have a name, each with the posts and units that go to it."""
    known = list(stored.parts) if stored else []
    goes: dict[str, list[str]] = {}
    for name, value in typed.items():
        if name.startswith(("post_goes_", "unit_goes_")):
            goes.setdefault(f"{name[:4]}{value}", []).append(name[10:])
    parts = []
    for number in range(1, part_count(typed) + 1):
        names = _names(agency, typed, f"part{number}")
        if not names:
            continue
        part: dict[str, Any] = {
            "name": names,
            "posts": goes.get(f"post{number}", []),
            "units": goes.get(f"unit{number}", []),
        }
        if number <= len(known):
            part["id"] = known[number - 1].id
            part["code"] = known[number - 1].code
        parts.append(part)
    return parts
