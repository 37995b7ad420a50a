"""Conversations as pages of HTML that open without the program: by month, neither long nor short.

A long month is in parts; short ones share a page, since a talk of years with a few messages in each
month would be dozens of files.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import Connection, select

from intranet.platform.core.batches import batches
from intranet.records.portability.making import Making
from intranet.records.portability.page_writing import PageWriter
from intranet.records.portability.rows import OMITTED
from intranet.records.portability.said import messages_of
from intranet.records.portability.scope import TABLES
from intranet.records.portability.stored_bytes import path_of
from intranet.records.portability.titles import Talk

MESSAGES_ON_A_PAGE = 1_000
ENOUGH_FOR_A_PAGE = 200
MONTH = len("2026-12")
_ADDRESS = re.compile(r' (href|src)="/([^"]*)"')
_FILE = re.compile(r"^files/([0-9a-f-]{36})")


TimedRow = tuple[str, Any]
"""The row of a message, after its time by the agency's clock."""


class MessageToShow(NamedTuple):
    """A message as its page shows it: the members of a tuple are the fastest in a template."""

    seq: int
    name: str
    caption: str
    at: str
    is_edited: bool
    is_deleted: bool
    html: str
    answers: int | None
    files: Sequence[tuple[str, str]]
    quote: Any


class TalkPage(NamedTuple):
    """The months of a page: as the name of its file, and as people read it."""

    name: str
    title: str


@dataclass
class TalksWritten:
    """Counts kept while the pages were written: pages by talk, and how much each person wrote."""

    pages: dict[UUID, list[TalkPage]] = field(default_factory=dict)
    counts: Counter[UUID] = field(default_factory=Counter)
    by_person: dict[UUID, Counter[UUID]] = field(default_factory=lambda: defaultdict(Counter))


def write_talks(making: Making, pages: PageWriter, talks: dict[UUID, Talk]) -> TalksWritten:
    """Write the pages of every conversation in which something was said."""
    done, written = 0, TalksWritten()
    rows = _messages(making)
    for talk_id, of_talk in groupby(rows, key=lambda row: row.conversation_id):
        talk = talks[talk_id]
        parts: list[TalkPage] = []
        before: list[TimedRow] = []
        for page, part in _parts(making, of_talk):
            if before:
                _write_page(making, pages, talk, before, (parts, page))
            parts.append(page)
            before = part
            done += len(part)
            for _at, row in part:
                if row.is_ours:
                    written.by_person[row.author_id][talk_id] += 1
            written.counts[talk_id] += len(part)
            making.said("pages", done, done + 1)
        if before:
            _write_page(making, pages, talk, before, (parts, None))
        written.pages[talk_id] = parts
        pages.write(
            f"{talk.address}/index.html",
            "talk_index.html",
            depth=2,
            title=talk.title,
            talk=talk,
            pages=parts,
            count=written.counts[talk_id],
        )
    return written


def _messages(making: Making) -> Iterator[Any]:
    messages, people = TABLES["messages"], TABLES["people"]
    names = (
        *("id", "conversation_id", "seq", "author_id", "caption", "html", "parent_id"),
        *("created_at", "edited_at", "deleted_at"),
    )
    # Most pages show neither, and need not ask.
    held, forwards = TABLES["message_files"], TABLES["message_forwards"]
    with_file = select(held.c.message_id).where(held.c.message_id == messages.c.id)
    with_quote = select(forwards.c.message_id).where(forwards.c.message_id == messages.c.id)
    columns = [
        *(messages.c[name] for name in names),
        people.c.name,
        with_file.exists().label("has_files"),
        with_quote.exists().label("has_quote"),
    ]
    joined = messages.join(people, people.c.id == messages.c.author_id)
    return (
        row
        for row in messages_of(making, columns, joined, with_others=True)
        if row.is_ours or making.keeps_place(row.conversation_id, row.seq)
    )


