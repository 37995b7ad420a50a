"""The reading of a plan: the charts before and after it, and its findings."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.chart import ChartPost, ChartUnit, PlanChart
from intranet.administration.reorganisation.findings import Finding
from intranet.organisation.agencies.operations.vacancy_readers import onward_if


@dataclass(frozen=True)
class Stated:
    """A change and the id by which findings name it."""

    id: UUID
    spec: ChangeSpec


@dataclass
class PlanReading:
    """The charts before and after a plan, and what was found on the way.

    `marks` names the changes that concern each unit, `post_marks` those of each post. `successors`
    has the unit that succeeds each ended one, None if no unit does.
    """

    before: PlanChart
    after: PlanChart
    findings: list[Finding] = field(default_factory=list)
    marks: dict[UUID, list[Stated]] = field(default_factory=lambda: defaultdict(list))
    post_marks: dict[UUID, list[Stated]] = field(default_factory=lambda: defaultdict(list))
    successors: dict[UUID, UUID | None] = field(default_factory=dict)

    @property
    def forbids(self) -> bool:
        """Whether the plan cannot be scheduled as it is."""
        return any(finding.forbids for finding in self.findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that have to be corrected."""
        return [finding for finding in self.findings if finding.is_error]

    @property
    def unresolved(self) -> list[Finding]:
        """Posts and units that have nowhere to go."""
        return [finding for finding in self.findings if finding.is_unresolved]

    @property
    def notes(self) -> list[Finding]:
        """The findings that forbid nothing."""
        return [finding for finding in self.findings if not finding.forbids]

    @property
    def founded(self) -> list[ChartUnit]:
        """The units that the plan founds, parents before children."""
        return [unit for _depth, unit in self.after.in_order() if unit.is_new]

    @property
    def ended(self) -> list[ChartUnit]:
        """The units that the plan ends."""
        before = self.before.units
        return [unit for key in self.successors if (unit := before.get(key))]

    @property
    def moved_posts(self) -> list[ChartPost]:
        """The posts that are in another unit after it, as they are then."""
        before = self.before.posts
        return [
            post
            for key, post in self.after.posts.items()
            if not post.ended and post.unit_id != before[key].unit_id
        ]

    @property
    def ended_posts(self) -> list[ChartPost]:
        """The posts that the plan ends."""
        return [post for post in self.after.posts.values() if post.ended]

    def onward(self) -> dict[UUID, UUID | None]:
        """Return the post that reads for each other one during a vacancy, after the plan."""
        after = self.after
        places = {
            post.id: (after.path(post.unit_id), post.is_head)
            for post in after.posts.values()
            if post.unit_id in after.units
        }
        return onward_if(after.agency_id, places, {post.id for post in self.ended_posts})

    def last_successor(self, unit_id: UUID) -> UUID | None:
        """Return the living unit to which an ended one leads in the end; itself if it lives."""
        seen: set[UUID] = set()
        at: UUID | None = unit_id
        while at is not None and at in self.successors and at not in seen:
            seen.add(at)
            at = self.successors[at]
        return at

    def living_above(self, unit_id: UUID) -> UUID:
        """Return the nearest unit above an ended one that goes on."""
        for above in reversed(self.before.above(unit_id)[:-1]):
            if above not in self.successors:
                return above
        return self.before.root_id
