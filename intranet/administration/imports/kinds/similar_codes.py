"""Suggest the code that was probably meant: one edit away from an existing code.

A function is suggested by its names as well, in all their languages.
"""

import string
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.function_names import nearest_function
from intranet.organisation.agencies.models import Post, Unit

LETTERS = string.ascii_uppercase + string.digits + "-"
MAX_LOOKUPS = 200
MAX_CODE_LENGTH = 16


class CodeSuggester:
    """Looks up similar codes, a limited number of times for a file."""

    def __init__(self) -> None:
        """Start with no lookups made."""
        self._asked: dict[tuple[str, str], str | None] = {}

    def unit(self, code: str, agency_ids: Collection[UUID] | None) -> str | None:
        """Return the unit code of these agencies one typo away.

        None if there is not exactly one, or past the limit of lookups.
        """
        return self._near("unit", Unit, code, agency_ids)

    def post(self, code: str, agency_ids: Collection[UUID] | None) -> str | None:
        """Return the post code of these agencies one typo away; None as for `unit`."""
        return self._near("post", Post, code, agency_ids)

    def function(self, text: str) -> str | None:
        """Return the code of the function with the nearest name; None as for `unit`."""
        key = ("function", text)
        if key not in self._asked:
            if len(self._asked) >= MAX_LOOKUPS:
                return None
            self._asked[key] = nearest_function(text)
        return self._asked[key]

    def _near(
        self, what: str, kind: Any, code: str, agency_ids: Collection[UUID] | None
    ) -> str | None:
        key = (what, code)
        if key not in self._asked:
            if len(self._asked) >= MAX_LOOKUPS or len(code) > MAX_CODE_LENGTH:
                return None
            found = select(kind.code).where(kind.code.in_(one_slip_away(code))).limit(2)
            if agency_ids is not None:
                found = found.where(kind.agency_id.in_(agency_ids))
            near = list(db.session.scalars(found))
            self._asked[key] = near[0] if len(near) == 1 else None
        return self._asked[key]


def one_slip_away(code: str) -> set[str]:
    """Return the texts one edit away: a letter removed, added, replaced or swapped, or the case."""
    parts = [(code[:place], code[place:]) for place in range(len(code) + 1)]
    found = {first + rest[1:] for first, rest in parts if rest}
    found |= {first + rest[1] + rest[0] + rest[2:] for first, rest in parts if len(rest) > 1}
    found |= {first + sign + rest[1:] for first, rest in parts if rest for sign in LETTERS}
    found |= {first + sign + rest for first, rest in parts for sign in LETTERS}
    found |= {code.upper(), code.lower()}
    return found - {code, ""}
