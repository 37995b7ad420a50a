"""Access to questions: reading, accepting an answer, confirming one as a criterion."""

from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.questions.models import Question
from intranet.extensions import db
from intranet.organisation.agencies.models import PostFunction
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.models import PublicationTopic
from intranet.publishing.publications.voices import PublicationVoice, voices


def is_asker(person: Person, question: Question) -> bool:
    """Whether the person asked the question."""
    return question.publication.created_by_id == person.id


def require_asker(person: Person, question: Question) -> None:
    """Check that the person asked the question.

    Raises:
        Forbidden: another person asked it.
    """
    if not is_asker(person, question):
        raise Forbidden(_l("Only the person who asked can say which answer helped."))


def authorities(person: Person, question: Question) -> list[PublicationVoice]:
    """Return the voices in which the person may confirm an answer for their agency today.

    These are publishers for the whole agency, and heads of posts whose functions are topics of the
    question. Publishers of a group cannot confirm for an agency.
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


def require_authority(person: Person, question: Question, post_id: UUID | None) -> PublicationVoice:
    """Return the voice in which to confirm an answer: that of the post, or else the first.

    Raises:
        Forbidden: the person has no such voice.
    """
    for voice in authorities(person, question):
        if post_id in {None, voice.post.id}:
            return voice
    raise Forbidden(
        _l(
            "Only heads responsible for the subject, and people who publish for the "
            "administration, can confirm an answer."
        )
    )
