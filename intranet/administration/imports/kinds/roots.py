"""The root of an agency in a file is the agency itself, so it must exist once in the tree.

The existing root takes the code and the names that the file has for it, so that lines with
this parent code attach to it. A duplicate that an earlier import created below the root is
merged into it.
"""

from datetime import date
from uuid import UUID

from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.kinds.agencies import details_of_change
from intranet.administration.imports.kinds.unit_rows import root_id_of, unit_columns_of
from intranet.administration.imports.outcomes import Fact
from intranet.administration.imports.stored_records import AgencyFact, KnownUnits, UnitFact, also
from intranet.organisation.agencies.operations.names import codes_for
from intranet.organisation.agencies.operations.storing import (
    CODE_LIMIT,
    ROOT_CODE,
    change_roots,
    change_units,
)
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized


class Roots:
    """The root units of agencies, and the changes that a file makes to them."""

    def __init__(self, units: KnownUnits) -> None:
        """Store the units, which are loaded along with the roots."""
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
        """Change the root as a line says; return the changed details.

        Raises:
            Rejected: a unit that is no duplicate of the agency has this code.
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
            facts += details_of_change(root.name.get(lang), name)
            root.name = agency.name = Localized({**root.name, lang: name})
            root.changes = also(root.changes, "name")
        if valid_from and valid_from != root.valid_from:
            facts += details_of_change(str(root.valid_from or ""), str(valid_from))
            root.valid_from = valid_from
            root.changes = also(root.changes, "valid_from")
        if facts:
            self._changed[agency.id] = root
        return facts

    def write(self, actor: Person | None) -> None:
        """Merge the duplicates into the roots, and change the roots."""
        for agency_id, double in self._doubles.items():
            _take_up(actor, double, root_id_of(self._changed[agency_id].agency))
        if self._changed:
            changes = {key: unit_columns_of(root) for key, root in self._changed.items()}
            change_roots(changes)


def is_agency_itself(
    agency: AgencyFact, code: str, name: str, parent: str | None, there: UnitFact | None
) -> bool:
    """Return whether a line is the agency itself: by its code, or at the top with its name.

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
    """Return whether a unit may duplicate the agency: directly below the root, and not ended."""
    is_over = unit.valid_to is not None and unit.valid_to <= agency.today
    return unit.parent_id == agency.root_id and not is_over


def _is_free(agency: AgencyFact, root_code: str) -> bool:
    """Return whether the root still has its generated code, not one from a file."""
    return root_code in {ROOT_CODE, agency.code}


def _take_up(actor: Person | None, double: UnitFact, root_id: UUID) -> None:
    """End a duplicate: posts and units below it move to the root, whose people read its messages.

    In bulk: a move and an event for each of hundreds of units would lock the database for long.
    """
    agency_id, today = double.agency.id, double.agency.today
    if (double_id := double.id) is None:
        return  # not created yet, so it has no posts or units
    (code,) = codes_for([(agency_id, double.text)], CODE_LIMIT)
    change_units({double_id: {"code": code}})
    end_units([UnitEnd(unit_id=double_id, last_day=today, successor_id=root_id)], today)
    record(
        "unit.end",
        agency_id=agency_id,
        actor_id=actor.id if actor else None,
        subject=("unit", double_id),
        detail={"last_day": today.isoformat(), "successor": str(root_id)},
    )
