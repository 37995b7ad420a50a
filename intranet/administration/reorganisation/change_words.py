"""The words for a change: what it is called, its icon, and a sentence of what it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.changes import ChangeSpec, Names
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

ICONS = {
    PlanChangeKind.RENAME: "pencil",
    PlanChangeKind.MOVE: "arrow-right",
    PlanChangeKind.MERGE: "merge",
    PlanChangeKind.SPLIT: "split",
    PlanChangeKind.DISSOLVE: "circle-x",
    PlanChangeKind.FOUND: "plus",
    PlanChangeKind.MOVE_POST: "stamp",
    PlanChangeKind.END_POST: "user-x",
    PlanChangeKind.HEAD: "crown",
}
NAMED_UNITS = 4
"""How many units a sentence names before it counts the others."""


def kind_names() -> dict[PlanChangeKind, str]:
    """Return what each kind of change is called, as an act: in the order of the menu."""
    return {
        PlanChangeKind.RENAME: _("Rename a unit"),
        PlanChangeKind.MOVE: _("Move a unit"),
        PlanChangeKind.MERGE: _("Merge units"),
        PlanChangeKind.SPLIT: _("Split a unit"),
        PlanChangeKind.DISSOLVE: _("Close a unit"),
        PlanChangeKind.FOUND: _("Create a unit"),
        PlanChangeKind.MOVE_POST: _("Move a post"),
        PlanChangeKind.END_POST: _("End a post"),
        PlanChangeKind.HEAD: _("Name a head"),
    }


def kind_words() -> dict[PlanChangeKind, str]:
    """Return the short word for what happens to a unit, as the trees show it."""
    return {
        PlanChangeKind.RENAME: _("Changes name"),
        PlanChangeKind.MOVE: _("Moves"),
        PlanChangeKind.MERGE: _("Merges"),
        PlanChangeKind.SPLIT: _("Is split"),
        PlanChangeKind.DISSOLVE: _("Closes"),
        PlanChangeKind.FOUND: _("New unit"),
    }


@dataclass(frozen=True)
class PlanNames:
    """The names of all units and posts of which a plan can speak, those it founds included."""

    units: dict[UUID, Localized]
    posts: dict[UUID, Localized]

    @classmethod
    def of(cls, agency_id: UUID, specs: Sequence[ChangeSpec]) -> Self:
        """Load the names of all units of an agency, and of the posts in these changes."""
        rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.agency_id == agency_id))
        units = {row.id: row.name for row in rows}
        post_ids = {spec.post for spec in specs if spec.post}
        found = select(Post.id, Post.title).where(
            Post.agency_id == agency_id, Post.id.in_(post_ids)
        )
        posts = {row.id: row.title for row in db.session.execute(found)}
        for spec in specs:
            if spec.founds_unit:
                units[spec.id] = localized_name(spec.name)
            units |= {part.id: localized_name(part.name) for part in spec.parts}
        return cls(units, posts)

    def unit(self, unit_id: UUID | None) -> str:
        """Return the name of a unit in quotation marks, in the reader's language."""
        return _quoted(self.units.get(unit_id) if unit_id else None)

    def post(self, post_id: UUID | None) -> str:
        """Return the title of a post in quotation marks, in the reader's language."""
        return _quoted(self.posts.get(post_id) if post_id else None)

    def list_of(self, unit_ids: Sequence[UUID]) -> str:
        """Return the names of some units, the later ones as a number."""
        names = [self.unit(each) for each in unit_ids[:NAMED_UNITS]]
        if more := len(unit_ids) - len(names):
            names.append(ngettext("%(num)s more", "%(num)s more", more))
        return ", ".join(names)


SENTENCES = {
    "rename": _l("%(unit)s is renamed %(name)s"),
    "move": _l("%(unit)s moves to %(parent)s"),
    "merge": _l("%(units)s merge into a new unit, %(name)s"),
    "merge_into": _l("%(units)s merge into %(into)s"),
    "split": _l("%(unit)s is split into %(parts)s"),
    "dissolve": _l("%(unit)s closes"),
    "dissolve_into": _l("%(unit)s closes; what it has goes to %(into)s"),
    "found": _l("%(name)s is created in %(parent)s"),
    "move_post": _l("The post %(post)s moves to %(parent)s"),
    "end_post": _l("The post %(post)s ends"),
    "head": _l("The post %(post)s becomes head of its unit"),
    "head_not": _l("The post %(post)s is no longer head of its unit"),
}


def localized_name(names: Names) -> Localized:
    """Return the name in a change as a localised text."""
    return Localized({str(tag): text for tag, text in names.items()})


def sentence(spec: ChangeSpec, names: PlanNames) -> str:
    """Return the effect of a change, as one sentence without a full stop."""
    into = spec.into or (spec.successor if spec.kind == PlanChangeKind.DISSOLVE else None)
    ends_lead = spec.kind == PlanChangeKind.HEAD and not spec.is_head
    code = f"{spec.kind}{'_into' if into else '_not' if ends_lead else ''}"
    return str(SENTENCES[code]) % {
        "unit": names.unit(spec.unit),
        "parent": names.unit(spec.parent),
        "post": names.post(spec.post),
        "into": names.unit(into),
        "units": names.list_of([each for each in spec.units if each != spec.into]),
        "parts": names.list_of([part.id for part in spec.parts]),
        "name": _quoted(localized_name(spec.name)),
    }


def _quoted(name: Localized | None) -> str:
    return _("“%(name)s”", name=name.text(current_language()) if name else "?")
