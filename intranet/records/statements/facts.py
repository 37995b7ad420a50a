"""The settings of the site and of an agency, read once for a statement."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select

from intranet.config import Settings
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Administration, Agency, MailContent, SecondFactor
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.identity.models import EmailDomain, Provider, ProviderState
from intranet.organisation.people.queries import administrator_ids
from intranet.organisation.worktime.models import WorkingTime
from intranet.platform.core import clock
from intranet.platform.core.web import settings
from intranet.records.retention.models import RetentionHalt
from intranet.records.retention.scope import rules_in_force


@dataclass(frozen=True)
class StatementFacts:
    """Settings of the installation and of the agency, and a few counts."""

    site: Settings
    agency: Agency
    administrators: int
    roles: frozenset[AgencyRole]
    providers: tuple[str, ...]
    domains: tuple[str, ...]
    accounts: int
    accounts_with_factor: int
    retention_rules: int
    is_removal_halted: bool
    has_worktime: bool
    is_quiet_outside: bool

    @property
    def is_tls(self) -> bool:
        """Whether people reach the site over TLS only."""
        return self.site.secure_cookies

    @property
    def has_mail(self) -> bool:
        """Whether mails leave at all."""
        return bool(self.site.smtp_url)

    @property
    def is_mail_encrypted(self) -> bool:
        """Whether the mail server is always reached over TLS."""
        return urlsplit(self.site.smtp_url).scheme == "smtps"

    @property
    def has_scanner(self) -> bool:
        """Whether uploads are checked for viruses."""
        return bool(self.site.clamav)

    @property
    def requires_factor_of_all(self) -> bool:
        """Whether everybody needs a second factor."""
        return self.agency.second_factor == SecondFactor.EVERYBODY

    @property
    def has_records_officer(self) -> bool:
        """Whether somebody keeps the records: rules, holds and requests for access."""
        return AgencyRole.RECORDS in self.roles

    @property
    def requires_no_factor(self) -> bool:
        """Whether nobody does."""
        return self.agency.second_factor == SecondFactor.NOBODY

    @property
    def mails_text(self) -> bool:
        """Whether whole texts leave by mail."""
        return self.agency.mail_content == MailContent.TEXT


def facts_of(agency: Agency) -> StatementFacts:
    """Read what is configured for an agency now."""
    now = clock.now()
    given = select(Administration.role).where(
        Administration.agency_id == agency.id, Administration.is_in_force(now)
    )
    on = select(Provider.name).where(
        Provider.agency_id == agency.id, Provider.state == ProviderState.ON
    )
    proven = select(EmailDomain.domain).where(
        EmailDomain.agency_id == agency.id, EmailDomain.proven_at.is_not(None)
    )
    active = select(func.count()).where(
        Account.home_agency_id == agency.id, Account.state == AccountState.ACTIVE
    )
    hours = db.session.get(WorkingTime, agency.id)
    halted = db.session.get(RetentionHalt, agency.id)
    return StatementFacts(
        site=settings(),
        agency=agency,
        administrators=len(administrator_ids(agency.id)),
        roles=frozenset(db.session.scalars(given)),
        providers=tuple(db.session.scalars(on.order_by(Provider.name))),
        domains=tuple(db.session.scalars(proven.order_by(EmailDomain.domain))),
        accounts=db.session.scalar(active) or 0,
        accounts_with_factor=db.session.scalar(active.where(Account.has_second_factor)) or 0,
        retention_rules=len(rules_in_force(agency.id)),
        is_removal_halted=halted is not None,
        has_worktime=hours is not None,
        is_quiet_outside=hours is None or hours.is_quiet_outside,
    )
