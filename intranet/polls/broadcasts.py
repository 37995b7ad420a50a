"""Polls on open screens."""

from intranet.conversations.broadcasts import readers_of
from intranet.conversations.queries import channels_of
from intranet.extensions import db
from intranet.polls.events import PollVoted
from intranet.publications.models import Publication
from intranet.realtime import push_to_watchers


def push_vote(event: PollVoted) -> None:
    """Let cards in the channels of its space ask anew, where somebody has one open."""
    publication = db.session.get_one(Publication, event.poll_id)
    payload = {"poll_id": str(event.poll_id)}
    for channel in channels_of(publication.space):
        push_to_watchers(channel.id, "poll:changed", payload, among=readers_of(channel))
