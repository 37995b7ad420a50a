"""Findings about a plan: a code with the names it speaks of, and the sentence for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from intranet.organisation.agencies.own_places import SOMEONE_ELSE
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l

ERRORS = {
    "no_changes": _l("This plan has no changes yet."),
    "gone": _l("A unit or a post of this change no longer exists."),
    "of_another": _l("A unit or a post of this change belongs to an agency not in this plan."),
    "root": _l("The agency itself cannot be moved, merged, split or closed."),
    "ended": _l("%(unit)s has ended by then."),
    "ended_twice": _l("%(unit)s is ended by an earlier change of this plan."),
    "not_yet": _l("%(unit)s is founded by a later change of this plan."),
    "below_itself": _l("%(unit)s cannot be placed below itself."),
    "into_child": _l("%(unit)s cannot merge into %(into)s, which is below it."),
    "into_itself": _l("%(unit)s cannot be its own successor."),
    "alone": _l("Choose at least two units to merge."),
    "one_part": _l("Name at least two units into which it is split."),
    "too_deep": _l("With %(unit)s the organisation chart would have too many levels."),
    "name_taken": _l("Two units in the same place would be called %(unit)s."),
    "code_taken": _l("The code %(code)s is already in use."),
    "post_ended": _l("The post %(what)s has ended by then."),
    "not_there": _l("%(what)s is not in %(unit)s at that point of the plan."),
    "founded_before": _l("%(unit)s was founded by another plan already."),
    "same_day": _l("The plan “%(plan)s” changes %(unit)s on the same day."),
    "past": _l("Choose a day after today, or apply the plan now."),
    "has_role": _l(
        "The post %(what)s has a role in the agency. Give the role to another post first."
    ),
    "not_applied": _l("It could not be applied as it was previewed. Nothing was changed."),
    "scheduler_gone": _l(
        "The person who scheduled this plan no longer has the role for it. "
        "Someone who has it can schedule it again."
    ),
    "for_others": SOMEONE_ELSE,
    "changed_since": _l("%(what)s was changed after this plan was scheduled."),
}
UNRESOLVED = {
    "post_left": _l("The post %(what)s is left without a unit."),
    "unit_left": _l("%(unit)s is left without a unit above it."),
}
NOTES = {
    "no_head": _l("%(unit)s has no head."),
    "two_heads": _l("%(unit)s has %(count)s heads."),
    "no_effect": _l("This change makes no difference."),
}
SENTENCES: Mapping[str, Words] = {**ERRORS, **UNRESOLVED, **NOTES}


@dataclass(frozen=True)
class Finding:
    """A finding about a change, a unit or a post; only notes let a plan be scheduled."""

    code: str
    change_id: UUID | None = None
    unit_id: UUID | None = None
    post_id: UUID | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether a change is wrong and has to be corrected."""
        return self.code in ERRORS

    @property
    def is_unresolved(self) -> bool:
        """Whether a post or a unit has nowhere to go yet."""
        return self.code in UNRESOLVED

    @property
    def forbids(self) -> bool:
        """Whether the plan cannot be scheduled with it."""
        return self.code not in NOTES

    @property
    def sentence(self) -> str:
        """The finding in the reader's language."""
        return str(SENTENCES[self.code]) % self.about

    def as_json(self) -> dict[str, Any]:
        """Return the finding as it is stored."""
        ids = {"change": self.change_id, "unit": self.unit_id, "post": self.post_id}
        said = {name: str(value) for name, value in ids.items() if value}
        return {"code": self.code, "about": dict(self.about), **said}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return a stored finding."""
        ids = [
            UUID(stored[name]) if name in stored else None for name in ("change", "unit", "post")
        ]
        return cls(stored["code"], ids[0], ids[1], ids[2], stored["about"])
