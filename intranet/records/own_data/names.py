"""Names beside the ids of a row, so that its reader knows what is meant."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Person
from intranet.platform.core.types import Localized
from intranet.publishing.publications.models import Publication, PublicationText
from intranet.records.own_data.ownership import table_of


class Names:
    """The names of what rows refer to, in the reader's language; each is looked up once."""

    def __init__(self, language: str) -> None:
        """Store the language of the reader."""
        self._language = language
        self._known: dict[str, dict[UUID, str]] = {}

    def beside(self, table: str, rows: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return rows as JSON can hold them, a name beside each id that has one."""
        columns = {
            column.name: target
            for column in table_of(table).c
            for key in column.foreign_keys
            if (target := key.column.table.name) in _NAMED
        }
        for column, target in columns.items():
            self._look_up(target, {row[column] for row in rows if row.get(column)})
        return [self._named(row, columns) for row in rows]

    def name_of(self, target: str, row_id: UUID) -> str:
        """Return the name of a row of a table; nothing if it has none."""
        self._look_up(target, {row_id})
        return self._known[target].get(row_id, "")

    def _named(self, row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, value in row.items():
            told[name] = value
            target = columns.get(name)
            if target and value and (words := self._known[target].get(value)):
                told[name.removesuffix("_id") + "_name"] = words
        return told

    def _look_up(self, target: str, ids: Collection[UUID]) -> None:
        known = self._known.setdefault(target, {})
        if missing := [each for each in ids if each not in known]:
            known.update(_NAMED[target](missing, self._language))


def _people(ids: Collection[UUID], _language: str) -> dict[UUID, str]:
    return dict(_pairs(select(Person.id, Person.name).where(Person.id.in_(ids))))


def _agencies(ids: Collection[UUID], language: str) -> dict[UUID, str]:
    return _localised(select(Agency.id, Agency.name).where(Agency.id.in_(ids)), language)


def _units(ids: Collection[UUID], language: str) -> dict[UUID, str]:
    return _localised(select(Unit.id, Unit.name).where(Unit.id.in_(ids)), language)


def _posts(ids: Collection[UUID], language: str) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Post.id, Post.title, Unit.name, Agency.name)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Post.id.in_(ids))
    )
    return {row[0]: " · ".join(part.text(language) for part in row[1:]) for row in rows}


def _spaces(ids: Collection[UUID], language: str) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Space.id, Space.name, Unit.name)
        .outerjoin(Unit, Unit.id == Space.unit_id)
        .where(Space.id.in_(ids))
    )
    return {row[0]: _first(row[1:], language) for row in rows}


def _conversations(ids: Collection[UUID], language: str) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Conversation.id, Conversation.name, Space.name, Unit.name, Post.title)
        .outerjoin(Space, Space.id == Conversation.space_id)
        .outerjoin(Unit, Unit.id == Space.unit_id)
        .outerjoin(Post, Post.id == Conversation.post_id)
        .where(Conversation.id.in_(ids))
    )
    found = {row[0]: _first(row[1:], language) for row in rows}
    talks = [each for each, name in found.items() if not name]
    people: dict[UUID, list[str]] = {}
    for row in db.session.execute(
        select(Participant.conversation_id, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.conversation_id.in_(talks))
        .order_by(Participant.position)
    ):
        people.setdefault(row[0], []).append(row[1])
    return found | {each: ", ".join(names) for each, names in people.items()}


def _publications(ids: Collection[UUID], _language: str) -> dict[UUID, str]:
    return dict(
        _pairs(
            select(PublicationText.publication_id, PublicationText.title)
            .join(Publication, Publication.id == PublicationText.publication_id)
            .where(PublicationText.publication_id.in_(ids))
        )
    )


def _pairs(wanted: Select[UUID, str]) -> Iterable[tuple[UUID, str]]:
    return ((row[0], row[1]) for row in db.session.execute(wanted))


def _localised(wanted: Select[UUID, Localized], language: str) -> dict[UUID, str]:
    return {row[0]: row[1].text(language) for row in db.session.execute(wanted)}


def _first(names: Iterable[Localized | None] | Row[Any], language: str) -> str:
    return next((name.text(language) for name in names if name), "")


_NAMED: Mapping[str, Callable[[Collection[UUID], str], dict[UUID, str]]] = {
    "people": _people,
    "agencies": _agencies,
    "units": _units,
    "posts": _posts,
    "spaces": _spaces,
    "conversations": _conversations,
    "publications": _publications,
}
