"""Announcements that are to be confirmed, made as people make them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from intranet.messaging.spaces.audience import Audience
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
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

TEXT = "Desde **diciembre** las obras menores se tramitan así.\n\nGracias, l·l, 25 € ✅"


def announce(
    person: Person,
    *atoms: Mapping[str, Any],
    but: list[Mapping[str, Any]] | None = None,
    due_on: date | None = None,
    title: str = "Obra menor",
    counts_newcomers: bool = False,
) -> Publication:
    """Publish to all whom the person's first voice reaches, or to those whom atoms name."""
    draft = create_draft(person, ANNOUNCEMENT, voices(person)[0])
    language = draft.agency.language
    draft = save_draft(
        person,
        draft,
        {language: Written(title, TEXT)},
        Choices(due_on=due_on or in_days(3), counts_newcomers=counts_newcomers),
        edition=draft.edition,
    )
    if atoms or but:
        any_of = list(atoms) or (draft.announcement.audience or {})["any"]
        audience = Audience.parse({"any": any_of, "except": but or []})
        set_audience(person, draft, audience, edition=draft.edition)
    return publish(person, draft, edition=draft.edition)


def in_days(days: int) -> date:
    """The day that is so many days from now."""
    return clock.today("Europe/Madrid") + timedelta(days=days)
