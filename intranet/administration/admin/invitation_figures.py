"""An agency's invitations and their outcome: in numbers, by unit, and person by person."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.administration.imports.models import Import
from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import (
    AccountInvitation,
    InvitationRun,
    InvitationState,
)
from intranet.organisation.accounts.invitation_status import (
    BUSY_STATES,
    AccountStanding,
    is_in_unit,
    status_expression,
)
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.invitation_codes import is_without_mailbox
from intranet.organisation.accounts.refusals import domain_of, meant_domain
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock

SOON = timedelta(days=7)
DOMAIN_LIMIT = 20
OWN_DOMAIN_PEOPLE = 2
"""A domain counts as the agency's if so many of its people got their letter there."""
EMAIL_LIMIT = 2_000
RUN_LIMIT = 5
LEFT_STATES = [state for state in BUSY_STATES if state != InvitationState.HELD]


class InvitationGroup(StrEnum):
    """The groups in which people are shown, by what became of their invitation."""

    ACTIVE = "active"
    OPENED = "opened"
    SENT = "sent"
    QUEUED = "queued"
    RETURNED = "returned"
    PRINTED = "printed"
    EXPIRED = "expired"
    NOT_INVITED = "not_invited"


GROUPS: Mapping[AccountStanding, InvitationGroup] = {
    AccountStanding.ACTIVE: InvitationGroup.ACTIVE,
    AccountStanding.OPENED: InvitationGroup.OPENED,
    AccountStanding.SENT: InvitationGroup.SENT,
    AccountStanding.QUEUED: InvitationGroup.QUEUED,
    AccountStanding.HELD: InvitationGroup.RETURNED,
    AccountStanding.REFUSED: InvitationGroup.RETURNED,
    AccountStanding.IN_DOUBT: InvitationGroup.RETURNED,
    AccountStanding.PRINTED: InvitationGroup.PRINTED,
    AccountStanding.EXPIRED: InvitationGroup.EXPIRED,
    AccountStanding.NOT_INVITED: InvitationGroup.NOT_INVITED,
}
"""Closed accounts are in no group."""


@dataclass
class UnitFigures:
    """How many people of a unit and those below it are in each group."""

    unit: Unit | None
    counts: Counter[InvitationGroup] = field(default_factory=Counter)
    soon: int = 0

    @property
    def total(self) -> int:
        """How many people there are."""
        return self.counts.total()

    @property
    def bar(self) -> list[tuple[str, float, float]]:
        """The parts of the bar: group, start and width, in percent."""
        parts, start = [], 0.0
        for group in InvitationGroup:
            if width := 100 * self.counts[group] / max(self.total, 1):
                parts.append((group.value, start, width))
                start += width
        return parts


@dataclass(frozen=True)
class WrongDomain:
    """A domain to which letters came back or are held, and the one that was probably meant."""

    domain: str
    refused: int
    held: int
    meant: str | None
    run_id: UUID | None

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return self.refused + self.held


def figures(agency: Agency) -> tuple[UnitFigures, list[UnitFigures]]:
    """Return the figures of the whole agency, and of each unit directly below its root.

    A person with several posts counts once, in the unit that comes first. Those without a post
    are in the last row, without a unit.
    """
    place = (
        select(Appointment.person_id, func.min(Unit.path).label("path"))
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.agency_id == agency.id, is_not_over(clock.now()))
        .group_by(Appointment.person_id)
        .subquery()
    )
    found = (
        select(
            place.c.path,
            status_expression().label("standing"),
            AccountInvitation.expires_at.label("expires_at"),
        )
        .select_from(Account)
        .outerjoin(place, place.c.person_id == Account.person_id)
        .outerjoin(AccountInvitation, AccountInvitation.account_id == Account.id)
        .where(Account.home_agency_id == agency.id)
        .subquery()
    )
    is_soon = found.c.expires_at.between(clock.now(), clock.now() + SOON)
    rows = db.session.execute(
        select(found.c.path, found.c.standing, is_soon.label("soon"), func.count()).group_by(
            found.c.path, found.c.standing, is_soon
        )
    )
    units = _units_by_path(agency)
    whole = UnitFigures(None)
    by_unit: dict[UUID | None, UnitFigures] = {}
    for path, standing, soon, count in rows:
        group = GROUPS.get(AccountStanding(standing))
        if group is None:
            continue
        unit = units.get(_top_of(path))
        for one in (whole, by_unit.setdefault(unit.id if unit else None, UnitFigures(unit))):
            one.counts[group] += count
            if soon and group in {InvitationGroup.SENT, InvitationGroup.OPENED}:
                one.soon += count
    listed = sorted(
        by_unit.values(), key=lambda one: (one.unit is None, one.unit.sort_key if one.unit else "")
    )
    return whole, listed


def wrong_domains(agency: Agency) -> list[WrongDomain]:
    """Return the domains that refused letters, with what was probably meant."""
    state, domain = AccountInvitation.state, AccountInvitation.domain
    rows = db.session.execute(
        select(domain, state, AccountInvitation.run_id, func.count())
        .where(
            AccountInvitation.agency_id == agency.id,
            state.in_((InvitationState.REFUSED, InvitationState.HELD)),
            domain != "",
        )
        .group_by(domain, state, AccountInvitation.run_id)
        .order_by(func.count().desc())
        .limit(DOMAIN_LIMIT)
    ).all()
    known = own_domains(agency)
    found = {}
    for name in dict.fromkeys(row[0] for row in rows):
        here = [row for row in rows if row[0] == name]
        held = [row for row in here if row[1] == InvitationState.HELD]
        found[name] = WrongDomain(
            domain=name,
            refused=sum(row[3] for row in here if row[1] == InvitationState.REFUSED),
            held=sum(row[3] for row in held),
            meant=meant_domain(name, known),
            run_id=held[0][2] if held else None,
        )
    return [one for one in found.values() if one.held or one.meant]


