"""A code that was perhaps meant: one slip away from one that is there."""

import string
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit

LETTERS = string.ascii_uppercase + string.digits + "-"
ASKED_AT_MOST = 200
LONGEST = 16


class Near:
    """Looks for what was meant, a bounded number of times for one file."""

    def __init__(self) -> None:
        """Begin having asked nothing."""
        self._asked: dict[tuple[str, str], str | None] = {}

    def unit(self, code: str, agency_ids: Collection[UUID] | None) -> str | None:
        """The code of a unit of these agencies; None where none is near, or too many are asked."""
        return self._near("unit", Unit, code, agency_ids)

    def post(self, code: str, agency_ids: Collection[UUID] | None) -> str | None:
        """The same for a post."""
        return self._near("post", Post, code, agency_ids)

    def _near(
        self, what: str, kind: Any, code: str, agency_ids: Collection[UUID] | None
    ) -> str | None:
        key = (what, code)
        if key not in self._asked:
            if len(self._asked) >= ASKED_AT_MOST or len(code) > LONGEST:
                return None
            found = select(kind.code).where(kind.code.in_(one_slip_away(code))).limit(2)
            if agency_ids is not None:
                found = found.where(kind.agency_id.in_(agency_ids))
            near = list(db.session.scalars(found))
            self._asked[key] = near[0] if len(near) == 1 else None
        return self._asked[key]


def one_slip_away(code: str) -> set[str]:
    """Every text that differs by one sign left out, put in, exchanged or swapped, or by case."""
    parts = [(code[:place], code[place:]) for place in range(len(code) + 1)]
    found = {first + rest[1:] for first, rest in parts if rest}
    found |= {first + rest[1] + rest[0] + rest[2:] for first, rest in parts if len(rest) > 1}
    found |= {first + sign + rest[1:] for first, rest in parts if rest for sign in LETTERS}
    found |= {first + sign + rest for first, rest in parts for sign in LETTERS}
    found |= {code.upper(), code.lower()}
    return found - {code, ""}
