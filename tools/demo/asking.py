"""The questions, answers, confirmed criteria and model texts of the story."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from intranet.collaboration.questions.models import Addressee, Question
from intranet.collaboration.questions.operations.answering import accept_answer
from intranet.collaboration.questions.operations.asking import QuestionAddressee, publish_question
from intranet.collaboration.questions.operations.confirming import (
    Validity,
    confirm_answer,
    mark_outdated,
)
from intranet.extensions import db
from intranet.finding.counterparts.operations import confirm_own_functions, show_oneself
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.model_texts.models import ModelText
from intranet.publishing.model_texts.operations.offering import (
    ModelDetails,
    change_model,
    offer_model,
)
from intranet.publishing.model_texts.operations.using import use_model
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PublicationPlacement, posts_of, spaces_of
from tools.demo.files import read
from tools.demo.settling import LoadedStory

STORY = "questions.toml"
UNLIMITED_POSTS_PER_10S = 1_000
"""A limit never reached: messages of later times in the story exist already and would count."""
USED_AFTER = timedelta(days=1)


def let_ask(settled: LoadedStory) -> int:
    """Create all questions and model texts in their order; return the number of questions."""
    said = read(STORY)
    for key in said["open"]:
        show_oneself(settled.people[key], is_open=True, is_suggested=True)
    for key, functions in said["does"].items():
        person = settled.people[key]
        confirm_own_functions(person, posts_of(person)[0], functions, is_open=True)
    with unit_of_work() as work:
        work.finish()  # suggested experts come from the index, otherwise written at the end
    for one in sorted(said["model"], key=lambda each: settled.calendar.instant(each["at"])):
        _offer(one, settled)
    for one in sorted(said["question"], key=lambda each: settled.calendar.instant(each["at"])):
        _ask(one, settled)
    return len(said["question"])


def _ask(said: dict[str, Any], settled: LoadedStory) -> None:
    asker = settled.people[said["by"]]
    function = said.get("function", "")
    with clock.freeze(settled.calendar.instant(said["at"])):
        question = publish_question(
            asker,
            _place(asker),
            {said["language"]: Written(said["title"], said["body"])},
            QuestionAddressee(Addressee.FUNCTION, function) if function else QuestionAddressee(),
            topics=said.get("topics", ()),
            is_named=not said.get("is_hidden", False),
        )
    answers = [_answer(one, question, settled) for one in said["said"]]
    if "accepted" in said:
        message = answers[said["accepted"]]
        with clock.freeze(message.created_at + timedelta(minutes=20)):
            accept_answer(asker, question, message.id)
    if criterion := said.get("criterion"):
        _confirm(criterion, question, settled)


def _answer(said: dict[str, Any], question: Question, settled: LoadedStory) -> Message:
    talk = db.session.get_one(Conversation, question.publication.conversation_id)
    with clock.freeze(settled.calendar.instant(said["at"])):
        return post_message(
            settled.people[said["by"]],
            talk.id,
            said["text"],
            client_id=uuid4(),
            posts_per_10s=UNLIMITED_POSTS_PER_10S,
        )


def _confirm(said: dict[str, Any], question: Question, settled: LoadedStory) -> None:
    with clock.freeze(settled.calendar.instant(said["at"])):
        criterion = confirm_answer(
            settled.people[said["by"]],
            question,
            _texts(said),
            Validity(said["law"], review_on=_day(said.get("review"), settled)),
        )
    if outdated := said.get("outdated"):
        with clock.freeze(settled.calendar.instant(outdated["at"])):
            mark_outdated(settled.people[outdated["by"]], criterion, outdated["why"])


def _offer(said: dict[str, Any], settled: LoadedStory) -> None:
    person = settled.people[said["by"]]
    at = settled.calendar.instant(said["at"])
    details = ModelDetails(
        said["law"], _day(said.get("valid_until"), settled), topics=tuple(said["topics"])
    )
    with clock.freeze(at):
        model = offer_model(person, _place(person), _texts(said), details)
    with clock.freeze(at + USED_AFTER):
        for key in said["used_by"]:
            user = settled.people[key]
            use_model(user, model, posts_of(user)[0])
    if changed := said.get("changed"):
        with clock.freeze(settled.calendar.instant(changed["at"])):
            _change(person, model, said, details, changed["note"])


def _change(
    person: Person, model: ModelText, said: dict[str, Any], details: ModelDetails, note: str
) -> None:
    edition = model.publication.edition
    change_model(person, model, _texts(said), details, note, edition=edition)


def _place(person: Person) -> PublicationPlacement:
    return PublicationPlacement(spaces_of(person)[0], posts_of(person)[0], Visibility.NETWORK)


def _texts(said: dict[str, Any]) -> dict[str, Written]:
    return {
        language: Written(text["title"], text["body"].strip())
        for language, text in said["texts"].items()
    }


def _day(said: str | None, settled: LoadedStory) -> date | None:
    return settled.calendar.day(said) if said else None
