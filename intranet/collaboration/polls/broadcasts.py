"""Polls on open screens."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from intranet.collaboration.polls.events import PollVoted
from intranet.delivery.realtime import push_to_watchers, register_reader_lookup
from intranet.extensions import db
from intranet.messaging.conversations.broadcasts import readers_of
from intranet.messaging.conversations.queries import channels_of
from intranet.platform.core.events import dispatcher
from intranet.platform.core.throttling import Pacing
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.models import Publication

POLL = "poll"
PUSH_EVERY_SECONDS = 2.0
_pacing = Pacing(PUSH_EVERY_SECONDS)


def push_vote(event: PollVoted) -> None:
    """Tell open cards of the poll to fetch it again.

    Many people vote at once and every card fetches again each time, so votes within two seconds are
    pushed together.
    """
    line = dispatcher()
    if not _pacing.is_free((line, event.poll_id), partial(line.enqueue, [event])):
        return
    publication = db.session.get_one(Publication, event.poll_id)
    payload = {"poll_id": str(event.poll_id)}
    for channel in channels_of(publication.space):
        push_to_watchers(
            channel.id,
            "poll:changed",
            payload,
            among=readers_of(channel),
            reading=(POLL, event.poll_id),
        )


@register_reader_lookup(POLL)
def find_readers(poll_id: UUID, person_ids: Collection[UUID]) -> Collection[UUID]:
    """Return which of these people may read a poll now: not every reader of a channel was asked."""
    publication = db.session.get(Publication, poll_id)
    return readers_among(publication, person_ids) if publication else ()
