"""Who sees a poll, who votes in it, and who sees its results."""

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

ANYBODY_ASKS = 150
"""More people than this are asked only by who leads the place, or publishes for it."""


def get_poll(person: Person, publication_id: UUID) -> Poll:
    """A poll with what can be chosen in it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    whole = (joinedload(Poll.publication).joinedload(Publication.space), selectinload(Poll.options))
    return get_of_kind(person, Poll, publication_id, *whole)


def voter_of(person: Person, poll: Poll) -> PollVoter | None:
    """The person's line in the roll of a poll, if they were among those asked at its opening."""
    return db.session.get(PollVoter, (poll.publication_id, person.id), populate_existing=True)


def belongs_still(person: Person, poll: Poll) -> bool:
    """Whether somebody in the roll may still vote: who left the place, or the agency, may not."""
    space = poll.publication.space
    if poll.audience is None or space.is_group:
        return is_member(person, space)
    return space.agency_id in own_agency_ids(person)


def sees_results(poll: Poll, voter: PollVoter | None, now: datetime) -> bool:
    """Whether results are shown to somebody at this instant, as far as there are any to show."""
    if not poll.is_open(now) or poll.results == ResultsWhen.LIVE:
        return True
    return poll.results == ResultsWhen.VOTED and voter is not None and voter.has_voted


def asks_many(person: Person, space: Space) -> bool:
    """Whether somebody may ask many people there, and others than those of the place."""
    return leads(person, space) or voice_like(person, space.id) is not None


def require_asking_many(person: Person, space: Space) -> None:
    """Ask for that.

    Raises:
        Forbidden: they do neither lead the place nor publish for it.
    """
    if not asks_many(person, space):
        raise Forbidden(
            _l(
                "Only the head and publishers of this space can poll more than %(number)s "
                "people, or anyone outside the space. Ask them to open the poll.",
                number=ANYBODY_ASKS,
            )
        )
