"""Tables of people, posts, units and announcements for a spreadsheet."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import and_, select

from intranet.platform.core.i18n import _
from intranet.platform.core.spreadsheet import BEGINNING, spreadsheet_row
from intranet.platform.core.types import Localized
from intranet.publishing.publications.kinds import kind_named
from intranet.records.portability.making import Making
from intranet.records.portability.scope import TABLES, going, is_named

Cells = Iterable[list[str]]


def write_sheets(making: Making) -> list[tuple[str, str]]:
    """Write each table that has rows; return the path and title of each."""
    made: list[tuple[str, str]] = []
    for name, title, table, write in (
        ("people", _("People"), "people", _people),
        ("posts", _("Posts"), "posts", _posts),
        ("units", _("Units"), "units", _units),
        ("publications", _("Announcements and other publications"), "publications", _published),
    ):
        if not making.scope.has(table):
            continue
        with making.writer.file(f"tables/{name}.csv") as put:
            put(BEGINNING.encode())
            for cells in write(making):
                put(spreadsheet_row(cells).encode())
        made.append((f"tables/{name}.csv", title))
    return made


def _people(making: Making) -> Cells:
    say = _speaker(making)
    people, accounts, appointments, posts, units = (
        TABLES[name] for name in ("people", "accounts", "appointments", "posts", "units")
    )
    yield [
        *(_("Id"), _("Name"), _("E-mail"), _("Staff number"), _("Post"), _("Unit")),
        *(_("From"), _("Until")),
    ]
    held = and_(appointments.c.person_id == people.c.id, posts.c.id.in_(going("posts")))
    found = (
        select(
            people.c.id,
            people.c.name,
            accounts.c.email,
            accounts.c.staff_number,
            posts.c.title,
            units.c.name.label("unit"),
            appointments.c.starts_on,
            appointments.c.ends_on,
        )
        .outerjoin(accounts, accounts.c.person_id == people.c.id)
        .outerjoin(appointments, appointments.c.person_id == people.c.id)
        .outerjoin(posts, and_(posts.c.id == appointments.c.post_id, held))
        .outerjoin(units, units.c.id == posts.c.unit_id)
        .where(people.c.id.in_(going("people")))
        .order_by(people.c.sort_key, people.c.id, appointments.c.starts_on)
    )
    for row in making.connection.execute(found):
        is_held = row.title is not None
        yield [
            *(str(row.id), row.name, row.email or "", row.staff_number or ""),
            *(say(row.title), say(row.unit)),
            _day(row.starts_on) if is_held else "",
            _day(row.ends_on) if is_held else "",
        ]


def _posts(making: Making) -> Cells:
    say = _speaker(making)
    posts, units = TABLES["posts"], TABLES["units"]
    yield [
        *(_("Id"), _("Code"), _("Title"), _("Unit"), _("Places"), _("Head"), _("From")),
        _("Until"),
    ]
    found = (
        select(posts, units.c.name.label("unit"))
        .join(units, units.c.id == posts.c.unit_id)
        .where(posts.c.id.in_(going("posts")))
        .order_by(units.c.path, posts.c.sort_key, posts.c.id)
    )
    for row in making.connection.execute(found):
        yield [
            *(str(row.id), row.code, say(row.title), say(row.unit)),
            *(str(row.places), _("Yes") if row.is_head else ""),
            *(_day(row.valid_from), _day(row.valid_to)),
        ]


def _units(making: Making) -> Cells:
    say = _speaker(making)
    units = TABLES["units"]
    above = units.alias("above")
    yield [_("Id"), _("Code"), _("Name"), _("Above"), _("From"), _("Until")]
    found = (
        select(units, above.c.name.label("above_name"))
        .outerjoin(above, above.c.id == units.c.parent_id)
        .where(units.c.id.in_(going("units")))
        .order_by(units.c.path)
    )
    for row in making.connection.execute(found):
        yield [
            *(str(row.id), row.code, say(row.name), say(row.above_name)),
            *(_day(row.valid_from), _day(row.valid_to)),
        ]


def _published(making: Making) -> Cells:
    say = _speaker(making)
    publications, versions, posts = (
        TABLES[name] for name in ("publications", "publication_versions", "posts")
    )
    yield [
        *(_("Id"), _("Kind"), _("Title"), _("Post"), _("Published"), _("Version")),
        *(_("Withdrawn"), _("Page")),
    ]
    found = (
        select(
            publications,
            versions.c.title,
            posts.c.title.label("post"),
            is_named().label("is_named"),
        )
        .join(
            versions,
            and_(
                versions.c.publication_id == publications.c.id,
                versions.c.number == publications.c.version,
            ),
        )
        .join(posts, posts.c.id == publications.c.post_id)
        .where(publications.c.id.in_(going("publications")))
        .order_by(publications.c.published_at, publications.c.id)
    )
    for row in making.connection.execute(found):
        yield [
            *(str(row.id), str(kind_named(row.kind).word), say(row.title)),
            say(row.post) if row.is_named else _("Someone in the network"),
            *(making.clock_time(row.published_at), str(row.version)),
            *(making.clock_time(row.withdrawn_at), f"publications/{row.id}.html"),
        ]


def _speaker(making: Making) -> Callable[[Localized | None], str]:
    return lambda name: name.text(making.language) if name else ""


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
