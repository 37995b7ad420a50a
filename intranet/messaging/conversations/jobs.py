"""Jobs that tell open screens of speakers who change by date; rights need no job."""

from dataclasses import dataclass
from datetime import datetime

from intranet.messaging.conversations.speaker_changes import (
    all_posts_with_conversations,
    follow_posts,
    posts_with_conversations,
)
from intranet.messaging.spaces.queries import changes_between
from intranet.organisation.people.speakers import absent_between, posts_touched_by
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass
class SpeakersToldUntil:
    """The instant up to which open screens were told; None before the first run."""

    until: datetime | None = None


told = SpeakersToldUntil()


def publish_speaker_changes() -> None:
    """Publish the speakers who began or ceased by date since the last run."""
    now = clock.now()
    if told.until is None:
        found = all_posts_with_conversations()
    else:
        people = {person_id for _space, person_id in changes_between(told.until, now)}
        people |= set(absent_between(told.until, now))
        found = posts_with_conversations(posts_touched_by(people, now)) if people else set()
    if found:
        with unit_of_work() as work:
            follow_posts(work, found)
    told.until = now  # last: after a failure the next run tells it
