"""First steps of an administrator: import, check, invite, share the work; with their progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_decimal
from sqlalchemy import CompoundSelect, ScalarSelect, Select, exists, func, select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_status import INVITED, AccountStanding
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import administrator_ids, has_term_at
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, ngettext


@dataclass(frozen=True)
class SetupStep:
    """A step: its title, its current state, and the page on which to do it."""

    title: str
    detail: str
    button: str
    href: str
    is_done: bool


@dataclass(frozen=True)
class AgencySize:
    """The current counts of an agency."""

    units: int
    posts: int
    people: int
    without_function: int
    without_account: int

    @property
    def is_filled(self) -> bool:
        """Whether there is more than the root unit and its first administrator."""
        return self.units > 1 and self.people > 1


def size_of(agency: Agency) -> AgencySize:
    """Count the units, posts and people of an agency today."""
    today = clock.today(agency.time_zone)
    units = select(Unit.id).where(Unit.agency_id == agency.id, in_force(Unit, today))
    posts = select(Post.id).where(Post.agency_id == agency.id, in_force(Post, today))
    held = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id, has_term_at(clock.now()))
        .distinct()
        .subquery()
    )
    people, with_account = func.count(), func.count(Account.id)
    numbers = db.session.execute(
        select(
            count_of(units),
            count_of(posts),
            people,
            count_of(posts.where(~exists().where(PostFunction.post_id == Post.id))),
            people - with_account,
        )
        .select_from(held)
        .outerjoin(Account, Account.person_id == held.c.person_id)
    ).one()
    return AgencySize(*(number or 0 for number in numbers))


def count_of(found: Select[UUID] | CompoundSelect[UUID]) -> ScalarSelect[int]:
    """Return the count of a query's rows, to select together with other numbers."""
    return select(func.count()).select_from(found.subquery()).scalar_subquery()


def setup_steps(
    agency: Agency, size: AgencySize, standings: Mapping[AccountStanding, int], unsure_names: int
) -> Sequence[SetupStep]:
    """Return the four steps of setting an agency up, in order; empty once all are done.

    Args:
        unsure_names: the people of imports whose name is not certain.
    """
    place = f"/admin/{agency.code}"
    steps = (
        _import(agency.code, size),
        _check(place, size, unsure_names),
        _invite(place, standings),
        _share(place, len(set(administrator_ids(agency.id)))),
    )
    return () if all(step.is_done for step in steps) else steps


def _import(code: str, size: AgencySize) -> SetupStep:
    counts = (
        ngettext("%(num)s unit", "%(num)s units", size.units),
        ngettext("%(num)s post", "%(num)s posts", size.posts),
        ngettext("%(num)s person", "%(num)s people", size.people),
    )
    return SetupStep(
        _("Import units, posts and people"),
        " · ".join(counts)
        if size.is_filled
        else _("Your units and people have not been added yet."),
        _("Import more") if size.is_filled else _("Import"),
        f"/admin/import?code={code}" if size.is_filled else f"/admin/{code}/first-import",
        size.is_filled,
    )


def _check(place: str, size: AgencySize, unsure: int) -> SetupStep:
    bare, outside = size.without_function, size.without_account
    open_points = []
    if unsure:
        open_points.append(ngettext("%(num)s unsure name", "%(num)s unsure names", unsure))
    if bare:
        open_points.append(
            ngettext("%(num)s post without a function", "%(num)s posts without a function", bare)
        )
    if outside:
        open_points.append(
            ngettext(
                "%(num)s person without an account", "%(num)s people without an account", outside
            )
        )
    nothing = (
        _("There are no unclear items to check.")
        if size.is_filled
        else _("There is nothing to check yet.")
    )
    return SetupStep(
        _("Check unclear items"),
        " · ".join(open_points) or nothing,
        _("Check unclear items (%(count)s)", count=format_decimal(unsure + bare + outside))
        if open_points
        else _("View functions"),
        _where_to_check(place, unsure, bare, outside),
        is_done=size.is_filled and not open_points,
    )


def _where_to_check(place: str, unsure: int, bare: int, outside: int) -> str:
    if unsure:  # first, as they are soon addressed by it
        return f"{place}/people?access=unsure"
    return f"{place}/functions?only=none" if bare or not outside else f"{place}/people?access=none"


def _invite(place: str, standings: Mapping[AccountStanding, int]) -> SetupStep:
    waiting, active = standings[AccountStanding.NOT_INVITED], standings[AccountStanding.ACTIVE]
    said = [ngettext("%(num)s person has signed in", "%(num)s people have signed in", active)]
    if lapsed := standings[AccountStanding.EXPIRED]:
        said.insert(
            0, ngettext("%(num)s invitation expired", "%(num)s invitations expired", lapsed)
        )
    if invited := sum(standings[one] for one in INVITED):
        said.insert(0, ngettext("%(num)s person invited", "%(num)s people invited", invited))
    if waiting:
        said.insert(
            0, ngettext("%(num)s person not invited yet", "%(num)s people not invited yet", waiting)
        )
    return SetupStep(
        _("Invite people"),
        " · ".join(said),
        _("Invite them all") if waiting else _("See what became of the invitations"),
        f"{place}/invitations/new" if waiting else f"{place}/invitations",
        is_done=active > 1 and not waiting,
    )


def _share(place: str, administrators: int) -> SetupStep:
    return SetupStep(
        _("Share administrator duties"),
        ngettext(
            "%(num)s person administers this agency.",
            "%(num)s people administer this agency.",
            administrators,
        ),
        _("Appoint an administrator"),
        f"{place}/administrators",
        is_done=administrators > 1,
    )
