"""What a file has as the root of an agency is the agency itself: it stands in its tree once.

The root that we made takes the code and the names that the file has for it, so that what names this
code hangs on it. A double that an earlier import made below the root goes up into it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.importer import Scope
from intranet.administration.imports.kinds.agencies import shown
from intranet.administration.imports.kinds.unit_rows import root_id_of, unit_columns_of
from intranet.administration.imports.known import AgencyFact, UnitFact, Units, also
from intranet.administration.imports.outcomes import Fact
from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.agencies import ROOT_CODE
from intranet.organisation.agencies.operations.many import change_posts, change_roots, change_units
from intranet.organisation.agencies.operations.names import codes_for
from intranet.organisation.agencies.queries import in_force
from intranet.platform.audit.operations import record
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

CODE_LIMIT = 40


class Roots:
    """The roots of agencies, and what a file says of them."""

    def __init__(self, units: Units) -> None:
        """Take the units, which are read along."""
        self._units = units
        self._changed: dict[UUID, UnitFact] = {}
        self._doubles: dict[UUID, UnitFact] = {}

    def change(
        self,
        agency: AgencyFact,
        code: str,
        name: str,
        lang: str,
        valid_from: date | None,
    ) -> list[Fact]:
        """Let the root be as a line says; give what becomes another.

        Raises:
            Rejected: a unit that is no double of the agency has this code.
        """
        root = self._units.by_id[root_id_of(agency)]
        facts: list[Fact] = []
        if _is_free(agency, root.code) and code != root.code:
            there = self._units.by_key.get((agency.id, code))
            if there is not None and not is_double(there, agency):
                raise Rejected("code", "is_root")
            if there is not None:
                self._doubles[agency.id] = there
                facts.append(("double", code))
            facts.insert(0, ("root", code))
            root.code = agency.root_code = code
            root.changes = also(root.changes, "code")
        if root.name.get(lang) != name:
            facts += shown(root.name.get(lang), name)
            root.name = agency.name = Localized({**root.name, lang: name})
            root.changes = also(root.changes, "name")
        if valid_from and valid_from != root.valid_from:
            facts += shown(str(root.valid_from or ""), str(valid_from))
            root.valid_from = valid_from
            root.changes = also(root.changes, "valid_from")
        if facts:
            self._changed[agency.id] = root
        return facts

    def write(self, scope: Scope) -> None:
        """Take the doubles up, and change the roots."""
        for agency_id, double in self._doubles.items():
            _take_up(scope, double, root_id_of(self._changed[agency_id].agency))
        if self._changed:
            changes = {key: unit_columns_of(root) for key, root in self._changed.items()}
            change_roots(scope.actor, changes)


def stands_for(
    agency: AgencyFact, code: str, name: str, parent: str | None, there: UnitFact | None
) -> bool:
    """Whether a line is the agency itself: by its code, or at the top and called as the agency.

    Args:
        there: the unit that has this code, if any.
    """
    if agency.is_root(code):
        return True
    if parent not in {None, "", code} or not _is_free(agency, agency.root_code):
        return False
    if there is not None and not is_double(there, agency):
        return False
    return fold(name) in {fold(text) for text in agency.name.values()}


def is_double(unit: UnitFact, agency: AgencyFact) -> bool:
    """Whether a unit may be the agency once more: right below the root, and not over."""
    is_over = unit.valid_to is not None and unit.valid_to <= agency.today
    return unit.parent_id == agency.root_id and not is_over


def _is_free(agency: AgencyFact, root_code: str) -> bool:
    """Whether the root has the code that we gave it, and no file's yet."""
    return root_code in {ROOT_CODE, agency.code}


def _take_up(scope: Scope, double: UnitFact, root_id: UUID) -> None:
    """End a double: posts and units below it go to the root, whose people read what was said.

    In bulk: a move and an event for each of hundreds of units would hold the database for long.
    """
    agency_id, today = double.agency.id, double.agency.today
    if (double_id := double.id) is None:
        return  # it is about to be made, and so has nothing
    left = in_force(Post, today, ahead=True), in_force(Unit, today, ahead=True)
    post_ids = db.session.scalars(select(Post.id).where(Post.unit_id == double_id, left[0])).all()
    below = db.session.scalars(select(Unit.id).where(Unit.parent_id == double_id, left[1])).all()
    (code,) = codes_for([(agency_id, double.text)], CODE_LIMIT)
    ends = {"code": code, "valid_to": today, "successor_id": root_id}
    changes: dict[UUID, dict[str, Any]] = {
        double_id: ends,
        **{unit_id: {"parent_id": root_id} for unit_id in below},
    }
    with unit_of_work():
        # Without an event yet: first the unit ends, so that nobody leaves what they may read.
        db.session.execute(update(Post).where(Post.id.in_(post_ids)).values(unit_id=root_id))
        change_units(scope.actor, {agency_id}, changes)
        moved = {post_id: {"unit_id": root_id} for post_id in post_ids}
        change_posts(scope.actor, {agency_id}, moved, {})
        record(
            "unit.end",
            agency_id=agency_id,
            actor_id=scope.actor.id if scope.actor else None,
            subject=("unit", double_id),
            detail={"last_day": today.isoformat(), "successor": str(root_id)},
        )