def _parts(making: Making, rows: Iterable[Any]) -> Iterator[tuple[TalkPage, list[TimedRow]]]:
    """Yield each page with its messages: those of a month, of a part of it, or of short ones."""
    timed = ((making.clock_time(row.created_at), row) for row in rows)
    kept: list[TimedRow] = []
    names: list[str] = []
    for month, of_month in groupby(timed, key=lambda row: row[0][:MONTH]):
        for number, part in enumerate(batches(of_month, MESSAGES_ON_A_PAGE), start=1):
            if len(kept) >= ENOUGH_FOR_A_PAGE or len(kept) + len(part) > MESSAGES_ON_A_PAGE:
                yield _page_of(names), kept
                kept, names = [], []
            kept += part
            names.append(month if number == 1 else f"{month}-{number}")
    if kept:
        yield _page_of(names), kept


def _page_of(names: list[str]) -> TalkPage:
    around = names[:: len(names) - 1] if len(names) > 1 else names
    return TalkPage("_".join(around), " – ".join(around))


def _write_page(
    making: Making,
    pages: PageWriter,
    talk: Talk,
    rows: list[TimedRow],
    around: tuple[list[TalkPage], TalkPage | None],
) -> None:
    """Write a page; `around` are all pages so far, the last of which it is, and the next."""
    so_far, following = around
    page = so_far[-1]
    files = _files_of(making.connection, [row.id for _at, row in rows if row.has_files])
    quotes = _quotes_of(making.connection, [row.id for _at, row in rows if row.has_quote])
    places = {row.id: row.seq for _at, row in rows}
    pages.write(
        f"{talk.address}/{page.name}.html",
        "talk.html",
        depth=2,
        title=f"{talk.title} · {page.title}",
        talk=talk,
        before=so_far[-2] if len(so_far) > 1 else None,
        following=following,
        messages=[
            MessageToShow(
                seq=row.seq,
                name=row.name,
                caption=row.caption,
                at=at,
                is_edited=row.edited_at is not None,
                is_deleted=row.deleted_at is not None,
                html=local(row.html, pages, 2) if row.is_ours else OMITTED,
                answers=places.get(row.parent_id),
                files=files.get(row.id, ()) if row.is_ours else (),
                quote=quotes.get(row.id) if row.is_ours else None,
            )
            for at, row in rows
        ],
    )


def local(html: str, pages: PageWriter, depth: int) -> Markup:
    """Return cleaned HTML whose links lead to files of the package; others lead nowhere."""

    def changed(found: re.Match[str]) -> str:
        name, address = found[1], found[2]
        if (file := _FILE.match(address)) and (path := pages.files.get(file[1])):
            return f' {name}="{"../" * depth}{path}"'
        return f' data-{name}="/{address}"'

    return Markup(_ADDRESS.sub(changed, html))  # noqa: S704 - stored as cleaned by `core.html`


def _files_of(connection: Connection, ids: list[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    if not ids:
        return {}
    held, files = TABLES["message_files"], TABLES["files"]
    found = connection.execute(
        select(held.c.message_id, files.c.id, files.c.name)
        .join(files, files.c.id == held.c.file_id)
        .where(held.c.message_id.in_(ids))
        .order_by(held.c.message_id, held.c.position)
    )
    by_message: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for row in found:
        by_message[row.message_id].append((row.name, path_of(row.id, row.name)))
    return by_message


def _quotes_of(connection: Connection, ids: list[UUID]) -> dict[UUID, Any]:
    if not ids:
        return {}
    forwards = TABLES["message_forwards"]
    found = connection.execute(
        select(
            forwards.c.message_id,
            forwards.c.author_name,
            forwards.c.caption,
            forwards.c.place,
            forwards.c.body,
        ).where(forwards.c.message_id.in_(ids), forwards.c.withdrawn_at.is_(None))
    )
    return {row.message_id: row for row in found}
