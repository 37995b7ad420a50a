"""The readable part of a package: an index, units, people, talks and publications."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from intranet.messaging.conversations.models import ConversationKind
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.records.portability.making import Making
from intranet.records.portability.page_writing import PageWriter
from intranet.records.portability.scope import TABLES, going, is_named
from intranet.records.portability.sheets import write_sheets
from intranet.records.portability.stored_bytes import path_of
from intranet.records.portability.talk_pages import TalksWritten, local, write_talks
from intranet.records.portability.titles import Talk, holdings_of, talks_of


def write_pages(making: Making, name: str) -> None:
    """Write the pages that open without the program, and the tables for a spreadsheet."""
    scope, counts, language = making.scope, making.counts, making.language
    pages = PageWriter(making.writer, language, name)
    pages.files = _files(making)
    talks = talks_of(making.connection, scope, language)
    written = write_talks(making, pages, talks)
    published = _write_publications(making, pages, talks, written)
    has_people = scope.has("people") and counts.get("people", 0)
    if has_people:
        _write_people(making, pages, talks, written)
    units = _units(making.connection, language) if counts.get("units") else []
    if units:
        pages.write("units.html", "units.html", units=units)
    said_in = [talks[talk_id] for talk_id in written.pages]
    rooms = sorted(said_in, key=lambda talk: (talk.room.casefold(), talk.title.casefold()))
    pages.write("talks.html", "talks.html", talks=rooms, counts=written.counts)
    sheets = write_sheets(making)
    pages.write(
        "index.html",
        "index.html",
        counts=counts,
        has_people=has_people,
        has_units=bool(units),
        has_published=bool(published),
        talk_count=len(rooms),
        message_count=written.counts.total(),
        sheets=sheets,
    )


def _files(making: Making) -> dict[str, str]:
    files = TABLES["files"]
    found = making.streamed(select(files.c.id, files.c.name).where(making.scope.condition("files")))
    return {str(row.id): path_of(row.id, row.name) for row in found}


def _write_people(
    making: Making, pages: PageWriter, talks: dict[UUID, Talk], written: TalksWritten
) -> None:
    connection, language = making.connection, making.language
    people = TABLES["people"]
    found = connection.execute(
        select(people.c.id, people.c.name, people.c.about)
        .where(people.c.id.in_(going("people")))
        .order_by(people.c.sort_key, people.c.id)
    ).all()
    held = holdings_of(connection, language)
    pages.write("people.html", "people.html", people=found, held=held)
    for row in found:
        wrote = [
            (talks[talk_id], count)
            for talk_id, count in written.by_person.get(row.id, {}).items()
            if talks[talk_id].kind != ConversationKind.DIRECT
        ]
        pages.write(
            f"people/{row.id}.html",
            "person.html",
            depth=1,
            person=row,
            held=held.get(row.id, ()),
            wrote=sorted(wrote, key=lambda one: (one[0].room.casefold(), one[0].title.casefold())),
        )


def _units(connection: Connection, language: str) -> list[dict[str, Any]]:
    """Return the units in the order of the tree, each with its posts and who holds them."""
    units, posts, appointments, people = (
        TABLES[name] for name in ("units", "posts", "appointments", "people")
    )
    held: dict[UUID, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(appointments.c.post_id, people.c.id, people.c.name, appointments.c.ends_on)
        .join(people, people.c.id == appointments.c.person_id)
        .where(appointments.c.post_id.in_(going("posts")))
        .order_by(appointments.c.starts_on, people.c.id)
    ):
        held[row.post_id].append(row)
    of_unit: dict[UUID, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(posts.c.id, posts.c.unit_id, posts.c.title, posts.c.valid_to)
        .where(posts.c.id.in_(going("posts")))
        .order_by(posts.c.level, posts.c.sort_key, posts.c.id)
    ):
        post = {
            "title": row.title.text(language),
            "until": row.valid_to,
            "people": held.get(row.id, ()),
        }
        of_unit[row.unit_id].append(post)
    own = set(connection.scalars(going("people")))
    return [
        {
            "name": row.name.text(language),
            "code": row.code,
            "depth": row.path.count("/") - 2,
            "until": row.valid_to,
            "posts": of_unit.get(row.id, ()),
            "own": own,
        }
        for row in connection.execute(
            select(units.c.id, units.c.name, units.c.code, units.c.path, units.c.valid_to)
            .where(units.c.id.in_(going("units")))
            .order_by(units.c.path)
        )
    ]


def _write_publications(
    making: Making, pages: PageWriter, talks: dict[UUID, Talk], written: TalksWritten
) -> int:
    connection, language = making.connection, making.language
    publications, versions, posts, agencies, people = (
        TABLES[name]
        for name in ("publications", "publication_versions", "posts", "agencies", "people")
    )
    is_shown = and_(
        versions.c.publication_id == publications.c.id,
        versions.c.number == publications.c.version,
    )
    found = connection.execute(
        select(
            publications.c.id,
            publications.c.kind,
            publications.c.conversation_id,
            publications.c.published_at,
            publications.c.withdrawn_at,
            versions.c.number,
            versions.c.title,
            versions.c.summary,
            versions.c.html,
            versions.c.file_ids,
            posts.c.title.label("post"),
            agencies.c.name.label("agency"),
            people.c.name.label("author"),
            is_named().label("is_named"),
        )
        .join(versions, is_shown)
        .join(posts, posts.c.id == publications.c.post_id)
        .join(agencies, agencies.c.id == publications.c.agency_id)
        .outerjoin(people, people.c.id == publications.c.published_by_id)
        .where(publications.c.id.in_(going("publications")))
        .order_by(publications.c.kind, publications.c.published_at.desc(), publications.c.id)
    )
    listed: list[dict[str, Any]] = []
    for row in found:
        title = row.title.text(language)
        told = {
            "id": row.id,
            "kind": row.kind,
            "title": title,
            "at": making.clock_time(row.published_at),
            "withdrawn": making.clock_time(row.withdrawn_at),
            "by": " · ".join((row.post.text(language), row.agency.text(language)))
            if row.is_named
            else _("Someone in the network"),
        }
        listed.append(told)
        talk = talks.get(row.conversation_id)
        pages.write(
            f"publications/{row.id}.html",
            "publication.html",
            depth=1,
            told=told,
            author=row.author or "",
            version=row.number,
            summary=Localized(row.summary or {}).text(language),
            texts=[(tag, local(html, pages, 1)) for tag, html in (row.html or {}).items()],
            files=[pages.files[each] for each in map(str, row.file_ids) if each in pages.files],
            talk=talk if talk and talk.id in written.pages else None,
        )
    if listed:
        pages.write("publications.html", "publications.html", publications=listed)
    return len(listed)
