"""Times of first answers to questions, from their discussions."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.publishing.publications.models import Publication


def first_answers(question_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return the time of the first answer of each question that has an answer. One query."""
    rows = db.session.execute(
        select(Publication.id, func.min(Message.created_at))
        .join(Message, Message.conversation_id == Publication.conversation_id)
        .where(
            Publication.id.in_(question_ids),
            Message.author_id != Publication.created_by_id,
            Message.deleted_at.is_(None),
        )
        .group_by(Publication.id)
    )
    return {row[0]: row[1] for row in rows}
