"""The scope of a package: an agency, a group, an initiative, a channel, or somebody's words.

A scope fills the table `leaving` with the ids of what goes whole, by table. Of a conversation that
is `shared`, only the words that are `OURS` go; of the others, only their places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    false,
    or_,
    select,
)

from intranet.collaboration.groups.models import Group  # noqa: F401 - a table of `TABLES`
from intranet.extensions import Model
from intranet.records.portability.decisions import (
    CONTRIBUTED_TABLES,
    GOES,
    PRIVATE,
    PUBLICATIONS,
    ROOMS,
    TALKS,
)
from intranet.records.portability.snapshot import leaving

TABLES: Mapping[str, Table] = Model.metadata.tables
SHARED = "shared"
Ids = Select[UUID]


class PackageKind(StrEnum):
    """The thing that a package holds."""

    AGENCY = "agency"
    GROUP = "group"
    INITIATIVE = "initiative"
    CHANNEL = "channel"
    OWN = "own"
    """What a person contributed to groups that they left."""
    CONTRIBUTED = "contributed"
    """What an agency's people contributed to a group of others."""


HOLDS: Mapping[PackageKind, frozenset[str]] = {
    PackageKind.AGENCY: frozenset(GOES),
    PackageKind.GROUP: frozenset({*ROOMS, *TALKS, *PUBLICATIONS}),
    PackageKind.INITIATIVE: frozenset({*TALKS, *PUBLICATIONS}),
    PackageKind.CHANNEL: frozenset(TALKS),
    PackageKind.OWN: CONTRIBUTED_TABLES,
    PackageKind.CONTRIBUTED: CONTRIBUTED_TABLES,
}
"""The tables of which each kind of package may have rows: no others go, and no others arrive."""


def going(kind: str) -> Ids:
    """Return the ids of a kind that go."""
    return select(leaving.c.id).where(leaving.c.kind == kind)


@dataclass
class Scope:
    """Selects what goes. `subject_id` is the agency, group, initiative, channel or person.

    `agency_id` is the agency whose words go; on arrival, what was shared with others is put below
    it. A package that is not `whole` leaves out what only single people may read.
    """

    kind: PackageKind
    subject_id: UUID
    agency_id: UUID | None = None
    whole: bool = True
    _conditions: dict[str, ColumnElement[bool]] = field(default_factory=dict)

    def has(self, table: str) -> bool:
        """Return whether rows of a table go at all."""
        return table in HOLDS[self.kind] and (self.whole or table not in PRIVATE)

    def condition(self, name: str) -> ColumnElement[bool]:
        """Return the condition by which a row of a table goes."""
        if name not in self._conditions:
            self._conditions[name] = self._condition(TABLES[name])
        return self._conditions[name]

    def _condition(self, table: Table) -> ColumnElement[bool]:
        if table.name == "conversations":
            return or_(table.c.id.in_(going("conversations")), table.c.id.in_(going(SHARED)))
        columns = GOES[table.name]
        if table.name == "moderation_cases" and not self.whole:
            # A case has the author of what it is about, who may be unnamed.
            is_shown = table.c.publication_id.in_(going("publications"))
            by = (self._goes_by(table, column) for column in columns)
            return and_(*by, or_(table.c.publication_id.is_(None), is_shown))
        if table.name == "hold_targets":
            return and_(self._goes_by(table, "hold_id"), self._is_named_here(table.c.subject_id))
        if not columns:
            return table.c.id.in_(going(table.name))
        return and_(*(self._goes_by(table, column) for column in columns))

    def _is_named_here(self, subject_id: ColumnElement[UUID]) -> ColumnElement[bool]:
        """Return the condition that a hold names a word, or what goes: a group may have left."""
        names = ("conversations", "people", "posts", "spaces")
        found = [ids_of(name, self.condition(name)) for name in names]
        appointed = select(TABLES["appointments"].c.person_id).where(self.condition("appointments"))
        return or_(subject_id.is_(None), *(subject_id.in_(ids) for ids in (*found, appointed)))

    def _goes_by(self, table: Table, name: str) -> ColumnElement[bool]:
        column = table.c[name]
        target = target_of(column)
        if not GOES[target]:
            if target == "conversations":
                known = TABLES[target]
                return column.in_(select(known.c.id).where(self.condition(target)))
            return column.in_(going(target))
        known = TABLES[target]
        key = next(iter(column.foreign_keys)).column
        return column.in_(select(key).where(self.condition(known.name)))

    def messages(self) -> Ids:
        """Return the ids of the messages that go, of conversations that are known to go."""
        messages = TABLES["messages"]
        return ids_of(
            "messages",
            or_(
                messages.c.conversation_id.in_(going("conversations")),
                and_(messages.c.conversation_id.in_(going(SHARED)), self.ours()),
            ),
        )

    def ours(self) -> ColumnElement[bool]:
        """Return the condition on `messages` that the words are the agency's or the person's."""
        messages = TABLES["messages"]
        if self.kind == PackageKind.OWN:
            return messages.c.author_id == self.subject_id
        if self.agency_id is None:
            return false()
        posts = ids_of("posts", TABLES["posts"].c.agency_id == self.agency_id)
        # Never NULL: the condition is also asked the other way round.
        return or_(
            and_(messages.c.post_id.is_not(None), messages.c.post_id.in_(posts)),
            and_(messages.c.post_id.is_(None), messages.c.author_id.in_(people_of(self.agency_id))),
        )

    def files(self) -> Ids:
        """Return the ids of the files to which anything that is known to go refers."""
        parts = []
        for name in GOES:
            table = TABLES[name]
            if name in {"files", "captions"} or not self.has(name):
                continue
            # `message_files` goes by its file too, which would ask in a circle.
            by = [column for column in GOES[name] if target_of(table.c[column]) != "files"]
            for column in table.c:
                if any(key.column.table.name == "files" for key in column.foreign_keys):
                    goes = and_(*(self._goes_by(table, each) for each in by))
                    parts.append(select(column).where(goes, column.is_not(None)))
        first, *more = parts
        return select(first.union(*more).subquery().c[0])


def target_of(column: ColumnElement[Any]) -> str:
    """Return the table to which a column of `GOES` refers."""
    for key in column.foreign_keys:
        return key.column.table.name
    return "agencies"  # the log names its agency without a foreign key


def is_named() -> ColumnElement[bool]:
    """Return the condition on `publications` that readers know the author, or will."""
    publications = TABLES["publications"]
    return or_(publications.c.published_at.is_(None), publications.c.published_by_id.is_not(None))


def ids_of(name: str, *conditions: ColumnElement[bool]) -> Ids:
    """Return the ids of the rows of a table that meet conditions."""
    return select(TABLES[name].c.id).where(*conditions)


def people_of(agency_id: UUID) -> Ids:
    """Return the people of an agency: with an account of it, or a post and no account anywhere."""
    accounts, appointments, posts = (TABLES[name] for name in ("accounts", "appointments", "posts"))
    at_home = select(accounts.c.person_id).where(accounts.c.home_agency_id == agency_id)
    holds = (
        select(appointments.c.person_id)
        .join(posts, posts.c.id == appointments.c.post_id)
        .where(
            posts.c.agency_id == agency_id,
            appointments.c.person_id.not_in(select(accounts.c.person_id)),
        )
    )
    return select(at_home.union(holds).subquery().c[0])
