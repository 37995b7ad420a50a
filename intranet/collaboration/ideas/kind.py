"""The declaration of ideas."""

from collections.abc import Collection, Mapping
from functools import cache
from uuid import UUID

from sqlalchemy import Select, delete, exists, select, update

from intranet.collaboration.ideas import box_views, views
from intranet.collaboration.ideas.models import (
    IDEA,
    Idea,
    IdeaAnswer,
    IdeaStatus,
    IdeaStep,
    IdeaSupport,
)
from intranet.collaboration.ideas.view_models import STATUS_TONES, STATUS_WORDS
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.i18n import _l, ngettext
from intranet.platform.core.types import among
from intranet.publishing.publications.kinds import KindState, PublicationKind
from intranet.publishing.publications.models import Publication


def _states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    rows = execute_prepared(_ideas(), ids=list(ids))
    return {
        row.publication_id: KindState(
            str(STATUS_WORDS[row.status]),
            STATUS_TONES[row.status],
            facts=ngettext("%(num)s supporter", "%(num)s supporters", row.supports)
            if row.supports
            else "",
        )
        for row in rows
    }


@cache
def _ideas() -> Select[UUID, IdeaStatus, int]:
    columns = (Idea.publication_id, Idea.status, Idea.supports)
    return select(*columns).where(among(Idea.publication_id, "ids"))


def _expire(idea_id: UUID) -> None:
    """Erase the answers, notes and supporters; the steps and their dates stay."""
    db.session.execute(delete(IdeaSupport).where(IdeaSupport.publication_id == idea_id))
    answers = update(IdeaAnswer).where(IdeaAnswer.publication_id == idea_id)
    db.session.execute(answers.values(body="", html=""))
    db.session.execute(update(IdeaStep).where(IdeaStep.publication_id == idea_id).values(note=""))


KIND = PublicationKind(
    name=IDEA,
    word=_l("Idea"),
    plural=_l("Ideas"),
    icon="lightbulb",
    alert_icon="lightbulb",
    pages="ideas",
    section="participate",
    blueprints=(views.bp, box_views.bp),
    published_act="idea_new",
    similar=_l("Similar ideas: you can support one instead"),
    states=_states,
    contribution_states=_states,
    expires=_expire,
    is_merged=exists().where(
        Idea.publication_id == Publication.id, Idea.joined_into_id.is_not(None)
    ),
)
