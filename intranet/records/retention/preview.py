"""A dry run: how much the rules would remove now, in numbers, and nothing of what was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message, MessageFile
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.spreadsheet import spreadsheet_row
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import is_latest
from intranet.records.holds.access import holds_known_to
from intranet.records.holds.models import LegalHold
from intranet.records.holds.queries import conversation_names
from intranet.records.holds.rooms import is_open_room
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
    """The effect of one rule if it were applied now.

    `held` counts only holds of which the reader may know. For all others content under a hold is
    not there, so that nobody learns of a hold by a number.
    """

    rule: RetentionRule
    before: datetime
    goes: int
    held: int
    files: int
    oldest: datetime | None
    places: Sequence[RetentionPlace]


def effects(
    reader: Person, agency: Agency, extra: Sequence[RetentionRule] = ()
) -> list[RuleEffect]:
    """Return the effect of each rule in force, as far as the reader may know it.

    Args:
        extra: proposed rules to be counted as if they were in force.
    """
    run = RetentionRun(agency_id=agency.id, began_at=clock.now(), removed={})
    known = holds_known_to(reader, agency)
    return [_effect(reader, agency, one, known) for one in at_work(run, extra)]


def as_csv(
    reader: Person, agency: Agency, labels: Mapping[str, object], titles: Sequence[str]
) -> Iterator[str]:
    """Yield the dry run as CSV: one line for each conversation or publication."""
    yield spreadsheet_row(titles)
    run = RetentionRun(agency_id=agency.id, began_at=clock.now(), removed={})
    for one in at_work(run):
        for place in _places(reader, agency, one, CSV_LIMIT):
            yield spreadsheet_row(
                [
                    one.rule.title,
                    str(labels[one.rule.kind]),
                    place.name,
                    str(place.count),
                    f"{place.oldest:%Y-%m-%d}",
                ]
            )


def _effect(
    reader: Person, agency: Agency, one: RuleAtWork, known: Sequence[LegalHold]
) -> RuleEffect:
    ids, kind = due_ids(one), one.rule.kind
    held, files = 0, 0
    oldest: ColumnElement[datetime | None]
    if kind in OF_MESSAGES:
        goes = ids.where(~held_messages())
        oldest = func.min(Message.created_at)
        held = count(ids.where(held_messages(known)))
        files = count(select(MessageFile.file_id).where(MessageFile.message_id.in_(goes)))
    elif kind == NOTIFICATION:
        goes, oldest = ids, func.min(Notification.created_at)
    else:
        goes = ids.where(~held_publications())
        oldest = func.min(Publication.published_at)
        held = count(ids.where(held_publications(known)))
    return RuleEffect(
        one.rule,
        one.at,
        goes=count(goes),
        held=held,
        files=files,
        oldest=db.session.scalar(goes.with_only_columns(oldest)),
        places=_places(reader, agency, one, PLACES_LIMIT),
    )


def _places(reader: Person, agency: Agency, one: RuleAtWork, limit: int) -> list[RetentionPlace]:
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
        .with_only_columns(
            PublicationVersion.title, Publication.published_at, readable_by(reader).label("is_read")
        )
        .order_by(Publication.published_at)
        .limit(limit)
    ).all()
    return [
        RetentionPlace(row.title.text(agency.language) if row.is_read else "", 1, row.published_at)
        for row in found
    ]


def _names(agency: Agency, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return the names of conversations, without those that give away who or what is in them.

    Direct messages have no name, and that of an unlisted group only its members may know.
    """
    listed = select(Space.id).where(is_open_room())
    in_open = or_(Conversation.space_id.is_(None), Conversation.space_id.in_(listed))
    rows = db.session.scalars(select(Conversation).where(Conversation.id.in_(ids), in_open)).all()
    return conversation_names(agency, rows)
