"""Queries on holds: what they cover in numbers, the names they give, and what they kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import selectinload

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message, MessageFile
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from intranet.publishing.publications.models import Publication
from intranet.records.holds.models import (
    HeldItem,
    HeldKind,
    HeldUnder,
    HoldTarget,
    LegalHold,
    TargetKind,
)
from intranet.records.holds.scope import covers_message, covers_publication

STEPS = (10, 100, 1_000, 10_000, 100_000)
"""How exactly the reach of a hold is told: never so that a word could be tried out by numbers."""


@dataclass(frozen=True)
class HoldReach:
    """Content that a hold covers, each number as the highest of `STEPS` that it reaches, or 0."""

    messages: int
    publications: int
    files: int
    people: int
    kept: int = 0


def reach_of(hold: LegalHold) -> HoldReach:
    """Estimate what a hold covers now, stored or only drawn up."""
    with db.session.no_autoflush:
        messages = covers_message(hold)
        there = messages & Message.deleted_at.is_(None)
        attached = select(MessageFile.file_id).join(Message).where(there)
        authors = select(Message.author_id).where(there).distinct()
        return HoldReach(
            messages=_step_of(select(Message.id).where(there)),
            publications=_step_of(select(Publication.id).where(covers_publication(hold))),
            files=_step_of(attached),
            people=_step_of(authors),
            kept=count_kept(hold),
        )


def count_kept(hold: LegalHold, *conditions: ColumnElement[bool]) -> int:
    """Return how much a hold keeps that fulfils conditions on `HeldItem`, in steps as well."""
    asked = select(HeldUnder.item_id).join(HeldItem)
    return _step_of(asked.where(HeldUnder.hold_id == hold.id, *conditions))


def holds_of(agency: Agency, *, is_over: bool) -> Select[LegalHold]:
    """Select the holds of an agency: those that ended, or all others."""
    ended = LegalHold.ended_at.is_not(None) if is_over else LegalHold.ended_at.is_(None)
    return select(LegalHold).where(LegalHold.agency_id == agency.id, ended)


def kept_items(hold: LegalHold, readable: ColumnElement[bool], typed: str) -> Select[HeldItem]:
    """Select what a hold keeps and may be read; each typed word has to be in it."""
    return (
        select(HeldItem)
        .where(
            exists().where(HeldUnder.item_id == HeldItem.id, HeldUnder.hold_id == hold.id),
            readable,
            *(_has(word) for word in fold(typed).split()),
        )
        .options(selectinload(HeldItem.files))
    )


def names_of(agency: Agency, targets: Iterable[HoldTarget]) -> Mapping[UUID, str]:
    """Return the names of the people, posts and rooms that holds name, in a few queries."""
    ids: dict[TargetKind, set[UUID]] = {}
    for target in targets:
        if target.subject_id:
            ids.setdefault(target.kind, set()).add(target.subject_id)
    found: dict[UUID, str] = {}
    for kind, wanted in ids.items():
        for row in db.session.scalars(_NAMED[kind].where(_KEYS[kind].in_(wanted))):
            found[row.id] = _name(row, agency.language)
    return found


def place_names(agency: Agency, items: Iterable[HeldItem]) -> Mapping[UUID, str]:
    """Return the names of the conversations in which kept items were written."""
    ids = {item.conversation_id for item in items if item.conversation_id}
    rows = db.session.scalars(select(Conversation).where(Conversation.id.in_(ids)))
    return conversation_names(agency, rows.all())


def conversation_names(agency: Agency, rows: Sequence[Conversation]) -> Mapping[UUID, str]:
    """Return the names of channels and of the posts of conversations; others have none."""
    return {row.id: _name(row, agency.language) for row in rows}


def names_of_erased(hold: LegalHold, items: Iterable[HeldItem]) -> Mapping[UUID, str]:
    """Return the names that authors had, of those who were erased while this hold named them."""
    ids = {item.author_id for item in items if item.author_id}
    asked = (
        select(HeldItem.subject_id, HeldItem.title)
        .join(HeldUnder, HeldUnder.item_id == HeldItem.id)
        .where(
            HeldUnder.hold_id == hold.id,
            HeldItem.kind == HeldKind.PERSON,
            HeldItem.subject_id.in_(ids),
        )
    )
    return {row.subject_id: row.title for row in db.session.execute(asked)}


def unnamed_among(items: Iterable[HeldItem]) -> frozenset[UUID]:
    """Return the publications among the subjects of kept items that hide who asked."""
    ids = {item.subject_id for item in items}
    asked = select(Publication.id).where(
        Publication.id.in_(ids),
        Publication.published_at.is_not(None),
        Publication.published_by_id.is_(None),
    )
    return frozenset(db.session.scalars(asked))


def people_named(items: Iterable[HeldItem]) -> Mapping[str, str]:
    """Return the names of the people whom kept messages mention, by id."""
    ids = {UUID(person_id) for item in items for person_id in item.detail.get("mentions", ())}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {str(row.id): row.name for row in rows}


_NAMED: dict[TargetKind, Select[Any]] = {
    TargetKind.PERSON: select(Person),
    TargetKind.POST: select(Post),
    TargetKind.SPACE: select(Space),
    TargetKind.CONVERSATION: select(Conversation),
}
_KEYS = {
    TargetKind.PERSON: Person.id,
    TargetKind.POST: Post.id,
    TargetKind.SPACE: Space.id,
    TargetKind.CONVERSATION: Conversation.id,
}


def _name(row: Person | Post | Space | Conversation, language: str) -> str:
    if isinstance(row, Person):
        return row.name
    if isinstance(row, Conversation):
        parts: list[Localized | None] = [
            row.name,
            row.space.title if row.space else row.post.title if row.post else None,
        ]
        return " · ".join(part.text(language) for part in parts if part)
    return row.title.text(language)


def _has(word: str) -> ColumnElement[bool]:
    return HeldItem.words.contains(f" {word}", autoescape=True)


def _step_of(asked: Select[Any]) -> int:
    some = asked.limit(STEPS[-1]).subquery()
    count = db.session.scalar(select(func.count()).select_from(some)) or 0
    return max((step for step in STEPS if step <= count), default=0)
