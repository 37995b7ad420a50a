"""A change as a person or a file states it, checked for its form and stored as JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from intranet.administration.reorganisation.models import PlanChange, PlanChangeKind
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import FieldRefusedError, Form, LanguageTag, Line

NAME_LIMIT, CODE_LIMIT = 200, 40
PARTS_LIMIT, UNITS_LIMIT, POSTS_LIMIT = 20, 50, 2_000
Names = dict[LanguageTag, Annotated[Line, Field(min_length=1, max_length=NAME_LIMIT)]]
Code = Annotated[Line, Field(max_length=CODE_LIMIT)]


class PartSpec(Form):
    """A new unit into which another is split, and what it takes along."""

    id: UUID = Field(default_factory=uuid7)
    name: Annotated[Names, Field(min_length=1)]
    code: Code = ""
    posts: list[UUID] = Field(default_factory=list, max_length=POSTS_LIMIT)
    units: list[UUID] = Field(default_factory=list, max_length=UNITS_LIMIT)


class ChangeSpec(Form):
    """A change. Its kind says which fields it needs.

    - rename: `unit`, `name`
    - move: `unit`, `parent`
    - merge: `units`, and either `into`, a unit that stays, or `name` (and `code`, `parent`) of a
      new one
    - split: `unit`, `parts`; what no part names goes to `successor`, else to the first part
    - dissolve: `unit`, and `successor` unless other changes move all that is in it
    - found: `name`, `parent`, and `code` if not made from the name
    - move_post: `post`, `parent`, the unit to which it goes
    - end_post: `post`
    - head: `post`, `is_head`
    """

    kind: PlanChangeKind
    unit: UUID | None = None
    post: UUID | None = None
    id: UUID = Field(default_factory=uuid7)
    name: Names = Field(default_factory=dict)
    code: Code = ""
    parent: UUID | None = None
    units: list[UUID] = Field(default_factory=list, max_length=UNITS_LIMIT)
    into: UUID | None = None
    parts: list[PartSpec] = Field(default_factory=list, max_length=PARTS_LIMIT)
    successor: UUID | None = None
    is_head: bool = True

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not all(getattr(self, name) for name in NEEDED[self.kind]):
            raise FieldRefusedError(_l("Something is missing for this change."))
        if self.kind == PlanChangeKind.MERGE and not (self.into or (self.name and self.parent)):
            raise FieldRefusedError(_l("Say into which unit they merge."))
        return self

    def stored(self) -> dict[str, Any]:
        """Return what is stored in `PlanChange.values`."""
        others = {"kind", "unit", "post", *(() if self.founds_unit else ("id",))}
        found = self.model_dump(mode="json", exclude=others)
        kept_false = "is_head" if self.kind == PlanChangeKind.HEAD else ""
        return {name: value for name, value in found.items() if value or name == kept_false}

    @property
    def founds_unit(self) -> bool:
        """Whether the change founds the unit `id`; those of a split are in its parts."""
        merges = self.kind == PlanChangeKind.MERGE and self.into is None
        return merges or self.kind == PlanChangeKind.FOUND


NEEDED: Mapping[PlanChangeKind, tuple[str, ...]] = {
    PlanChangeKind.RENAME: ("unit", "name"),
    PlanChangeKind.MOVE: ("unit", "parent"),
    PlanChangeKind.MERGE: ("units",),
    PlanChangeKind.SPLIT: ("unit", "parts"),
    PlanChangeKind.DISSOLVE: ("unit",),
    PlanChangeKind.FOUND: ("name", "parent"),
    PlanChangeKind.MOVE_POST: ("post", "parent"),
    PlanChangeKind.END_POST: ("post",),
    PlanChangeKind.HEAD: ("post",),
}


def spec_of(change: PlanChange) -> ChangeSpec:
    """Return a stored change as it was stated."""
    given = {"kind": change.kind, "unit": change.unit_id, "post": change.post_id}
    return ChangeSpec.parse({**change.values, **given})
