"""What the forms of initiatives, and programs, send."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from intranet.collaboration.initiatives.composing import FACTS, PARTS, Facts, Said
from intranet.collaboration.initiatives.models import Stage, Use
from intranet.collaboration.initiatives.operations.adopting import Told
from intranet.collaboration.initiatives.operations.describing import FIGURES_LIMIT
from intranet.config import LANGUAGES
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.parsing import PLACES, EmptyIsNone, Form, Line, Text
from intranet.publishing.publications.places import PlaceForm

Day = Annotated[date | None, EmptyIsNone]
Id = Annotated[UUID | None, EmptyIsNone]
Edition = Annotated[int, Field(ge=0, le=PLACES)]


class Figure(Form):
    """A value, and what it counts."""

    value: Line
    label: Line = ""


class InitiativeText(Form):
    """An initiative in one language; all but its title and what it is for is Markdown."""

    title: Line
    purpose: Line
    problem: Text = ""
    done: Text = ""
    result: Text = ""
    lessons: Text = ""

    def said(self) -> Said:
        """The same for the operations."""
        return Said(**self.model_dump())


class Described(Form):
    """What is said of an initiative, by a program: texts by language, facts, topics."""

    texts: dict[str, InitiativeText]
    figures: tuple[Figure, ...] = ()
    cost: Line = ""
    time: Line = ""
    effort: Line = ""
    law: Line = ""
    technology: Line = ""
    licence: Line = ""
    topics: tuple[str, ...] = ()

    def said(self) -> dict[str, Said]:
        """The texts for the operations; languages that there are not are left out."""
        return {tag: text.said() for tag, text in self.texts.items() if tag in LANGUAGES}

    def facts(self) -> Facts:
        """The facts for the operations."""
        return Facts(
            [(figure.value, figure.label) for figure in self.figures],
            **{name: getattr(self, name) for name in FACTS},
        )


class NewInitiative(Described, PlaceForm):
    """A new one: where it stands, as which post, for whom, and how far it is."""

    stage: Stage = Stage.IDEA
    stage_on: Day = None
    file_ids: tuple[UUID, ...] = ()


class ChangeInitiative(Form):
    """A change by a program: of what it says, all of it; of its stage; an update; its end."""

    edition: Edition | None = None
    described: Described | None = None
    visibility: Visibility | None = None
    note: Line = ""
    stage: Stage | None = None
    on: Day = None
    update: Text = ""
    withdraw: Line = ""


class WrittenForm(PlaceForm):
    """The form of a page, but for its texts and facts: `said_in` and `facts_in` read those."""

    stage: Stage = Stage.IDEA
    stage_on: Day = None


class ChangedForm(Form):
    """The same of one that is there."""

    edition: Edition
    visibility: Visibility
    note: Line = ""


class MoveForm(Form):
    """To which stage, since when, and what happened."""

    stage: Stage
    on: Day = None
    note: Line = ""


class UseForm(Form):
    """What an agency says of its use."""

    agency: Line
    use: Use
    since_on: Day = None
    cost: Line = ""
    took: Text = ""
    changed: Text = ""
    contact_id: Id = None
    replaces: Id = None

    def told(self) -> Told:
        """The same for the operation."""
        return Told(self.use, self.since_on, self.cost, self.took, self.changed, self.contact_id)


def said_in(sent: Mapping[str, Any]) -> dict[str, Said]:
    """The texts by language, out of fields such as `title_es` and `problem_es`."""
    return {
        tag: Said(
            **{name: sent.get(f"{name}_{tag}") or "" for name in ("title", "purpose", *PARTS)}
        )
        for tag in LANGUAGES
        if f"title_{tag}" in sent
    }


def facts_in(sent: Mapping[str, Any]) -> Facts:
    """The facts, out of fields such as `value_1`, `label_1` and `cost`."""
    return Facts(
        [
            (sent.get(f"value_{number}") or "", sent.get(f"label_{number}") or "")
            for number in range(1, FIGURES_LIMIT + 1)
        ],
        **{name: sent.get(name) or "" for name in FACTS},
    )
