"""The facts of the organisation that the log keeps, for each kind of row.

Left out is what follows from other rows: paths, keys of sorting, instants of dates, who reads for a
vacant post, occupations, functions that titles suggest. So a unit that moves is one line, however
many units are below it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, select

from intranet.extensions import Identified
from intranet.organisation.agencies.models import Administration, Agency, Post, PostFunction, Unit
from intranet.organisation.history.models import ChangeKind
from intranet.organisation.people.models import Appointment
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among

State = dict[str, Any]


@dataclass(frozen=True)
class LoggedKind:
    """The table of a kind, its columns in the log, and how its rows name their agency."""

    model: type[Identified]
    columns: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The table."""
        return cast("Table", self.model.__table__)

    def rows(self) -> Select[Any]:
        """Select the rows with the agency of each, as `of_agency`."""
        table, post = self.table, cast("Table", Post.__table__)
        columns = [table.c[name] for name in ("id", *self.columns)]
        if self.model is Agency:
            return select(*columns, table.c.id.label("of_agency"))
        if self.model is Appointment:
            of_agency = post.c.agency_id.label("of_agency")
            return select(*columns, of_agency).join(post, post.c.id == table.c.post_id)
        return select(*columns, table.c.agency_id.label("of_agency"))

    def state(self, row: Any) -> State:
        """Return the state of a row of `rows`."""
        return {name: _plain(getattr(row, name)) for name in self.columns}


LOGGED: Mapping[ChangeKind, LoggedKind] = {
    ChangeKind.AGENCY: LoggedKind(
        Agency,
        (
            "code",
            "code_scheme",
            "register_code",
            "handle",
            "name",
            "kind",
            "territory",
            "languages",
            "time_zone",
            "in_directory",
        ),
    ),
    ChangeKind.UNIT: LoggedKind(
        Unit, ("parent_id", "code", "name", "kind", "valid_from", "valid_to", "successor_id")
    ),
    ChangeKind.POST: LoggedKind(
        Post,
        (
            "unit_id",
            "code",
            "handle",
            "title",
            "kind",
            "level",
            "is_head",
            "places",
            "publishes_for_agency",
            "keeps_registry",
            "fallback_id",
            "fallback_asked_id",
            "valid_from",
            "valid_to",
        ),
    ),
    ChangeKind.APPOINTMENT: LoggedKind(
        Appointment, ("post_id", "person_id", "kind", "basis", "starts_on", "ends_on")
    ),
    ChangeKind.ADMINISTRATION: LoggedKind(
        Administration,
        (
            "post_id",
            "deputy_post_id",
            "role",
            "proposed_at",
            "accepted_at",
            "since",
            "until",
            "ended_at",
        ),
    ),
}
"""The kinds in the order in which their rows refer to each other."""


def states_of(kind: ChangeKind, ids: Collection[UUID]) -> dict[UUID, tuple[UUID, State]]:
    """Return agency and state of each of these rows that exists, in the order of their ids."""
    logged = LOGGED[kind]
    rows = execute_prepared(_states(kind), ids=list(ids))
    found = {row.id: (row.of_agency, logged.state(row)) for row in rows}
    for post_id, codes in _functions(ids if kind == ChangeKind.POST else ()).items():
        found[post_id][1]["functions"] = codes
    return found


@cache
def _states(kind: ChangeKind) -> Select[Any]:
    logged = LOGGED[kind]
    return logged.rows().where(among(logged.table.c.id, "ids")).order_by(logged.table.c.id)


def _functions(post_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the functions of posts that somebody stated; those suggested follow from titles.

    A post without any has no such fact, so that the lines of before stay right for it.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = execute_prepared(_stated(), post_ids=list(post_ids)) if post_ids else ()
    for row in rows:
        found[row.post_id].append(row.function_code)
    return found


@cache
def _stated() -> Select[UUID, str]:
    return (
        select(PostFunction.post_id, PostFunction.function_code)
        .where(among(PostFunction.post_id, "post_ids"), ~PostFunction.is_suggested)
        .order_by(PostFunction.post_id, PostFunction.function_code)
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, equal on both databases."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value
