"""A person's note about a plan that concerned them, as words and as a page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.models import PlanNote
from intranet.attention.notifications.models import Kind, Notification
from intranet.attention.notifications.path_words import gives_words
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _

PREFIX = "/reorganisations/"


def note_for(person: Person, plan_id: UUID) -> PlanNote | None:
    """Return the person's latest note about a plan; None if it did not concern them."""
    return db.session.scalar(
        select(PlanNote)
        .where(PlanNote.plan_id == plan_id, PlanNote.person_id == person.id)
        .order_by(PlanNote.made_at.desc(), PlanNote.id.desc())
        .limit(1)
    )


@gives_words(Kind.ORGANISATION)
def words_of_notes(person: Person, rows: Sequence[Notification]) -> Mapping[UUID, str]:
    """Return what each note of a person says, for the notifications that lead to it."""
    found = {}
    for row in rows:
        plan_id = _plan_id(row.path)
        note = note_for(person, plan_id) if plan_id else None
        if note and note.is_undone == (row.why == "reorganisation_undone"):
            found[row.id] = words_of(note.facts)
    return found


def words_of(facts: Mapping[str, Any]) -> str:
    """Return a note as a few sentences."""
    said = []
    for before, now in facts["units"]:
        if before and before != now:
            said.append(
                _("Your unit is now %(unit)s (before: %(before)s).", unit=now, before=before)
            )
        else:
            said.append(_("Your unit is now %(unit)s.", unit=now))
    if channels := facts.get("channels"):
        said.append(_("Your channels are %(names)s.", names=", ".join(channels)))
    if facts["joined"]:
        said.append(_("New to you: %(names)s.", names=", ".join(facts["joined"])))
    if facts["left"]:
        said.append(_("Channels that you left: %(names)s.", names=", ".join(facts["left"])))
    return " ".join(said)


def _plan_id(path: str) -> UUID | None:
    if not path.startswith(PREFIX):
        return None
    try:
        return UUID(path.removeprefix(PREFIX))
    except ValueError:
        return None
