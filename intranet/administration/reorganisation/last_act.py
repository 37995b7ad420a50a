"""The last thing that a person did to a draft, kept in their session so that it can be undone.

It can be undone until anybody changes the plan again: the version of the plan tells.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import session

from intranet.administration.reorganisation.access import get_change
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.operations import (
    add_change,
    change_change,
    remove_change,
)
from intranet.administration.reorganisation.queries import changes_of
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

KEPT_IN = "plan_act"
MAX_CHARACTERS = 1_500
"""A browser refuses a longer cookie; a split of more posts cannot be undone this way."""


@dataclass(frozen=True)
class LastAct:
    """An act on a draft: changes added after a position, or one removed or stated anew."""

    did: str
    position: int = 0
    change_id: UUID | None = None
    spec: ChangeSpec | None = None


def remember(plan: Plan, act: LastAct) -> None:
    """Keep what the person has just done to a plan."""
    kept = {
        "plan": plan.id.hex,
        "version": plan.version,
        "did": act.did,
        "position": act.position,
        "change": act.change_id.hex if act.change_id else None,
        "spec": _stored(act.spec) if act.spec else None,
    }
    session.pop(KEPT_IN, None)
    if len(json.dumps(kept)) <= MAX_CHARACTERS:
        session[KEPT_IN] = kept


def _stored(spec: ChangeSpec) -> dict[str, Any]:
    ids = {"unit": spec.unit, "post": spec.post}
    known = {name: str(value) for name, value in ids.items() if value}
    return {"kind": spec.kind, **known, **spec.stored()}


def last_act(plan: Plan) -> LastAct | None:
    """Return what the person did last to a plan, if nobody changed the plan since."""
    kept: dict[str, Any] = session.get(KEPT_IN) or {}
    if kept.get("plan") != plan.id.hex or kept.get("version") != plan.version:
        return None
    return LastAct(
        kept["did"],
        kept["position"],
        UUID(kept["change"]) if kept["change"] else None,
        ChangeSpec.parse(kept["spec"]) if kept["spec"] else None,
    )


def undo_last_act(actor: Person, plan: Plan) -> None:
    """Undo what the person did last to a plan.

    Raises:
        Conflict: the plan was changed since, or it is no draft.
    """
    act = last_act(plan)
    if act is None:
        raise Conflict(_l("This plan was changed since. Nothing was undone."))
    with unit_of_work():
        if act.did == "added":
            for change in changes_of(plan.id):
                if change.position > act.position:
                    remove_change(actor, change)
        elif act.did == "removed" and act.spec:
            add_change(actor, plan, act.spec).position = act.position
        elif act.did == "changed" and act.spec and act.change_id:
            change_change(actor, get_change(plan, act.change_id), act.spec)
    session.pop(KEPT_IN, None)
