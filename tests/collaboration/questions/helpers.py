"""Short ways to questions: who may know, what is asked, what is answered."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from intranet.collaboration.questions.models import Question, QuestionRoute
from intranet.collaboration.questions.operations.answering import accept_answer
from intranet.collaboration.questions.operations.asking import QuestionAddressee, publish_question
from intranet.extensions import db
from intranet.finding.counterparts.operations import confirm_own_functions
from intranet.finding.directory.jobs import write_all_queued
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, AgencyKind, Post
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import PublicationPlacement, posts_of, spaces_of
from tests.cast import LONG_AGO

TITLE = "Pódese prorrogar un contrato menor?"
BODY = "O provedor pide seis meses máis."
FUNCTION = "SEC"


def town(name: str, code: str, territory: str, *, language: str = "gl") -> Agency:
    """A village of its own."""
    return create_agency(
        code=code,
        code_scheme="dir3",
        handle=fold(name).replace(" ", "-"),
        name=Localized({language: f"Concello de {name}"}),
        kind=AgencyKind.MUNICIPALITY,
        languages=[language, "es"],
        territory=territory,
        population=2_400,
    )


def expert(agency: Agency, name: str, *, function: str, is_open: bool = True) -> Person:
    """Somebody who heads an agency, does something there, and takes questions on it."""
    own = agency.language
    title = Localized({own: "Secretaría-Intervención"})
    post = create_post(None, PostSpec(unit=root_unit(agency), title=title, is_head=True))
    person = create_person(None, agency, name, ProfileContents(languages=[own]))
    appoint(None, post, person, starts_on=LONG_AGO)
    with unit_of_work() as work:
        work.add(
            Account(
                person_id=person.id,
                home_agency_id=agency.id,
                email=f"{uuid4().hex[:8]}@{agency.handle}.example",
                password_hash="none",
                state=AccountState.ACTIVE,
            )
        )
    confirm_own_functions(person, post, [function], is_open=is_open)
    write_all_queued()
    return person


def place(person: Person, visibility: Visibility = Visibility.NETWORK) -> PublicationPlacement:
    """Where somebody asks: in the first of their spaces, as their first post."""
    return PublicationPlacement(spaces_of(person)[0], posts_of(person)[0], visibility)


def asked(
    person: Person,
    title: str = TITLE,
    body: str = BODY,
    *,
    to: QuestionAddressee | None = None,
    visibility: Visibility = Visibility.NETWORK,
    **more: Any,
) -> Question:
    """A question of somebody."""
    texts = {"gl": Written(title, body)}
    return publish_question(
        person, place(person, visibility), texts, to or QuestionAddressee(), **more
    )


def talk_of(question: Question) -> Conversation:
    """Its discussion."""
    return db.session.get_one(Conversation, question.publication.conversation_id)


def answer(
    person: Person, question: Question, body: str = "Non: o contrato menor non se prorroga."
):
    """An answer to it."""
    return post_message(person, talk_of(question).id, body, client_id=uuid4())


def solved(asker: Person, question: Question, message: Message) -> None:
    """Let who asked accept an answer."""
    accept_answer(asker, question, message.id)


def routed(question: Question) -> list[QuestionRoute]:
    """Who was asked it, the first first."""
    rows = select(QuestionRoute).where(QuestionRoute.publication_id == question.publication_id)
    return list(db.session.scalars(rows.order_by(QuestionRoute.asked_at, QuestionRoute.person_id)))


def first_post(person: Person) -> Post:
    """The post that somebody has held for longest."""
    return posts_of(person)[0]


def first_in(pattern: str, page: str) -> str:
    """What the first group of a pattern holds in a page."""
    found = re.search(pattern, page, re.DOTALL)
    assert found, pattern
    return found[1]


def send_question(client: Any, form: Mapping[str, Any]) -> Any:
    """Press the button of the form twice: at the first time it shows who will be asked."""
    shown = client.submit("/questions", form)
    assert shown.status_code == 200, shown.text
    named = first_in(r'name="asked"\s+value="([^"]+)"', shown.text)
    return client.submit("/questions", {**form, "asked": named})


def place_fields(page: str) -> dict[str, str]:
    """The first place and post that a form offers."""
    fixed = re.compile(r'type="hidden"\s+name="(space_id|post_id)"\s+value="([^"]+)"')
    found = dict(fixed.findall(page))
    for name in ("space_id", "post_id"):
        if name not in found:
            found[name] = first_in(rf'<select[^>]*name="{name}".*?value="([^"]+)"', page)
    return found
