"""Changes from a file: a line for each, which names units and posts by code or name."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from intranet.administration.imports.faults import Refused
from intranet.administration.imports.file_reader import OpenTable
from intranet.administration.imports.labels import refusal
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.chart import PlanChart, chart_of
from intranet.administration.reorganisation.file_words import (
    CHANGES,
    COLUMNS,
    FileWord,
    plain,
)
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized

LINES_LIMIT = 2_000
SEPARATOR = "|"


@dataclass
class ReadFile:
    """The changes of a file, each with its line, and what is wrong, by line; 0 is the file."""

    changes: list[tuple[int, ChangeSpec]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def specs(self) -> list[ChangeSpec]:
        """The changes in their order."""
        return [spec for _line, spec in self.changes]


class _LineError(Exception):
    """A line that cannot become a change, with a sentence for the person."""


def read_file(agency: Agency, stream: BinaryIO) -> ReadFile:
    """Read the changes of a file; nothing is stored."""
    found = ReadFile()
    try:
        with OpenTable(stream, is_header) as table:
            places = _required_places(table.header)
            reader = _FileReader(agency)
            for count, line in enumerate(table.lines()):
                _require_few(count)
                cells = {
                    name: line.cells[place].strip() if place < len(line.cells) else ""
                    for name, place in places.items()
                }
                reader.take(line.number, cells, found)
            reader.finish(found)
    except Refused as refused:
        return ReadFile(faults=[(0, refusal(refused.code, refused.about))])
    if not found.changes and not found.faults:
        found.faults.append((0, _("The file is empty.")))
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Return whether these cells are the heading of such a file."""
    return {"change", "unit"} <= set(_places(cells))


def _required_places(header: Sequence[str]) -> dict[str, int]:
    if not is_header(header):
        raise Refused("columns_missing", columns=["change", "unit"])
    return _places(header)


def _require_few(count: int) -> None:
    if count >= LINES_LIMIT:
        raise Refused("too_many_lines", limit=LINES_LIMIT)


