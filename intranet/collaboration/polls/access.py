"""Access to polls: reading, voting, and seeing results."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import joinedload, selectinload

from intranet.collaboration.polls.models import Poll, PollVoter, ResultsWhen
from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, leads
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.access import get_of_kind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.voices import voice_like

MAX_ASKED_BY_MEMBERS = 150
"""To ask more people than this, a person must lead the space or publish for it."""


def get_poll(person: Person, publication_id: UUID) -> Poll:
    """Return a poll with its options.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    whole = (joinedload(Poll.publication).joinedload(Publication.space), selectinload(Poll.options))
    return get_of_kind(person, Poll, publication_id, *whole)


def voter_of(person: Person, poll: Poll) -> PollVoter | None:
    """Return the person's entry in the electoral roll of a poll, if they have one."""
    return db.session.get(PollVoter, (poll.publication_id, person.id), populate_existing=True)


def belongs_still(person: Person, poll: Poll) -> bool:
    """Whether a person on the roll may still vote: they must not have left the space or agency."""
    space = poll.publication.space
    if poll.audience is None or space.is_group:
        return is_member(person, space)
    return space.agency_id in own_agency_ids(person)


def sees_results(poll: Poll, voter: PollVoter | None, now: datetime) -> bool:
    """Whether a voter may see the results of a poll now, if there are any."""
    if not poll.is_open(now) or poll.results == ResultsWhen.LIVE:
        return True
    return poll.results == ResultsWhen.VOTED and voter is not None and voter.has_voted


def may_ask_many(person: Person, space: Space) -> bool:
    """Whether the person may ask many people in a space, and people outside it."""
    return leads(person, space) or voice_like(person, space.id) is not None


def require_may_ask_many(person: Person, space: Space) -> None:
    """Check that the person may ask many people in a space, and people outside it.

    Raises:
        Forbidden: the person neither leads the space nor publishes for it.
    """
    if not may_ask_many(person, space):
        raise Forbidden(
            _l(
                "Only the head and publishers of this space can poll more than %(number)s "
                "people, or anyone outside the space. Ask them to open the poll.",
                number=MAX_ASKED_BY_MEMBERS,
            )
        )
