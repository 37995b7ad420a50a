"""Write the file of own data: pages that open anywhere, the same as JSON Lines, and the files."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.records.own_data.catalogue import PARTS, REASONS, catalogue
from intranet.records.own_data.names import Names
from intranet.records.own_data.ownership import is_of
from intranet.records.own_data.reading import rows_of, talk_messages
from intranet.records.packages.writing import PackageWriter, WriteLine

FORMAT = "intranet.own-data"
FILES_LIMIT_BYTES = 1_500_000_000
"""All files together; beyond it, a file is only listed, to be downloaded where it is."""
MEMORY_BYTES = 4 * 1024 * 1024
WORDS_AT_ONCE = 500
"""So many pieces of a page are written together."""

TALKS = "talk_messages"
"""What was written in direct messages, by whomever: no table of its own."""

Tell = Callable[[int, int], None]
Rows = Callable[[], Iterator[dict[str, Any]]]


@dataclass(frozen=True)
class ExportedTable:
    """A table of a page: its name, its columns, and its rows as they are read."""

    name: str
    rows: Iterator[dict[str, Any]]


@dataclass(frozen=True)
class ExportedPart:
    """A part of the file as the first page lists it, with the number of its rows."""

    name: str
    title: str
    counts: Mapping[str, int]


def write_own_data(out: BinaryIO, person: Person, language: str, tell: Tell) -> str:
    """Write everything that is stored of a person; return the SHA-256 of the manifest.

    Args:
        tell: receives how many tables are written, and of how many.
    """
    writing = _OwnDataWriter(out, person, language, tell)
    return writing.write()


class _OwnDataWriter:
    def __init__(self, out: BinaryIO, person: Person, language: str, tell: Tell) -> None:
        self._person, self._language, self._tell = person, language, tell
        self._package = PackageWriter(
            out, FORMAT, {"person": str(person.id), "name": person.name, "language": language}
        )
        self._names = Names(language)
        self._done = 0
        self._tables = {part: list(self._tables_of(part)) for part in PARTS}
        self._total = sum(map(len, self._tables.values()))

    def write(self) -> str:
        """Write all parts, the files and the first page, which counts them."""
        parts = [self._write_part(name, str(title)) for name, title in PARTS.items()]
        left = self._write_files()
        template = current_app.jinja_env.get_template("records/own_data/file/index.html")
        page = template.render(
            person=self._person,
            language=self._language,
            parts=parts,
            left=left,
            now=clock.now(),
            reasons=REASONS,
            kept_back=_kept_back(),
        )
        self._package.add("index.html", page.encode())
        return self._package.finish(
            rows={name: count for part in parts for name, count in part.counts.items()}
        )

    def _tables_of(self, part: str) -> Iterator[tuple[str, Rows]]:
        for entry in catalogue().values():
            if entry.part == part:
                yield entry.table, partial(rows_of, entry, self._person.id, self._names)
        if part == "talks":
            yield TALKS, partial(talk_messages, self._person.id, self._names)

    def _write_part(self, name: str, title: str) -> ExportedPart:
        """Write each table as JSON Lines, and meanwhile the page with all of them."""
        counts: dict[str, int] = {}
        with tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES) as page:
            template = current_app.jinja_env.get_template("records/own_data/file/part.html")
            told = template.stream(
                title=title, language=self._language, tables=self._written(name, counts)
            )
            told.enable_buffering(WORDS_AT_ONCE)
            told.dump(page, "utf-8")
            page.seek(0)
            self._package.copy(f"pages/{name}.html", page)  # type: ignore[arg-type] # it is read
        return ExportedPart(name, title, counts)

    def _written(self, part: str, counts: dict[str, int]) -> Iterator[ExportedTable]:
        """Yield the tables of a part; each row that the page takes is written as JSON too."""
        for name, rows in self._tables[part]:
            counts[name] = 0
            with self._package.lines(f"data/{name}.jsonl") as write:
                yield ExportedTable(name, _counted(name, rows(), write, counts))
            self._done += 1
            self._tell(self._done, self._total)

    def _write_files(self) -> list[str]:
        """Write the person's uploads; return the names of those left where they are."""
        left, room = [], FILES_LIMIT_BYTES
        for file_id in db.session.scalars(_upload_ids(self._person.id)).all():
            file = db.session.get(File, file_id)
            if file is None:
                continue  # deleted meanwhile
            room -= file.size_bytes
            if room < 0:
                left.append(file.name)
                continue
            try:
                source = storage().open(file.key)
            except FileNotFoundError:
                left.append(file.name)
                continue
            with source:
                self._package.copy(f"files/{file.id}-{file.name}", source)
        self._write_portrait()
        return left

    def _write_portrait(self) -> None:
        if self._person.photo_key:
            try:
                source = storage().open(self._person.photo_key)
            except FileNotFoundError:
                return
            with source:
                self._package.copy("files/portrait.webp", source)


def _counted(
    name: str, rows: Iterator[dict[str, Any]], write: WriteLine, counts: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Write each row with all that it has; yield what the page shows, which is no ids."""
    for row in rows:
        write(row)
        counts[name] += 1
        yield {each: value for each, value in row.items() if not _is_id(each)}


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _upload_ids(person_id: UUID) -> Any:
    return select(File.id).where(is_of("files", person_id)).order_by(File.id)


def _kept_back() -> dict[str, list[str]]:
    """Return the columns that are not given, as `table.column`, by the reason."""
    found: dict[str, list[str]] = {}
    for entry in catalogue().values():
        for reason, names in entry.keeps_back.items():
            found.setdefault(reason, []).extend(f"{entry.table}.{name}" for name in names)
    return found
