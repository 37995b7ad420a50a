"""The list of findings: their places and titles, in a few queries for a whole page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.index_documents import plain_text
from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.records.access_requests.belonging import kept_of, messages_of, publications_of
from intranet.records.access_requests.found_files import readable_files
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessReading,
    AccessRequest,
    FoundKind,
)
from intranet.records.access_requests.reading import kept_heading, place_of
from intranet.records.access_requests.texts import NOTHING, AccessText, AccessThing
from intranet.records.holds.models import HeldItem

_Heading = tuple[AccessText, AccessText, datetime]


def headings(
    person: Person, request: AccessRequest, findings: Sequence[AccessFinding]
) -> list[AccessThing]:
    """Return findings with their places and titles alone, in a few queries for a list of them.

    A title has the first words of what was written. It is shown once the officer has opened the
    item, which the audit log notes.
    """
    opened = set(
        db.session.scalars(
            select(AccessReading.finding_id).where(
                AccessReading.person_id == person.id,
                AccessReading.finding_id.in_([row.id for row in findings]),
            )
        )
    )
    by_kind: dict[FoundKind, list[AccessFinding]] = defaultdict(list)
    for row in findings:
        by_kind[row.kind].append(row)
    found = {
        **_day_headings(request, by_kind[FoundKind.DAY]),
        **_publication_headings(request, by_kind[FoundKind.PUBLICATION]),
        **_file_headings(request, by_kind[FoundKind.FILE]),
        **_kept_headings(request, by_kind[FoundKind.HELD]),
    }
    gone = (NOTHING, NOTHING, request.created_at)
    rows = [(row, *found.get(row.id, gone)) for row in findings]
    return [
        AccessThing(row, place, title if row.id in opened else NOTHING, at)
        for row, place, title, at in rows
    ]


def _day_headings(
    request: AccessRequest, findings: Sequence[AccessFinding]
) -> dict[UUID, _Heading]:
    first = {row.id: UUID(row.chosen[0]) for row in findings if row.chosen}  # ids rise with time
    asked = select(Message.id, Message.body, Message.created_at).where(
        Message.id.in_(first.values()), messages_of(request)
    )
    said = {row.id: row for row in db.session.execute(asked)}
    rooms = {
        row.id: row
        for row in db.session.scalars(
            select(Conversation)
            .where(Conversation.id.in_({row.subject_id for row in findings}))
            .options(joinedload(Conversation.post))
        )
    }
    return {
        row.id: (
            AccessText("place", place_of(rooms.get(row.subject_id), request.language)),
            AccessText("title", plain_text(said[first[row.id]].body)),
            said[first[row.id]].created_at,
        )
        for row in findings
        if first.get(row.id) in said
    }


def _publication_headings(
    request: AccessRequest, findings: Sequence[AccessFinding]
) -> dict[UUID, _Heading]:
    asked = (
        select(Publication, PublicationVersion)
        .join(
            PublicationVersion,
            and_(
                PublicationVersion.publication_id == Publication.id,
                PublicationVersion.number == Publication.version,
            ),
        )
        .where(Publication.id.in_([row.subject_id for row in findings]), publications_of(request))
        .options(joinedload(Publication.space))
    )
    rows = {row.id: (row, version) for row, version in db.session.execute(asked)}
    found: dict[UUID, _Heading] = {}
    for finding in findings:
        if finding.subject_id in rows:
            row, version = rows[finding.subject_id]
            found[finding.id] = (
                AccessText("place", row.space.title.text(request.language)),
                AccessText("title", version.title.text(request.language)),
                row.published_at or request.created_at,
            )
    return found


def _file_headings(
    request: AccessRequest, findings: Sequence[AccessFinding]
) -> dict[UUID, _Heading]:
    rows = readable_files(request, [row.subject_id for row in findings])
    return {
        row.id: (
            NOTHING,
            AccessText("file", rows[row.subject_id].name),
            rows[row.subject_id].created_at,
        )
        for row in findings
        if row.subject_id in rows
    }


def _kept_headings(
    request: AccessRequest, findings: Sequence[AccessFinding]
) -> dict[UUID, _Heading]:
    ids = [row.subject_id for row in findings]
    asked = select(HeldItem).where(HeldItem.id.in_(ids), kept_of(request))
    rows = {row.id: row for row in db.session.scalars(asked)}
    return {
        row.id: (*kept_heading(request, rows[row.subject_id]), rows[row.subject_id].written_at)
        for row in findings
        if row.subject_id in rows
    }
