"""Handlers that note posts which somebody waits for, in the transaction that changed them."""

from intranet.finding.counterparts.sightings import note_posts
from intranet.organisation.agencies.events import PostsChanged, PostsCreated
from intranet.organisation.people.events import AppointmentsChanged
from intranet.platform.core.unit_of_work import unit_of_work


def follow_posts(event: PostsCreated | PostsChanged | AppointmentsChanged) -> None:
    """Note the posts that fit an alert, once everything about them is written."""
    with unit_of_work() as work:
        work.gather(note_posts, event.post_ids)
