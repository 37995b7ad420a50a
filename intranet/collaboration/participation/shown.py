"""View models of the common list: the kind and state of each item in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel import format_decimal

from intranet.collaboration.events.models import AnswerKind
from intranet.collaboration.events.shown import EventListLine
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.shown import STATUS_TONES, STATUS_WORDS
from intranet.collaboration.participation.queries import ParticipationDetails
from intranet.collaboration.polls.models import Poll
from intranet.collaboration.questions.models import Question, QuestionState
from intranet.platform.core import clock
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.publishing.publications import shown
from intranet.publishing.publications.models import PublicationKind
from intranet.publishing.publications.queries import PublicationItem

KIND_WORDS: dict[PublicationKind, Words] = {
    PublicationKind.QUESTION: _l("Question"),
    PublicationKind.IDEA: _l("Idea"),
    PublicationKind.POLL: _l("Poll"),
    PublicationKind.EVENT: _l("Event"),
}


class ParticipationStatus(NamedTuple):
    """The state of a contribution in words; `facts` are the numbers that go with it."""

    words: str = ""
    tone: str = "plain"
    symbol: str = ""
    facts: str = ""


@dataclass(frozen=True)
class Contribution:
    """A question, idea, poll or event in a list."""

    row: shown.PublicationRow
    kind_words: str
    author: str
    agency: str
    state: ParticipationStatus


def contributions(
    items: Sequence[PublicationItem], details: ParticipationDetails
) -> list[Contribution]:
    """Return publications as rows of a list, in the order given."""
    now = clock.now()
    return [_contribution(item, details, now) for item in items]


def _contribution(
    item: PublicationItem, details: ParticipationDetails, now: datetime
) -> Contribution:
    publication = item.publication
    by = None if publication.is_unnamed else publication.published_by
    agency = publication.space.agency
    return Contribution(
        row=shown.row(item),
        kind_words=str(KIND_WORDS[publication.kind]),
        author=by.name if by else "",
        agency=shown.text_of(agency.name, agency.language),
        state=_state(item, details, now),
    )


def _state(
    item: PublicationItem, details: ParticipationDetails, now: datetime
) -> ParticipationStatus:
    key = item.publication.id
    if question := details.questions.get(key):
        return _of_question(question)
    if idea := details.ideas.get(key):
        return _of_idea(idea)
    if poll := details.polls.get(key):
        return _of_poll(poll, now, has_voted=details.voted.get(key))
    return _of_event(details.times.get(key))


def _of_question(question: Question) -> ParticipationStatus:
    answers = question.answers
    facts = ngettext("%(num)s answer", "%(num)s answers", answers) if answers else ""
    match question.state:
        case QuestionState.OPEN:
            return ParticipationStatus(_("Unanswered"), "attn")
        case QuestionState.ACCEPTED:
            return ParticipationStatus(_("Solved"), "ok", "check", facts)
        case QuestionState.CONFIRMED:
            return ParticipationStatus(_("Criterion"), "ok", "badge-check", facts)
    return ParticipationStatus(_("Has answers"), "accent", facts=facts)


def _of_idea(idea: Idea) -> ParticipationStatus:
    tone = STATUS_TONES[idea.status]
    facts = ngettext("%(num)s supporter", "%(num)s supporters", idea.supports)
    return ParticipationStatus(
        str(STATUS_WORDS[idea.status]), tone, facts=facts if idea.supports else ""
    )


def _of_poll(poll: Poll, now: datetime, *, has_voted: bool | None) -> ParticipationStatus:
    voted, asked = format_decimal(poll.voted), format_decimal(poll.asked)
    facts = _("%(voted)s of %(asked)s people have voted", voted=voted, asked=asked)
    if not poll.is_open(now):
        return ParticipationStatus(_("Voting has closed"), "plain", "lock", facts)
    if has_voted:
        return ParticipationStatus(_("You have voted"), "ok", "check", facts)
    if has_voted is not None:
        return ParticipationStatus(_("You have not voted yet"), "attn", facts=facts)
    return ParticipationStatus(_("Voting is open"), "accent", facts=facts)


def _of_event(line: EventListLine | None) -> ParticipationStatus:
    if line is None:
        return ParticipationStatus(_("Past event"))
    if line.is_cancelled:
        return ParticipationStatus(_("Cancelled"), "bad", facts=line.when.words)
    if line.is_waiting:
        return ParticipationStatus(_("You are on the waiting list"), "attn", facts=line.when.words)
    if line.answer == AnswerKind.YES:
        return ParticipationStatus(_("You are going"), "ok", "check", line.when.words)
    return ParticipationStatus(_("Upcoming"), facts=line.when.words)
