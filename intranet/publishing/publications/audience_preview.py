"""Previews of an audience, counted by the rule that sending uses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_rights import require_may_name
from intranet.messaging.spaces.audience_text import sentence
from intranet.organisation.people.access import agency_ids_of
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.core.web import current_language
from intranet.publishing.publications.excluded_people import REASONS, counts_by_reason, excluded
from intranet.publishing.publications.reach import reached, version_of_people
from intranet.publishing.publications.voices import PublicationVoice

SAMPLE_SIZE = 10


def audience_preview(
    viewer: Person, audience: Audience, voice: PublicationVoice | None, now: datetime
) -> dict[str, Any]:
    """Preview an audience: numbers and names of its recipients and of the people left out.

    Recipients are the people whom this voice reaches. The others are grouped by reason.

    Args:
        voice: None if the viewer publishes nowhere, and so reaches nobody.

    Raises:
        Invalid: the audience names something unknown, or that the viewer may not know.
    """
    require_may_name(viewer, audience)
    space = voice.space if voice else None
    told: dict[str, Any] = {"count": 0, "outside": 0, "sample": [], "version": ""}
    if space:
        rows = reached(audience, space, now).subquery()
        people = select(rows.c.person_id).distinct()
        inside = people.where(rows.c.agency_id.in_(agency_ids_of(viewer)))
        count = _count(people)
        told = {
            "count": count,
            "outside": count - _count(inside),
            "sample": _sample(people, now),
            "version": version_of_people(audience, space, now),
        }
    left_out = excluded(viewer, audience, space, now).subquery()
    for_reason = select(left_out.c.person_id)
    return told | {
        "sentence": sentence(audience),
        "space_id": str(space.id) if space else None,
        "post_id": str(voice.post.id) if voice else None,
        "excluded": [
            {
                "reason": reason.value,
                "count": number,
                "sample": _sample(
                    for_reason.where(left_out.c.reason == REASONS.index(reason)), now
                ),
            }
            for reason, number in counts_by_reason(viewer, audience, space, now).items()
        ],
    }


def _count(people: Select[UUID]) -> int:
    return db.session.scalar(select(func.count()).select_from(people.subquery())) or 0


def _sample(people: Select[UUID], now: datetime) -> list[dict[str, str]]:
    rows = db.session.scalars(
        select(Person)
        .where(Person.id.in_(people))
        .order_by(Person.sort_key, Person.id)
        .limit(SAMPLE_SIZE)
    ).all()
    lines = person_lines([row.id for row in rows], now)
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "caption": lines[row.id].caption(current_language()),
        }
        for row in rows
    ]
