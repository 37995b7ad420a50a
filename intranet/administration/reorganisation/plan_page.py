"""The contents of the pages of a plan: both trees, what is unresolved, who works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from intranet.administration.reorganisation.change_words import ICONS, PlanNames, sentence
from intranet.administration.reorganisation.changes import ChangeSpec, spec_of
from intranet.administration.reorganisation.chart import ChartPost
from intranet.administration.reorganisation.chart_people import (
    PostHolder,
    holders_by_post,
    people_of_chart,
)
from intranet.administration.reorganisation.chart_rows import PlanTree, TreeMaker
from intranet.administration.reorganisation.chart_then import ChartThen, chart_then
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.loading import day_of, read
from intranet.administration.reorganisation.models import Plan, PlanChange, PlanState
from intranet.administration.reorganisation.queries import (
    changes_of,
    editors_of,
    people_told,
)
from intranet.administration.reorganisation.reading import read_plan
from intranet.administration.reorganisation.readings import PlanReading, Stated
from intranet.administration.reorganisation.resolving import LeftBehind, left_behind
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _


@dataclass(frozen=True)
class ChangeLine:
    """A change in the list of a plan: its sentence, its icon, and what was found about it."""

    change: PlanChange
    spec: ChangeSpec
    text: str
    icon: str
    findings: Sequence[Finding] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether it has to be corrected."""
        return any(finding.is_error for finding in self.findings)


class PlanPage:
    """A plan for its pages; each part is read when it is first shown."""

    def __init__(self, plan: Plan, typed: str = "") -> None:
        """Show a plan, with the units of which the name or code contains what was typed."""
        self.plan, self.typed = plan, typed

    @cached_property
    def changes(self) -> Sequence[PlanChange]:
        """The changes in their order."""
        return changes_of(self.plan.id)

    @cached_property
    def reading(self) -> PlanReading:
        """The charts before and after the plan, with findings; of an applied one, those of then."""
        if self.then is None:
            return read(self.plan)
        changes = [Stated(change.id, spec_of(change)) for change in self.changes]
        return read_plan(self.then.chart, changes, ())

    @cached_property
    def then(self) -> ChartThen | None:
        """The chart to which the plan was applied, if it was."""
        return chart_then(self.plan) if self.plan.state == PlanState.APPLIED else None

    @property
    def has_trees(self) -> bool:
        """Whether both trees can be shown."""
        return self.plan.state != PlanState.APPLIED or self.then is not None

    @cached_property
    def holders(self) -> Mapping[UUID, Sequence[PostHolder]]:
        """The people who hold each post today, or held it when the plan was applied."""
        return self.then.holders if self.then else holders_by_post(self.plan.agency_id)

    @cached_property
    def trees(self) -> tuple[PlanTree, PlanTree]:
        """The trees before and after the plan."""
        maker, reading = TreeMaker(self.reading, self.typed), self.reading
        return (
            maker.before(people_of_chart(reading.before, self.holders)),
            maker.after(people_of_chart(reading.after, self.holders)),
        )

    @cached_property
    def left(self) -> list[LeftBehind]:
        """The posts and units without a place, by the unit that leaves them."""
        return left_behind(self.reading)

    @cached_property
    def lines(self) -> list[ChangeLine]:
        """Each change in words, with what was found about it while it can still be changed."""
        specs = [spec_of(change) for change in self.changes]
        names = PlanNames.of(self.plan.agency_id, specs)
        if self.then:
            names.units.update({unit.id: unit.name for unit in self.then.chart.units.values()})
            names.posts.update({post.id: post.title for post in self.then.chart.posts.values()})
        findings = self.reading.findings if self.plan.state != PlanState.APPLIED else []
        return [
            ChangeLine(
                change,
                spec,
                sentence(spec, names),
                ICONS[spec.kind],
                [each for each in findings if each.change_id == change.id],
            )
            for change, spec in zip(self.changes, specs, strict=True)
        ]

    @property
    def numbered(self) -> list[tuple[int, ChangeLine]]:
        """Each change in words with its number."""
        return list(enumerate(self.lines, 1))

    @cached_property
    def told(self) -> int:
        """How many people have received a note about it."""
        return people_told(self.plan)

    @cached_property
    def versions(self) -> Mapping[UUID, int]:
        """The version of each change, by its id."""
        return {change.id: change.version for change in self.changes}

    @cached_property
    def editors(self) -> Sequence[Person]:
        """The people who work on it, the latest first."""
        return editors_of(self.plan)

    @property
    def is_open(self) -> bool:
        """Whether it can be edited."""
        return self.plan.state in (PlanState.DRAFT, PlanState.UNDONE)

    @property
    def is_of_today(self) -> bool:
        """Whether it was last changed today."""
        zone = self.plan.agency.time_zone
        return self.plan.changed_at >= clock.start_of(clock.today(zone), zone)

    @property
    def is_being_applied(self) -> bool:
        """Whether its time has come and the background work has not finished."""
        at = self.plan.applies_at
        return self.plan.state == PlanState.SCHEDULED and at is not None and at <= clock.now()

    @cached_property
    def refused(self) -> list[Finding]:
        """The reasons why it was not applied."""
        return [Finding.from_json(each) for each in self.plan.refused or ()]

    def posts_of(self, unit_id: UUID) -> list[ChartPost]:
        """Return the posts that a unit has after the plan."""
        return self.reading.after.posts_by_unit().get(unit_id, [])

    def last_day_to_undo(self, day: date) -> date:
        """Return the last day on which it can be undone, if it applies on a day."""
        return day + timedelta(days=1)

    def first_day(self, asked: date | None = None) -> date:
        """Return the day from which it applies: as scheduled or asked, else the next month's."""
        if self.plan.applies_at:
            return day_of(self.plan)
        tomorrow = clock.today(self.plan.agency.time_zone) + timedelta(days=1)
        if asked and asked >= tomorrow:
            return asked
        month_ahead = tomorrow.replace(day=1) + timedelta(days=32)
        return tomorrow if tomorrow.day == 1 else month_ahead.replace(day=1)


def state_names() -> dict[PlanState, str]:
    """Return what each state of a plan is called."""
    return {
        PlanState.DRAFT: _("Draft plan"),
        PlanState.SCHEDULED: _("Scheduled plan"),
        PlanState.APPLIED: _("Applied plan"),
        PlanState.UNDONE: _("Undone plan"),
        PlanState.DISCARDED: _("Discarded plan"),
    }


STATE_TONES = {
    PlanState.DRAFT: "plain",
    PlanState.SCHEDULED: "accent",
    PlanState.APPLIED: "ok",
    PlanState.UNDONE: "attn",
}


def refusal_title(page: PlanPage) -> str:
    """Return the title above what stood against a plan."""
    if page.plan.state == PlanState.SCHEDULED:
        return _("It cannot be applied as it is")
    return _("It was not applied, and nothing has changed")
