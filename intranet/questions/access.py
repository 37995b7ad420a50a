"""Who reads a question, who accepts an answer, and who confirms one as a criterion."""

from uuid import UUID

from sqlalchemy import select

from intranet.agencies.models import PostFunction
from intranet.core.errors import Forbidden, NotFound
from intranet.core.i18n import _l
from intranet.extensions import db
from intranet.people.models import Person
from intranet.publications.access import get_publication, is_hidden_from
from intranet.publications.models import PublicationTopic
from intranet.publications.voices import Voice, voices
from intranet.questions.models import Criterion, Question


def get_question(person: Person, publication_id: UUID) -> Question:
    """The question, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    get_publication(person, publication_id)
    question = db.session.get(Question, publication_id)
    if question is None:
        raise NotFound
    return question


def get_standing_question(person: Person, publication_id: UUID) -> Question:
    """The same, unless it was withdrawn from its readers.

    Raises:
        NotFound: as there, or its text is no longer to be read.
    """
    question = get_question(person, publication_id)
    if is_hidden_from(person, question.publication):
        raise NotFound
    return question


def get_criterion(person: Person, publication_id: UUID) -> Criterion:
    """The criterion, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    get_publication(person, publication_id)
    criterion = db.session.get(Criterion, publication_id)
    if criterion is None:
        raise NotFound
    return criterion


def is_asker(person: Person, question: Question) -> bool:
    """Whether the person asked it."""
    return question.publication.created_by_id == person.id


def require_asker(person: Person, question: Question) -> None:
    """Ask whether the person asked it.

    Raises:
        Forbidden: somebody else did.
    """
    if not is_asker(person, question):
        raise Forbidden(_l("Only who asked says which answer helped."))


def authorities(person: Person, question: Question) -> list[Voice]:
    """The voices in which a person may confirm an answer for their agency today.

    That are those who publish for the whole agency, and heads of what the question is about. Who
    publishes in a group says nothing for an agency.
    """
    spoken = [voice for voice in voices(person) if not voice.space.is_group]
    heads = [voice.post.id for voice in spoken if voice.post.is_head]
    topics = select(PublicationTopic.function_code).where(
        PublicationTopic.publication_id == question.publication_id
    )
    responsible = set(
        db.session.scalars(
            select(PostFunction.post_id).where(
                PostFunction.post_id.in_(heads), PostFunction.function_code.in_(topics)
            )
        )
        if heads
        else ()
    )
    return [
        voice for voice in spoken if voice.space.unit_id is None or voice.post.id in responsible
    ]


def require_authority(person: Person, question: Question, post_id: UUID | None) -> Voice:
    """The voice of this post in which the person may confirm an answer, or their first.

    Raises:
        Forbidden: they have none.
    """
    for voice in authorities(person, question):
        if post_id in {None, voice.post.id}:
            return voice
    raise Forbidden(
        _l("Heads of what it is about confirm an answer, and who publishes for the administration.")
    )
