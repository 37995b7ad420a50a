"""The rules of arrival: which rows a package may bring, and to what they may refer.

Whoever makes a package also signs it, so that a sound signature says nothing of its contents. A
row comes in only if an export of the same thing could have written it: every reference leads to a
row of the package, and what a row goes by (`GOES`) to one that came whole, not as a stub.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.spaces.models import Role, SpaceKind, Visibility
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.records.holds.models import TargetKind
from intranet.records.packages.reading import Package
from intranet.records.portability.decisions import GOES
from intranet.records.portability.references import Row
from intranet.records.portability.rows import OMITTED, OMITTED_HTML
from intranet.records.portability.scope import HOLDS, TABLES, PackageKind, target_of
from intranet.records.portability.stubs import HIDDEN, STUB_COLUMNS
from intranet.records.portability.told import ToldPackage
from intranet.records.portability.values import columns_of

OWN: Mapping[str, tuple[str, ...]] = {
    "accounts": ("home_agency_id",),
    "posts": ("unit_id",),
    "spaces": ("agency_id", "unit_id"),
}
"""Columns that refer to what comes whole with an agency, besides those of `GOES`."""
STUBS_OF: Mapping[PackageKind, frozenset[str]] = {
    PackageKind.AGENCY: frozenset(STUB_COLUMNS),
    PackageKind.GROUP: frozenset({"agencies", "people", "posts", "units"}),
}
HELD = {
    TargetKind.CONVERSATION: "conversations",
    TargetKind.PERSON: "people",
    TargetKind.POST: "posts",
    TargetKind.SPACE: "spaces",
}
"""The tables of what a hold names by its id, which no foreign key checks."""
NARROW = {Visibility.MEMBERS, Visibility.AGENCY}


class Admission:
    """Knows what came so far; `living` are the agencies among the stubs that were here before."""

    def __init__(self, package: Package, told: ToldPackage) -> None:
        """Read which talks belong to publications, and in which somebody else takes part.

        Raises:
            Invalid: the package holds a kind of rows that does not belong in it.
        """
        self._told = told
        self._is_agency = told.kind == PackageKind.AGENCY
        self._whole: dict[str, set[bytes]] = defaultdict(set)
        self._stubs: dict[str, set[bytes]] = defaultdict(set)
        self._agency_of_unit: dict[UUID, UUID] = {}
        self._places: dict[UUID | None, str] = {}
        self._own_talks: set[bytes] = set()
        self._appointed: set[UUID] = set()
        self._held: list[tuple[str, UUID | None]] = []
        self.living: set[UUID] = set()
        self._package = package
        self._require_kinds()
        self._discussed = {_id(line.get("conversation_id")) for line in self._lines("publications")}
        self._keyed = {key.column.table.name for name in GOES for key in TABLES[name].foreign_keys}

    def _require_kinds(self) -> None:
        stubs, rows = STUBS_OF[self._told.kind], HOLDS[self._told.kind]
        for path in self._package.paths:
            folder, _slash, name = path.partition("/")
            known = {"data": rows, "stubs": stubs}.get(folder)
            is_known = known is None or name.removesuffix(".jsonl") in known
            if not is_known and self._package.size_of(path):
                raise out_of_place(path)

    def _lines(self, name: str) -> Iterator[Mapping[str, Any]]:
        path = f"data/{name}.jsonl"
        return self._package.lines(path) if path in self._package.paths else iter(())

    def checker(self, table: Table, path: str, *, is_stub: bool) -> Callable[[Row], None]:
        """Return a function that refuses a row that may not come, and remembers any other.

        The function raises `Invalid`. References of a table to itself are checked by `require`.
        """
        key = next(iter(table.primary_key)).name if table.name in self._keyed else None
        own = OWN.get(table.name, ()) if self._is_agency else ()
        strict = {*GOES[table.name], *own}
        references = [
            (column.name, target_of(column), column.name in strict and not is_stub)
            for column in columns_of(table)
            if column.foreign_keys or column.name in GOES[table.name]
        ]
        outward = [
            (name, self._whole[target], set() if is_strict else self._stubs[target])
            for name, target, is_strict in references
            if target not in {"functions", table.name}
        ]
        kept = (self._stubs if is_stub else self._whole)[table.name]
        rule = (self._stub_rule if is_stub else self._rule)(table.name)
        names = STUB_COLUMNS[table.name] if is_stub else None

        def admit(row: Row) -> None:
            if names is not None and not row.keys() <= names:
                raise out_of_place(path)
            for name, whole, stubs in outward:
                value = row.get(name)
                if value is not None and value.bytes not in whole and value.bytes not in stubs:
                    raise out_of_place(path)
            if rule is not None and not rule(row):
                raise out_of_place(path)
            if key is not None:
                kept.add(row[key].bytes)

        return admit

    def require(self, table: Table, value: UUID) -> None:
        """Check that a reference of a table to itself leads to a row that came.

        Raises:
            Invalid: it leads elsewhere.
        """
        if not self._came(table.name, value):
            raise out_of_place(f"data/{table.name}.jsonl")

    def _came(self, name: str, value: Any) -> bool:
        return value.bytes in self._whole[name] or value.bytes in self._stubs[name]

    def _is_whole(self, name: str, value: UUID | None) -> bool:
        return value is not None and value.bytes in self._whole[name]

    def _rule(self, name: str) -> Callable[[Row], bool] | None:
        of_agency = {
            "agencies": self._is_subject,
            "appointments": self._is_appointed,
            "conversations": self._is_talk,
            "hold_targets": self._is_held,
            "messages": self._is_said_here,
            "publications": self._is_published_here,
            "showcase_items": lambda row: row["agency_id"] not in self.living,
            "space_keys": self._ask_again,
            "units": self._is_in_the_tree,
        }
        of_group = {
            "spaces": self._is_subject,
            "conversations": self._is_talk,
            "publications": self._is_published_here,
        }
        return (of_agency if self._is_agency else of_group).get(name)

    def _stub_rule(self, name: str) -> Callable[[Row], bool] | None:
        return {
            "agencies": self._hide,
            "groups": lambda row: row["space_id"].bytes in self._stubs["spaces"],
            "messages": self._is_place,
            "posts": self._is_ended_post,
            "space_members": self._is_member,
            "spaces": self._is_closed_room,
            "units": self._is_ended_unit,
        }.get(name)

    def _is_subject(self, row: Row) -> bool:
        if self._told.agency is not None and self._is_agency:
            return bool(
                row["id"] == self._told.subject_id and row["code"] == self._told.agency.code
            )
        return bool(row["id"] == self._told.subject_id and row["kind"] == SpaceKind.GROUP)

    def _is_in_the_tree(self, row: Row) -> bool:
        """Return whether a unit is the one root, or right below a unit that came before it.

        By the path alone its people are in the audiences of whatever it names.
        """
        unit_id, parent_id = row["id"], row["parent_id"]
        is_root = parent_id is None and not self._places
        above = "/" if is_root else self._places.get(parent_id)
        self._places[unit_id] = row["path"]
        return above is not None and row["path"] == f"{above}{unit_id.hex}/"

    def _is_talk(self, row: Row) -> bool:
        """Return whether a conversation belongs to what came, and note whether it is all ours."""
        kind, is_own = row["kind"], False
        if kind == ConversationKind.CHANNEL:
            is_own = self._is_whole("spaces", row["space_id"])
            is_sound = is_own or row["archived_at"] is not None
        elif kind == ConversationKind.DISCUSSION:
            is_own = is_sound = row["id"] in self._discussed
        elif kind == ConversationKind.POST:
            is_own = self._is_whole("posts", row["post_id"])
            is_sound = self._is_agency and row["post_id"] is not None
        else:
            is_own = self._is_agency and row["id"] not in self._with_others
            is_sound = self._is_agency
        if is_own:
            self._own_talks.add(row["id"].bytes)
        return is_sound and (is_own or self._is_agency)

    @cached_property
    def _with_others(self) -> set[UUID | None]:
        """The talks in which somebody takes part who did not come whole."""
        return {
            _id(line.get("conversation_id"))
            for line in self._lines("participants")
            if not self._is_whole("people", _id(line.get("person_id")))
        }

    def _is_appointed(self, row: Row) -> bool:
        self._appointed.add(row["person_id"])
        return True

    def _is_held(self, row: Row) -> bool:
        """Remember what a hold names, which may come after it; see `require_held`."""
        name = HELD.get(row["kind"])
        if name is not None:
            self._held.append((name, row["subject_id"]))
        return name is not None or row["subject_id"] is None

    def require_held(self) -> None:
        """Check, once all came, that holds name what came whole, or who has a post of what did.

        Raises:
            Invalid: one names something else, which may be of an agency that is here.
        """
        for name, value in self._held:
            is_here = name == "people" and value in self._appointed
            if not is_here and not self._is_whole(name, value):
                raise out_of_place("data/hold_targets.jsonl")

    def _is_said_here(self, row: Row) -> bool:
        """Return whether words are of the agency's own rooms, or else of its own people."""
        if row["conversation_id"].bytes in self._own_talks:
            return True
        if row["post_id"] is not None:
            return self._is_whole("posts", row["post_id"])
        return self._is_whole("people", row["author_id"])

    def _is_published_here(self, row: Row) -> bool:
        is_own = self._is_whole("agencies", row["agency_id"])
        if not is_own and not self._is_whole("spaces", row["space_id"]):
            return False
        if not is_own and row["kind"] == ANNOUNCEMENT:
            return False
        if not self._is_agency and row["published_at"] is None:
            return False
        if not self._is_agency or row["agency_id"] in self.living:
            # Nobody publishes to everyone in the name of an agency that is here.
            row["scheduled_at"] = row["scheduled_by_id"] = row["pinned_until"] = None
            is_wide = row["visibility"] is not None and row["visibility"] not in NARROW
            row["visibility"] = Visibility.AGENCY if is_wide else row["visibility"]
        return True

    def _ask_again(self, row: Row) -> bool:
        """Let an agency that is here approve anew of sharing a group."""
        if row["agency_id"] in self.living:
            row["since"] = row["turned_by_id"] = None
        return True

    def _hide(self, row: Row) -> bool:
        row.update(HIDDEN)
        return bool(row["id"] != self._told.subject_id or not self._is_agency)

    def _is_ended_unit(self, row: Row) -> bool:
        """Return whether a unit is a root of an agency that stays, or ended right below it."""
        if not self._is_stub("agencies", row["agency_id"]):
            return False
        self._agency_of_unit[row["id"]] = row["agency_id"]
        if row["parent_id"] is None:
            return bool(row["path"] == f"/{row['id'].hex}/")
        is_below = row["path"] == f"/{row['parent_id'].hex}/{row['id'].hex}/"
        is_of_agency = self._agency_of_unit.get(row["parent_id"]) == row["agency_id"]
        return is_below and is_of_agency and self._is_over(row)

    def _is_ended_post(self, row: Row) -> bool:
        is_of_agency = self._agency_of_unit.get(row["unit_id"]) == row["agency_id"]
        return is_of_agency and self._is_over(row)

    def _is_over(self, row: Row) -> bool:
        return row["valid_to"] is not None and row["valid_to"] <= self._told.as_of.date()

    def require_as_here(self, table: Table, row: Row, agency_id: UUID | None) -> None:
        """Check a stub whose row is here already, or, without an agency, one that is new.

        Raises:
            Invalid: it is of another agency here, or would be a second root of one that is here.
        """
        if table.name == "agencies" and agency_id is not None:
            self.living.add(row["id"])
            return
        named = row.get("agency_id")
        is_other = agency_id is not None and agency_id != named
        is_second = agency_id is None and named in self.living and row.get("parent_id", 1) is None
        if named is not None and (is_other or is_second):
            raise out_of_place(f"stubs/{table.name}.jsonl")

    def _is_stub(self, name: str, value: UUID | None) -> bool:
        return value is not None and value.bytes in self._stubs[name]

    def _is_closed_room(self, row: Row) -> bool:
        is_ours = self._is_whole("agencies", row["agency_id"])
        is_closed = row["archived_at"] is not None and row["visibility"] in NARROW
        return is_ours and is_closed and row["kind"] == SpaceKind.GROUP

    def _is_member(self, row: Row) -> bool:
        is_there = self._is_stub("spaces", row["space_id"])
        is_ours = self._is_whole("people", row["person_id"])
        return is_there and is_ours and row["role"] == Role.MEMBER

    def _is_place(self, row: Row) -> bool:
        """Return whether a message is only a place, in a talk that is not all the agency's."""
        talk = row["conversation_id"].bytes
        is_shared = talk in self._whole["conversations"] and talk not in self._own_talks
        return is_shared and (row["body"], row["html"]) == (OMITTED, OMITTED_HTML)


def _id(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def out_of_place(path: str) -> Invalid:
    """Return the refusal of a package with something that no export writes."""
    return Invalid(
        {
            "package": _l(
                "The package holds something that does not belong in it: %(path)s", path=path
            )
        }
    )
