"""Forms of initiatives, from pages and from programs."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from intranet.collaboration.initiatives.body import (
    FACTS,
    PARTS,
    InitiativeFacts,
    InitiativeWording,
)
from intranet.collaboration.initiatives.models import Stage, Use
from intranet.collaboration.initiatives.operations.adopting import InitiativeUseDetails
from intranet.collaboration.initiatives.operations.describing import FIGURES_LIMIT
from intranet.config import LANGUAGES
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line, Text
from intranet.publishing.publications.placement import PlaceForm

Day = Annotated[date | None, EmptyIsNone]
Id = Annotated[UUID | None, EmptyIsNone]
Edition = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class Figure(Form):
    """A key figure: a value and its label."""

    value: Line
    label: Line = ""


class InitiativeText(Form):
    """An initiative in a language; all but its title and purpose is Markdown."""

    title: Line
    purpose: Line
    problem: Text = ""
    done: Text = ""
    result: Text = ""
    lessons: Text = ""

    def said(self) -> InitiativeWording:
        """Return the text as operations take it."""
        return InitiativeWording(**self.model_dump())


class Described(Form):
    """The description of an initiative: texts by language, facts, topics."""

    texts: dict[str, InitiativeText]
    figures: tuple[Figure, ...] = ()
    cost: Line = ""
    time: Line = ""
    effort: Line = ""
    law: Line = ""
    technology: Line = ""
    licence: Line = ""
    topics: tuple[str, ...] = ()

    def said(self) -> dict[str, InitiativeWording]:
        """Return the texts as operations take them, without unknown languages."""
        return {tag: text.said() for tag, text in self.texts.items() if tag in LANGUAGES}

    def facts(self) -> InitiativeFacts:
        """Return the facts as operations take them."""
        return InitiativeFacts(
            [(figure.value, figure.label) for figure in self.figures],
            **{name: getattr(self, name) for name in FACTS},
        )


class NewInitiative(Described, PlaceForm):
    """A new initiative: its description, space, post, visibility and stage."""

    stage: Stage = Stage.IDEA
    stage_on: Day = None
    file_ids: tuple[UUID, ...] = ()


class ChangeInitiative(Form):
    """A change by a program: the whole description, the stage, an update, or a withdrawal."""

    edition: Edition | None = None
    described: Described | None = None
    visibility: Visibility | None = None
    note: Line = ""
    stage: Stage | None = None
    on: Day = None
    update: Text = ""
    withdraw: Line = ""


class WrittenForm(PlaceForm):
    """The form of a new initiative without its texts and facts (`said_in`, `facts_in`)."""

    stage: Stage = Stage.IDEA
    stage_on: Day = None


class ChangedForm(Form):
    """The form of an existing initiative without its texts and facts."""

    edition: Edition
    visibility: Visibility
    note: Line = ""


class InitiativeStageForm(Form):
    """A change of stage: its day, and a note."""

    stage: Stage
    on: Day = None
    note: Line = ""


class UseForm(Form):
    """An agency's use of an initiative."""

    agency: Line
    use: Use
    since_on: Day = None
    cost: Line = ""
    took: Text = ""
    changed: Text = ""
    contact_id: Id = None
    replaces: Id = None

    def told(self) -> InitiativeUseDetails:
        """Return the fields of the form as the operation needs them."""
        return InitiativeUseDetails(
            self.use, self.since_on, self.cost, self.took, self.changed, self.contact_id
        )


def texts_by_language(sent: Mapping[str, Any]) -> dict[str, InitiativeWording]:
    """Return the texts by language, from fields such as `title_es` and `problem_es`."""
    return {
        tag: InitiativeWording(
            **{name: sent.get(f"{name}_{tag}") or "" for name in ("title", "purpose", *PARTS)}
        )
        for tag in LANGUAGES
        if f"title_{tag}" in sent
    }


def facts_in(sent: Mapping[str, Any]) -> InitiativeFacts:
    """Return the facts, from fields such as `value_1`, `label_1` and `cost`."""
    return InitiativeFacts(
        [
            (sent.get(f"value_{number}") or "", sent.get(f"label_{number}") or "")
            for number in range(1, FIGURES_LIMIT + 1)
        ],
        **{name: sent.get(name) or "" for name in FACTS},
    )
