"""The quoted words of an act without a message: an official answer, an update, a change.

They are read from the thing itself at display time, so that an edit changes them and what was
removed is gone. One query for each kind of act, however many rows.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute as Attribute

from intranet.collaboration.events.events import CANCELLED, CHANGED, ONE_CANCELLED
from intranet.collaboration.events.models import Event
from intranet.collaboration.ideas.models import Idea, IdeaAnswer
from intranet.collaboration.ideas.view_models import STATUS_WORDS
from intranet.collaboration.initiatives.labels import stage_words
from intranet.collaboration.initiatives.models import Initiative, InitiativeUpdate
from intranet.extensions import db
from intranet.platform.core.html import plain_text

MAX_CHARACTERS = 220
Quote = Callable[[Collection[UUID]], Mapping[UUID, str]]


def quotes(acts: Mapping[str, Collection[UUID]]) -> dict[tuple[str, UUID], str]:
    """Return the words of acts on publications, by reason and publication.

    Args:
        acts: for each reason (`why`) the publications that the reader may see.
    """
    return {
        (why, publication_id): plain_text(words, MAX_CHARACTERS)
        for why, ids in acts.items()
        if why in _QUOTES and ids
        for publication_id, words in _QUOTES[why](ids).items()
        if words
    }


def _answers(ids: Collection[UUID]) -> dict[UUID, str]:
    return _texts(_newest(IdeaAnswer.publication_id, IdeaAnswer.body, IdeaAnswer.at, ids))


def _updates(ids: Collection[UUID]) -> dict[UUID, str]:
    return _texts(
        _newest(InitiativeUpdate.publication_id, InitiativeUpdate.text, InitiativeUpdate.at, ids)
    )


def _statuses(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = select(Idea.publication_id, Idea.status).where(Idea.publication_id.in_(ids))
    return {row.publication_id: str(STATUS_WORDS[row.status]) for row in db.session.execute(rows)}


def _stages(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = select(Initiative.publication_id, Initiative.stage).where(
        Initiative.publication_id.in_(ids)
    )
    words = stage_words()
    return {row.publication_id: words[row.stage.value] for row in db.session.execute(rows)}


def _notes(ids: Collection[UUID]) -> dict[UUID, str]:
    rows = select(Event.publication_id, Event.change_note).where(Event.publication_id.in_(ids))
    return {row.publication_id: row.change_note for row in db.session.execute(rows)}


def _newest(
    key: Attribute[UUID], text: Attribute[str], at: Attribute[datetime], ids: Collection[UUID]
) -> Select[tuple[UUID, str]]:
    place = func.row_number().over(partition_by=key, order_by=at.desc()).label("place")
    ranked = select(key.label("id"), text.label("words"), place).where(key.in_(ids)).subquery()
    return select(ranked.c.id, ranked.c.words).where(ranked.c.place == 1)


def _texts(asked: Select[tuple[UUID, str]]) -> dict[UUID, str]:
    return {row.id: row.words for row in db.session.execute(asked)}


_QUOTES: Mapping[str, Quote] = {
    "idea_answer": _answers,
    "idea_status": _statuses,
    "initiative_updated": _updates,
    "initiative_moved": _stages,
    CHANGED: _notes,
    CANCELLED: _notes,
    ONE_CANCELLED: _notes,
}
