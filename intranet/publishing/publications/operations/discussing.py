"""Opening and closing the discussion of a publication."""

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.models import Publication


def begin_discussion(work: Work, publication: Publication, person: Person) -> None:
    """Create the discussion, in the transaction that publishes."""
    conversation = Conversation(
        kind=ConversationKind.DISCUSSION, purpose="", created_by_id=person.id
    )
    work.add(conversation)
    work.flush()
    publication.conversation_id = conversation.id


def open_discussion(person: Person, publication: Publication) -> None:
    """Open the discussion, or open it again.

    Raises:
        Forbidden: the person may not edit it, or it is not published.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        if publication.published_at is None or publication.withdrawn_at:
            raise Forbidden(_l("Only published content can be discussed."))
        if conversation := _discussion(work, publication):
            conversation.archived_at = None
        else:
            begin_discussion(work, publication, person)


def close_discussion(person: Person, publication: Publication) -> None:
    """Close the discussion, which can then only be read.

    Raises:
        Forbidden: the person may not edit it.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        shut_discussion(work, publication)


def shut_discussion(work: Work, publication: Publication) -> None:
    """Close the discussion, if there is one."""
    conversation = _discussion(work, publication)
    if conversation and conversation.archived_at is None:
        conversation.archived_at = clock.now()


def _discussion(work: Work, publication: Publication) -> Conversation | None:
    """Return the discussion, locked so that nobody posts until the transaction ends."""
    if publication.conversation_id is None:
        return None
    conversation = db.session.get_one(Conversation, publication.conversation_id)
    work.lock(conversation)
    return conversation