def _places(header: Sequence[str]) -> dict[str, int]:
    known = {word: name for name, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        if name := known.get(plain(title)):
            found.setdefault(name, place)
    return found


class _FileReader:
    """Reads line after line; later lines can name the units that earlier ones found."""

    def __init__(self, agency: Agency) -> None:
        chart = chart_of(agency.id, agency.language, clock.today(agency.time_zone))
        self._language = agency.language
        self._units = _by_name(chart)
        self._posts = _posts_by_name(agency)
        self._split: tuple[int, UUID, list[dict[str, Any]], UUID | None] | None = None

    def take(self, number: int, cells: Mapping[str, str], found: ReadFile) -> None:
        """Turn a line into a change, or note what is wrong with it."""
        try:
            word = _word(cells.get("change", ""))
            if word == FileWord.SPLIT:
                self._take_part(number, cells, found)
                return
            self.finish(found)
            make: Mapping[FileWord, Callable[[Mapping[str, str]], Iterable[dict[str, Any]]]] = {
                FileWord.RENAME: self._rename,
                FileWord.MOVE: self._move,
                FileWord.MERGE: self._merge,
                FileWord.DISSOLVE: self._dissolve,
                FileWord.FOUND: self._found,
                FileWord.MOVE_POST: self._move_posts,
                FileWord.END_POST: self._end_posts,
                FileWord.HEAD: self._heads,
                FileWord.NO_HEAD: self._no_heads,
            }
            for values in list(make[word](cells)):
                found.changes.append((number, ChangeSpec.parse(values)))
        except _LineError as error:
            found.faults.append((number, str(error)))
        except Invalid as error:
            reasons = [str(words) for words in error.errors.values()]
            found.faults.append((number, " ".join(reasons)))

    def finish(self, found: ReadFile) -> None:
        """End a split whose lines have been read."""
        if self._split is None:
            return
        number, unit_id, parts, successor = self._split
        self._split = None
        values: dict[str, Any] = {"kind": PlanChangeKind.SPLIT, "unit": unit_id, "parts": parts}
        if successor:
            values["successor"] = successor
        try:
            found.changes.append((number, ChangeSpec.parse(values)))
        except Invalid as error:
            found.faults.append((number, " ".join(str(each) for each in error.errors.values())))

    def _take_part(self, number: int, cells: Mapping[str, str], found: ReadFile) -> None:
        unit_id = self._unit(cells, "unit")
        if self._split and self._split[1] != unit_id:
            self.finish(found)
        if self._split is None:
            successor = self._unit(cells, "successor") if cells.get("successor") else None
            self._split = (number, unit_id, [], successor)
        new_id = uuid7()
        part = {
            "id": new_id,
            "name": self._name(cells),
            "code": cells.get("code", ""),
            "posts": self._listed(self._posts, cells.get("posts", ""), _no_post),
            "units": self._listed(self._units, cells.get("units", ""), _no_unit),
        }
        self._split[2].append(part)
        self._remember(new_id, cells)

    def _rename(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        unit_id = self._unit(cells, "unit")
        yield {"kind": PlanChangeKind.RENAME, "unit": unit_id, "name": self._name(cells)}

    def _move(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        unit_id, parent_id = self._unit(cells, "unit"), self._unit(cells, "parent")
        yield {"kind": PlanChangeKind.MOVE, "unit": unit_id, "parent": parent_id}

    def _merge(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        units = self._listed(self._units, cells.get("unit", ""), _no_unit)
        if cells.get("successor"):
            into = self._unit(cells, "successor")
            yield {"kind": PlanChangeKind.MERGE, "units": units, "into": into}
            return
        new_id = uuid7()
        yield {
            "kind": PlanChangeKind.MERGE,
            "units": units,
            "id": new_id,
            "name": self._name(cells),
            "code": cells.get("code", ""),
            "parent": self._unit(cells, "parent"),
        }
        self._remember(new_id, cells)

    def _dissolve(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        values: dict[str, Any] = {
            "kind": PlanChangeKind.DISSOLVE,
            "unit": self._unit(cells, "unit"),
        }
        if cells.get("successor"):
            values["successor"] = self._unit(cells, "successor")
        yield values

    def _found(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        new_id = uuid7()
        named = cells.get("name") or cells.get("unit", "")
        yield {
            "kind": PlanChangeKind.FOUND,
            "id": new_id,
            "name": self._name({**cells, "name": named}),
            "code": cells.get("code", ""),
            "parent": self._unit(cells, "parent"),
        }
        self._remember(new_id, {**cells, "name": named})

    def _move_posts(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        parent_id = self._unit(cells, "parent")
        for post_id in self._some_posts(cells):
            yield {"kind": PlanChangeKind.MOVE_POST, "post": post_id, "parent": parent_id}

    def _end_posts(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        for post_id in self._some_posts(cells):
            yield {"kind": PlanChangeKind.END_POST, "post": post_id}

    def _heads(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        for post_id in self._some_posts(cells):
            yield {"kind": PlanChangeKind.HEAD, "post": post_id}

    def _no_heads(self, cells: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        for post_id in self._some_posts(cells):
            yield {"kind": PlanChangeKind.HEAD, "post": post_id, "is_head": False}

    def _some_posts(self, cells: Mapping[str, str]) -> list[UUID]:
        posts = self._listed(self._posts, cells.get("posts", ""), _no_post)
        if not posts:
            raise _LineError(_("Name the posts in the column “posts”."))
        return posts

    def _unit(self, cells: Mapping[str, str], column: str) -> UUID:
        text = cells.get(column, "")
        if not text:
            raise _LineError(_("The column “%(column)s” is empty.", column=column))
        return _only(self._units, text, _no_unit)

    def _listed(
        self, known: Mapping[str, list[UUID]], text: str, missing: Callable[[str], str]
    ) -> list[UUID]:
        parts = [part.strip() for part in text.split(SEPARATOR)]
        return [_only(known, part, missing) for part in parts if part]

    def _name(self, cells: Mapping[str, str]) -> dict[str, str]:
        if not cells.get("name"):
            raise _LineError(_("The column “%(column)s” is empty.", column="name"))
        return {self._language: cells["name"]}

    def _remember(self, unit_id: UUID, cells: Mapping[str, str]) -> None:
        """Let later lines name a new unit by its code or its name."""
        for text in (cells.get("code", ""), cells.get("name", "")):
            if text:
                self._units[plain(text)] = [unit_id]


def _word(text: str) -> FileWord:
    for word, known in CHANGES.items():
        if plain(text) in known:
            return word
    raise _LineError(_("“%(text)s” is not a change. See the template.", text=text[:80]))


def _only(known: Mapping[str, list[UUID]], text: str, missing: Callable[[str], str]) -> UUID:
    ids = known.get(plain(text), [])
    if not ids:
        raise _LineError(missing(text[:80]))
    if len(set(ids)) > 1:
        raise _LineError(_("“%(text)s” is not the only one. Write its code.", text=text[:80]))
    return ids[0]


def _no_unit(text: str) -> str:
    return _("There is no unit “%(text)s”.", text=text)


def _no_post(text: str) -> str:
    return _("There is no post “%(text)s”.", text=text)


def _by_name(chart: PlanChart) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = defaultdict(list)
    for unit in chart.living():
        names: Localized = unit.name
        for text in {plain(name) for name in names.values()}:
            found[text].append(unit.id)
    for unit in chart.living():  # a code stands for one unit, whatever others are called
        found[plain(unit.code)] = [unit.id]
    return found


def _posts_by_name(agency: Agency) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = defaultdict(list)
    posts = db.session.execute(
        select(Post.id, Post.code, Post.handle, Post.title).where(Post.agency_id == agency.id)
    ).all()
    for row in posts:
        for text in {plain(name) for name in row.title.values()}:
            found[text].append(row.id)
    for row in posts:
        found[plain(row.handle)] = [row.id]
    for row in posts:
        found[plain(row.code)] = [row.id]
    return found
