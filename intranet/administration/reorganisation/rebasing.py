"""The facts on which a scheduled plan builds, and whether they are still the same."""

from typing import Any

from intranet.administration.reorganisation.chart import ChartPost, ChartUnit
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.readings import PlanReading


def base_of(found: PlanReading) -> dict[str, Any]:
    """Return each fact that a plan changes, as it is now: the plan is meant for these."""
    units, posts = {}, {}
    for key, unit in found.before.units.items():
        before, after = _of_unit(unit), _of_unit(found.after.units[key])
        if key not in found.marks:
            continue  # it is only carried along
        if changed := {name: before[name] for name in before if before[name] != after[name]}:
            units[str(key)] = changed
    for key, post in found.before.posts.items():
        if key in found.post_marks:
            posts[str(key)] = _of_post(post)
    return {"units": units, "posts": posts}


def changed_since(base: dict[str, Any], found: PlanReading) -> list[Finding]:
    """Return a finding for each fact that a plan changes and that somebody else changed meanwhile.

    Everything else that changed is no obstacle: the plan is read again over it.
    """
    language, findings = found.before.language, []
    units = {str(key): unit for key, unit in found.before.units.items()}
    posts = {str(key): post for key, post in found.before.posts.items()}
    for key, facts in base.get("units", {}).items():
        unit = units.get(key)
        if unit and any(_of_unit(unit)[name] != value for name, value in facts.items()):
            about = {"what": unit.name.text(language)}
            findings.append(Finding("changed_since", None, unit.id, about=about))
    for key, facts in base.get("posts", {}).items():
        post = posts.get(key)
        if post and _of_post(post) != facts:
            about = {"what": post.title.text(language)}
            findings.append(Finding("changed_since", None, None, post.id, about))
    return findings


def _of_unit(unit: ChartUnit) -> dict[str, Any]:
    return {
        "name": dict(unit.name),
        "parent": str(unit.parent_id),
        "ends": str(unit.valid_to),
        "ended": unit.ended,
    }


def _of_post(post: ChartPost) -> dict[str, Any]:
    return {
        "unit": str(post.unit_id),
        "head": post.is_head,
        "ends": str(post.valid_to),
    }
