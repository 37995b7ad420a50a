"""The declaration of initiatives."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.collaboration.initiatives import api, edit_views, views
from intranet.collaboration.initiatives.labels import STAGE_TONES, stage_words
from intranet.collaboration.initiatives.models import (
    INITIATIVE,
    Initiative,
    InitiativeTranslation,
    InitiativeUpdate,
    StageChange,
)
from intranet.collaboration.initiatives.public_facts import public_facts, without_figures
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.kinds import KindState, PublicationKind, PublicPages


def _states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    words = stage_words()
    rows = db.session.execute(
        select(Initiative.publication_id, Initiative.stage).where(
            Initiative.publication_id.in_(ids)
        )
    )
    return {row.publication_id: KindState(words[row.stage], STAGE_TONES[row.stage]) for row in rows}


def _expire(initiative_id: UUID) -> None:
    """Erase what it says and its updates; stages and their days stay.

    What other agencies recorded of their use is theirs.
    """
    words = ("cost", "time", "effort", "law", "technology", "licence")
    told = ("purpose", "problem", "done", "result", "lessons")
    facts = update(Initiative).where(Initiative.publication_id == initiative_id)
    texts = update(InitiativeTranslation).where(
        InitiativeTranslation.publication_id == initiative_id
    )
    notes = update(StageChange).where(StageChange.publication_id == initiative_id)
    updates = delete(InitiativeUpdate).where(InitiativeUpdate.publication_id == initiative_id)
    db.session.execute(facts.values(**dict.fromkeys(words, ""), figures=[]))
    db.session.execute(texts.values(**dict.fromkeys(told, "")))
    db.session.execute(notes.values(note=""))
    db.session.execute(updates)


KIND = PublicationKind(
    name=INITIATIVE,
    word=_l("Initiative"),
    plural=_l("Initiatives"),
    icon="rocket",
    alert_icon="rocket",
    pages="initiatives",
    section="initiatives",
    blueprints=(views.bp, edit_views.bp, api.bp),
    is_of_a_post=True,
    expires=_expire,
    similar=_l("This initiative already exists"),
    states=_states,
    public=PublicPages(
        folder="initiatives",
        position=1,
        schema_type="CreativeWork",
        facts=public_facts,
        without_facts=without_figures,
    ),
)
