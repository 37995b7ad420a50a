"""The announcements of the story, published and confirmed by its people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import space_of_agency, space_of_unit
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.publishing.publications import models
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.models import ANNOUNCEMENT
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import correct, publish, schedule
from tools.demo import chance
from tools.demo.population import CAST
from tools.demo.publications import StoryAnnouncement
from tools.demo.settling import LoadedStory

WRITTEN_BEFORE = timedelta(minutes=40)


def announce(said: StoryAnnouncement, settled: LoadedStory) -> None:
    """Write, schedule, publish, correct and confirm an announcement at the times of the story."""
    author = settled.people[said.by]
    is_ahead = said.state == "scheduled"
    at = settled.calendar.instant(said.at)
    written_at = settled.calendar.now - WRITTEN_BEFORE if is_ahead else at - WRITTEN_BEFORE
    with clock.freeze(written_at):
        draft = _written(author, said, settled, scheduled_at=at if is_ahead else None)
        if is_ahead:
            schedule(author, draft, edition=draft.edition)
    if said.state == "published":
        with clock.freeze(at):
            publish(author, draft, edition=draft.edition)
        _correct(author, draft, said, settled)
        _confirm(draft, said, settled, at)


def _written(
    author: Person, said: StoryAnnouncement, settled: LoadedStory, *, scheduled_at: datetime | None
) -> models.Publication:
    calendar = settled.calendar
    voice = require_voice(author, _space(said, settled).id)
    draft = create_draft(author, ANNOUNCEMENT, voice)
    zone = voice.agency.time_zone
    choices = Choices(
        due_on=calendar.day(said.due) if said.due else None,
        expires_at=calendar.instant(said.ends) if said.ends else None,
        pinned_until=clock.end_of(calendar.day(said.pinned), zone) if said.pinned else None,
        scheduled_at=scheduled_at,
    )
    texts = {language: Written(*text) for language, text in said.texts.items()}
    return save_draft(author, draft, texts, choices, edition=draft.edition)


def _correct(
    author: Person, draft: models.Publication, said: StoryAnnouncement, settled: LoadedStory
) -> None:
    if said.corrected:
        with clock.freeze(settled.calendar.instant(said.corrected.at)):
            note = said.corrected.note
            correct(author, draft, note, edition=draft.edition, asks_again=False)


def _confirm(
    publication: models.Publication, said: StoryAnnouncement, settled: LoadedStory, at: datetime
) -> None:
    """Confirm the reading of each reader at a time between publication and now."""
    span = settled.calendar.now - at
    for key in _readers(said, settled):
        share = (chance.number(900, said.key, key) + 50) / 1_000
        with clock.freeze(at + span * share):
            acknowledge(settled.people[key], publication, version=publication.version)


def _readers(said: StoryAnnouncement, settled: LoadedStory) -> Sequence[str]:
    """Return the people who confirmed: those named, and some more recipients outside the cast."""
    named = [key for key in said.confirmed if not key.startswith("+")]
    more = sum(int(key) for key in said.confirmed if key.startswith("+"))
    others = chance.shuffled(settled.story.people_under(said.unit), said.key)
    taken = {*named, *CAST, said.by}
    return [*named, *[key for key in others if key not in taken][:more]]


def _space(said: StoryAnnouncement, settled: LoadedStory) -> Space:
    unit = settled.units[said.unit]
    space = space_of_unit(unit.id) if unit.parent_id else space_of_agency(unit.agency_id)
    if space is None:
        raise LookupError(said.key)
    return space
