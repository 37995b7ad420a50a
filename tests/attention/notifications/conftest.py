"""What tests of notifications ask for beside the rest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
    set_audience,
)
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.voices import voices

MADRID = ZoneInfo("Europe/Madrid")


def at(text: str) -> datetime:
    """An instant by the clock of Monteclaro."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


def work_off() -> None:
    """Do what the outbox owes now."""
    while run_due():
        pass


@pytest.fixture
def working_day():
    """An hour at which everybody is at work, on a day that is no holiday."""
    with clock.freeze(at("2027-03-09 10:00")):  # later than when the cast was made
        yield at("2027-03-09 10:00")


def announce(author, *, audience: Audience | None = None, days: int | None = None, **choices):
    """Publish something in the first name that the author has."""
    draft = create_draft(author, ANNOUNCEMENT, voices(author)[0])
    due = clock.today("Europe/Madrid") + timedelta(days=days) if days is not None else None
    saved = save_draft(
        author,
        draft,
        {"es": Written("Obra menor", "Desde el martes se tramitan con declaración.")},
        Choices(due_on=due, **choices),
        edition=draft.edition,
    )
    if audience:
        set_audience(author, saved, audience, edition=saved.edition)
    return publish(author, saved, edition=db.session.get_one(Publication, saved.id).edition)
