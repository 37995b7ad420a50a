"""The declaration of questions, and of the criteria made of their answers."""

from collections.abc import Collection, Mapping
from functools import cache
from uuid import UUID

from sqlalchemy import Select, exists, select, update

from intranet.collaboration.questions import criterion_views, views
from intranet.collaboration.questions.models import (
    CRITERION,
    QUESTION,
    Criterion,
    Question,
    QuestionState,
)
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.types import among
from intranet.publishing.publications.kinds import KindState, PublicationKind
from intranet.publishing.publications.models import Publication


def _states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    words = {
        QuestionState.OPEN: KindState(_("No answer yet"), "attn"),
        QuestionState.ANSWERED: KindState(_("Has answers")),
        QuestionState.ACCEPTED: KindState(_("Solved"), "ok"),
        QuestionState.CONFIRMED: KindState(_("Criterion"), "ok"),
    }
    rows = execute_prepared(_questions(), ids=list(ids))
    return {row.publication_id: words[row.state] for row in rows if row.state in words}


def _contribution_states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    rows = execute_prepared(_questions(), ids=list(ids))
    return {row.publication_id: _contribution_state(row.state, row.answers) for row in rows}


@cache
def _questions() -> Select[UUID, QuestionState, int]:
    columns = (Question.publication_id, Question.state, Question.answers)
    return select(*columns).where(among(Question.publication_id, "ids"))


def _contribution_state(state: QuestionState, answers: int) -> KindState:
    facts = ngettext("%(num)s answer", "%(num)s answers", answers) if answers else ""
    match state:
        case QuestionState.OPEN:
            return KindState(_("Unanswered"), "attn")
        case QuestionState.ACCEPTED:
            return KindState(_("Solved"), "ok", "check", facts)
        case QuestionState.CONFIRMED:
            return KindState(_("Criterion"), "ok", "badge-check", facts)
    return KindState(_("Has answers"), "accent", facts=facts)


def _expire_criterion(criterion_id: UUID) -> None:
    """Erase the law it names and why it is outdated; its days stay."""
    of_it = Criterion.publication_id == criterion_id
    db.session.execute(update(Criterion).where(of_it).values(law="", outdated_why=""))


KIND = PublicationKind(
    name=QUESTION,
    word=_l("Question"),
    plural=_l("Questions"),
    icon="circle-question-mark",
    pages="questions",
    section="participate",
    blueprints=(views.bp,),
    names_author=False,
    published_act="question_new",
    similar=_l("This question already exists"),
    states=_states,
    contribution_states=_contribution_states,
    is_merged=exists().where(
        Question.publication_id == Publication.id, Question.joined_to_id.is_not(None)
    ),
)
CRITERIA = PublicationKind(
    name=CRITERION,
    word=_l("Criterion"),
    plural=_l("Criteria"),
    icon="badge-check",
    pages="criteria",
    section="initiatives",
    blueprints=(criterion_views.bp,),
    is_of_a_post=True,
    expires=_expire_criterion,
)