def own_domains(agency: Agency) -> list[str]:
    """Return the domains at which people of the agency signed in or got their letters."""
    arrived = (AccountStanding.ACTIVE, AccountStanding.OPENED, AccountStanding.SENT)
    emails = select(Account.email).where(
        Account.home_agency_id == agency.id,
        Account.email.is_not(None),
        status_expression().in_([one.value for one in arrived]),
    )
    counted = Counter(domain_of(email) for email in db.session.scalars(emails.limit(EMAIL_LIMIT)))
    return [name for name, count in counted.most_common() if count >= OWN_DOMAIN_PEOPLE]


def refusal_counts(agency: Agency) -> Mapping[str, int]:
    """Count the letters that came back by reason, those in doubt as `in_doubt`."""
    rows = db.session.execute(
        select(AccountInvitation.state, AccountInvitation.reason, func.count())
        .where(
            AccountInvitation.agency_id == agency.id,
            AccountInvitation.state.in_((InvitationState.REFUSED, InvitationState.IN_DOUBT)),
        )
        .group_by(AccountInvitation.state, AccountInvitation.reason)
    )
    counted: Counter[str] = Counter()
    for state, reason, count in rows:
        counted["in_doubt" if state == InvitationState.IN_DOUBT else reason] += count
    return counted


def people_in(agency: Agency, group: InvitationGroup | None, unit: Unit | None) -> Select[Person]:
    """Build the query for people with an account, by what became of their invitation."""
    wanted = [one.value for one, other in GROUPS.items() if group is None or other == group]
    accounts = select(Account.person_id).where(
        Account.home_agency_id == agency.id, status_expression().in_(wanted)
    )
    if unit:
        accounts = accounts.where(is_in_unit(unit))
    return select(Person).where(Person.id.in_(accounts))


def invitations_of(account_ids: Collection[UUID]) -> Mapping[UUID, AccountInvitation]:
    """Return the invitations of these accounts, by account."""
    rows = db.session.scalars(
        select(AccountInvitation).where(AccountInvitation.account_id.in_(account_ids))
    )
    return {row.account_id: row for row in rows}


def runs_under_way(agency: Agency) -> list[tuple[InvitationRun, int]]:
    """Return the runs of which letters have not left, with how many of them, first those due."""
    left = func.count()
    rows = db.session.execute(
        select(InvitationRun, left)
        .join(AccountInvitation, AccountInvitation.run_id == InvitationRun.id)
        .where(InvitationRun.agency_id == agency.id, AccountInvitation.state.in_(LEFT_STATES))
        .group_by(InvitationRun.id)
        .order_by(InvitationRun.starts_at)
        .limit(RUN_LIMIT)
    )
    return [(run, count) for run, count in rows]


def last_run(agency: Agency) -> InvitationRun | None:
    """Return the run that began last."""
    return db.session.scalar(
        select(InvitationRun)
        .where(InvitationRun.agency_id == agency.id, InvitationRun.starts_at <= clock.now())
        .order_by(InvitationRun.starts_at.desc())
        .limit(1)
    )


def count_filed(agency: Agency) -> int:
    """Count the letters that lie in the folder, because the site has no mail server."""
    rows = select(func.count()).select_from(AccountInvitation)
    return (
        db.session.scalar(
            rows.where(AccountInvitation.agency_id == agency.id, AccountInvitation.is_filed)
        )
        or 0
    )


def paper_counts(agency: Agency) -> tuple[int, int, int]:
    """Return how many people have no mailbox, got a code by hand, and signed in with one."""
    missing = select(func.count()).select_from(Account).where(is_without_mailbox(agency))
    printed = (
        select(func.count(AccountInvitation.handed_at), func.count(Account.password_hash))
        .join(Account, Account.id == AccountInvitation.account_id)
        .where(
            AccountInvitation.agency_id == agency.id,
            AccountInvitation.state == InvitationState.PRINTED,
        )
    )
    handed, signed_in = db.session.execute(printed).one()
    return db.session.scalar(missing) or 0, handed, signed_in


def imports_to_invite(agency: Agency) -> Sequence[tuple[Import, int]]:
    """Return the imports that created accounts of people who were not invited, latest first."""
    rows = db.session.execute(
        select(Import, func.count())
        .join(Account, Account.import_id == Import.id)
        .where(
            Account.home_agency_id == agency.id,
            status_expression() == AccountStanding.NOT_INVITED.value,
        )
        .group_by(Import.id)
        .order_by(Import.created_at.desc())
        .limit(RUN_LIMIT)
    )
    return [(row, count) for row, count in rows]


def _units_by_path(agency: Agency) -> Mapping[str, Unit]:
    """Return the units directly below the root, and the root, by the last part of their path."""
    today = clock.today(agency.time_zone)
    root = select(Unit.id).where(Unit.agency_id == agency.id, Unit.parent_id.is_(None))
    found = db.session.scalars(
        select(Unit).where(
            Unit.agency_id == agency.id,
            Unit.parent_id.is_(None) | Unit.parent_id.in_(root),
            in_force(Unit, today, ahead=True),
        )
    )
    return {unit.path.strip("/").rpartition("/")[2]: unit for unit in found}


def _top_of(path: str | None) -> str:
    parts = (path or "").strip("/").split("/")
    return parts[1] if len(parts) > 1 else parts[0]
