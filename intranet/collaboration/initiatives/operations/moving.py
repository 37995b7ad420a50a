"""Progress of an initiative: changes of stage, and updates."""

from datetime import date, timedelta

from sqlalchemy import func, select

from intranet.collaboration.initiatives.models import (
    Initiative,
    InitiativeUpdate,
    Stage,
    StageChange,
)
from intranet.collaboration.initiatives.notices import MOVED, UPDATED, notify_followers
from intranet.collaboration.initiatives.operations.describing import NOTE_LIMIT, require_past
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.operations.drafting import require_not_withdrawn

ORDER = list(Stage)
UPDATE_LIMIT = 4_000
MAX_UPDATES_PER_DAY = 5
"""Each update notifies all followers."""


def move_initiative(
    person: Person, initiative: Initiative, stage: Stage, *, on: date | None = None, note: str = ""
) -> StageChange | None:
    """Move an initiative to another stage and notify followers and users.

    Args:
        on: the first day of the stage; today by default.
        note: the reason; required where it moves back.

    Raises:
        Forbidden: the person does not act for the post that owns it.
        Invalid: the day is in the future or before the current stage began, or a move back has
            no note.
    """
    note = optional_text(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        publication = initiative.publication
        work.lock(publication)
        require_writer(person, publication)
        require_not_withdrawn(publication)
        db.session.refresh(initiative, ["stage", "stage_on"])
        if stage == initiative.stage:
            return None
        on = require_past(on, publication.agency, "on")
        if on < initiative.stage_on:
            raise Invalid({"on": _l("This date is before the current stage began.")})
        if ORDER.index(stage) < ORDER.index(initiative.stage) and not note:
            raise Invalid(
                {
                    "note": _l(
                        "The initiative is going back to an earlier stage. Tell its followers why."
                    )
                }
            )
        change = StageChange(
            publication_id=publication.id, stage=stage, since_on=on, note=note, by_id=person.id
        )
        work.add(change)
        initiative.stage, initiative.stage_on = stage, on
        initiative.changed_at = clock.now()
        work.flush()
        notify_followers(work, initiative, person, MOVED, str(change.id))
    return change


def post_update(person: Person, initiative: Initiative, text: str) -> InitiativeUpdate:
    """Post an update and notify followers and users.

    Args:
        text: Markdown, 1 to 4,000 characters.

    Raises:
        Forbidden: the person does not act for the post that owns it.
        Invalid: the text is empty or too long, or the daily limit is reached.
    """
    text = required_text(text, "text", UPDATE_LIMIT)
    with unit_of_work() as work:
        publication = initiative.publication
        work.lock(publication)
        require_writer(person, publication)
        require_not_withdrawn(publication)
        since = clock.now() - timedelta(days=1)
        today = select(func.count()).where(
            InitiativeUpdate.publication_id == publication.id, InitiativeUpdate.at > since
        )
        if (db.session.scalar(today) or 0) >= MAX_UPDATES_PER_DAY:
            raise Invalid({"text": _l("You have reached the daily limit. Try again tomorrow.")})
        update = InitiativeUpdate(publication_id=publication.id, text=text, by_id=person.id)
        work.add(update)
        initiative.changed_at = update.at = clock.now()
        work.flush()
        notify_followers(work, initiative, person, UPDATED, str(update.id))
    return update
