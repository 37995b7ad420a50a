"""A dry run: how much the rules would remove now, in numbers, and nothing of what was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.agencies.models import Agency
from intranet.platform.core import clock
from intranet.platform.core.spreadsheet import spreadsheet_row
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import is_latest
from intranet.records.holds.queries import conversation_names
from intranet.records.holds.scope import held_messages, held_publications
from intranet.records.retention.kinds import NOTIFICATION, OF_MESSAGES
from intranet.records.retention.models import RetentionRule, RetentionRun
from intranet.records.retention.running import RuleAtWork, at_work, due_ids
from intranet.records.retention.scope import count

PLACES_LIMIT, CSV_LIMIT = 5, 10_000


@dataclass(frozen=True)
class RetentionPlace:
    """A conversation or publication from which something would go."""

    name: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class RuleEffect:
    """The effect of one rule if it were applied now."""

    rule: RetentionRule
    before: datetime
    due: int
    held: int
    files: int
    oldest: datetime | None
    places: Sequence[RetentionPlace]

    @property
    def goes(self) -> int:
        """How much would be removed: what is due and not held."""
        return self.due - self.held


def effects(agency: Agency, extra: Sequence[RetentionRule] = ()) -> list[RuleEffect]:
    """Return the effect of each rule in force.

    Args:
        extra: proposed rules to be counted as if they were in force.
    """
    run = RetentionRun(agency_id=agency.id, began_at=clock.now(), removed={})
    return [_effect(agency, one) for one in at_work(run, extra)]


def as_csv(agency: Agency, labels: Mapping[str, object], titles: Sequence[str]) -> Iterator[str]:
    """Yield the dry run as CSV: one line for each conversation or publication."""
    yield spreadsheet_row(titles)
    run = RetentionRun(agency_id=agency.id, began_at=clock.now(), removed={})
    for one in at_work(run):
        for place in _places(agency, one, CSV_LIMIT):
            yield spreadsheet_row(
                [
                    one.rule.title,
                    str(labels[one.rule.kind]),
                    place.name,
                    str(place.count),
                    f"{place.oldest:%Y-%m-%d}",
                ]
            )


def _effect(agency: Agency, one: RuleAtWork) -> RuleEffect:
    ids = due_ids(one)
    held = oldest = None
    files = 0
    if one.rule.kind in OF_MESSAGES:
        held = ids.where(held_messages())
        oldest = db.session.scalar(ids.with_only_columns(func.min(Message.created_at)))
        files = count(
            select(MessageFile.file_id).where(
                MessageFile.message_id.in_(ids.where(~held_messages()))
            )
        )
    elif one.rule.kind == NOTIFICATION:
        oldest = db.session.scalar(ids.with_only_columns(func.min(Notification.created_at)))
    else:
        held = ids.where(held_publications())
        oldest = db.session.scalar(ids.with_only_columns(func.min(Publication.published_at)))
    return RuleEffect(
        one.rule,
        one.at,
        due=count(ids),
        held=count(held) if held is not None else 0,
        files=files,
        oldest=oldest,
        places=_places(agency, one, PLACES_LIMIT),
    )


def _places(agency: Agency, one: RuleAtWork, limit: int) -> list[RetentionPlace]:
    """Return where most would go: conversations by number, publications by age."""
    ids = due_ids(one)
    if one.rule.kind == NOTIFICATION:
        return []
    if one.rule.kind in OF_MESSAGES:
        rows = db.session.execute(
            ids.where(~held_messages())
            .with_only_columns(
                Message.conversation_id,
                func.count().label("number"),
                func.min(Message.created_at).label("oldest"),
            )
            .group_by(Message.conversation_id)
            .order_by(func.count().desc(), Message.conversation_id)
            .limit(limit)
        ).all()
        names = _names(agency, [row.conversation_id for row in rows])
        return [
            RetentionPlace(names.get(row.conversation_id, ""), row.number, row.oldest)
            for row in rows
        ]
    found = db.session.execute(
        ids.where(~held_publications())
        .join(PublicationVersion, is_latest())
        .with_only_columns(PublicationVersion.title, Publication.published_at)
        .order_by(Publication.published_at)
        .limit(limit)
    ).all()
    return [RetentionPlace(row.title.text(agency.language), 1, row.published_at) for row in found]


def _names(agency: Agency, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return the names of conversations; direct messages have none, so that nobody is named."""
    rows: Sequence[Any] = db.session.scalars(
        select(Conversation).where(Conversation.id.in_(ids))
    ).all()
    return conversation_names(agency, rows)
