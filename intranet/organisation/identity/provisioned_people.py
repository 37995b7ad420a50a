"""People as a provider describes them, compared in bulk with what is known of them here.

Nothing is written here: `operations/provisioning.py` compares anew within its transaction, with
these same rules, so that what a plan shows is what is done, or a reason why not.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.sign_in_names import sign_in_names
from intranet.organisation.accounts.queries import plain_email, plain_staff_number
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force, posts_with_roles
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import (
    EmailDomain,
    ExternalIdentity,
    Provider,
    ProvisionedAccount,
    ProvisioningEffect,
)
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import administrators_among, in_parts, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.text import fold, one_line

NAME_LIMIT, PHONE_LIMIT, CODE_LIMIT, TITLE_LIMIT = 120, 40, 40, 200
Fact = tuple[str, str, str]
"""A field that changes, with its value before and afterwards."""


class NotProvisioned(Exception):  # noqa: N818 - the provider's record is at fault
    """A record cannot be followed; `reason` is a word that pages have a sentence for."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvidedPerson:
    """A person as a provider says. `unit` is a code and `title` that of a post in the unit."""

    subject: str
    name: str
    email: str = ""
    staff_number: str = ""
    phone: str = ""
    unit: str = ""
    title: str = ""

    @classmethod
    def of(cls, values: dict[str, str]) -> "ProvidedPerson":
        """Return a record with its values as they are stored and compared."""
        plain = {name: one_line(text).strip() for name, text in values.items()}
        plain["email"] = plain_email(plain.get("email", ""))
        plain["staff_number"] = plain_staff_number(plain.get("staff_number", ""))
        plain["phone"] = plain.get("phone", "")[:PHONE_LIMIT]
        plain["unit"] = plain.get("unit", "")[:CODE_LIMIT]
        plain["title"] = plain.get("title", "")[:TITLE_LIMIT]
        return cls(**plain)

    @property
    def digest(self) -> str:
        """A short form of everything in the record, to see that nothing has changed."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class KeptIdentity:
    """An identity of the provider, its account, and whether the provider keeps the account."""

    identity: ExternalIdentity
    kept: ProvisionedAccount | None

    @property
    def account(self) -> Account:
        """The account that the identity is tied to."""
        return self.identity.account


@dataclass(slots=True)
class Planned:
    """The change that a record makes: `posts` to appoint to, or a `note` why there is none."""

    record: ProvidedPerson
    effect: ProvisioningEffect
    account: Account | None = None
    kept: KeptIdentity | None = None
    facts: list[Fact] = field(default_factory=list)
    posts: Sequence[Post] = ()
    note: str = ""


class KnownPeople:
    """Identities, accounts, posts and rules that some records are compared with."""

    def __init__(self, provider: Provider) -> None:
        """Load what is the same for all records of a provider."""
        self._provider = provider
        self._agency_id = provider.agency_id
        self._administrators: set[UUID] = set()
        self._domains = set(
            db.session.scalars(
                select(EmailDomain.domain).where(
                    EmailDomain.agency_id == provider.agency_id, EmailDomain.proven_at.is_not(None)
                )
            )
        )
        self._kept: dict[str, KeptIdentity] = {}
        self._by_email: dict[str, Account] = {}
        self._by_number: dict[str, Account] = {}
        self._tied: set[UUID] = set()
        self._units: dict[str, Unit] = {}
        self._posts: dict[tuple[str, str], list[Post]] = {}
        self._empowering: set[UUID] = set()
        self._held: dict[UUID, list[Appointment]] = {}

    def read(self, records: Sequence[ProvidedPerson]) -> None:
        """Load what these records are compared with, in a few statements."""
        self._read_identities({record.subject for record in records})
        self._read_accounts(
            {record.email for record in records if record.email},
            {record.staff_number for record in records if record.staff_number},
        )
        self._read_posts({record.unit for record in records if record.unit and record.title})
        people = {row.account.person_id for row in self._kept.values()}
        by_email = {account.person_id for account in self._by_email.values()}
        self._administrators = administrators_among(by_email)
        people |= by_email
        for some in in_parts(people):
            held = select(Appointment).where(
                Appointment.person_id.in_(some), is_not_over(clock.now())
            )
            for row in db.session.scalars(held):
                self._held.setdefault(row.person_id, []).append(row)
        post_ids = {post.id for posts in self._posts.values() for post in posts}
        post_ids |= {row.post_id for held in self._held.values() for row in held}
        for some in in_parts(post_ids):
            self._empowering |= posts_with_roles(some)

    def kept(self, subject: str) -> KeptIdentity | None:
        """Return the identity with this subject."""
        return self._kept.get(subject)

    def held_by(self, person_id: UUID) -> Sequence[Appointment]:
        """Return the appointments of a person that are not over, in all agencies."""
        return self._held.get(person_id, ())

    def plan(self, record: ProvidedPerson, *, is_doubled: bool = False) -> Planned:
        """Return what a record changes.

        Args:
            is_doubled: whether the provider has another person with one of its names.

        Raises:
            NotProvisioned: nothing of it can be followed.
        """
        if is_doubled:
            raise NotProvisioned("twice")
        _check(record)
        found = self._kept.get(record.subject)
        planned = self._of_known(record, found) if found else self._of_unknown(record)
        self._plan_post(planned)
        if planned.effect == ProvisioningEffect.NONE and planned.facts:
            planned.effect = ProvisioningEffect.CHANGE
        return planned

    def _of_known(self, record: ProvidedPerson, found: KeptIdentity) -> Planned:
        account = found.account
        self._require_free(record, account)
        if found.kept and found.kept.ended_at:
            effect = ProvisioningEffect.REOPEN
        elif account.state == AccountState.DISABLED:
            raise NotProvisioned("closed")
        else:
            effect = ProvisioningEffect.NONE if found.kept else ProvisioningEffect.TIE
        return Planned(record, effect, account, found, _differences(record, account))

    def _of_unknown(self, record: ProvidedPerson) -> Planned:
        account = self._by_email.get(record.email) if record.email else None
        if account is None:
            self._require_free(record, None)
            return Planned(record, ProvisioningEffect.CREATE)
        if account.home_agency_id != self._agency_id or account.id in self._tied:
            raise NotProvisioned("email_used")
        if queries.domain_of(record.email) not in self._domains:
            raise NotProvisioned("domain_unproven")
        if account.person_id in self._administrators:
            raise NotProvisioned("administrator")
        if account.state == AccountState.DISABLED:
            raise NotProvisioned("closed")
        self._require_free(record, account)
        return Planned(record, ProvisioningEffect.TIE, account, None, _differences(record, account))

    def _require_free(self, record: ProvidedPerson, account: Account | None) -> None:
        """Refuse names that another account has."""
        for given, known, reason in (
            (record.email, self._by_email, "email_used"),
            (record.staff_number, self._by_number, "number_used"),
        ):
            other = known.get(given) if given else None
            if other and (account is None or other.id != account.id):
                raise NotProvisioned(reason)

    def _plan_post(self, planned: Planned) -> None:
        """Find the post that a record names, and whether its person may be appointed to it."""
        record = planned.record
        if not (record.unit and record.title):
            return
        posts = self._posts.get((record.unit.casefold(), fold(record.title)), [])
        if not posts:
            is_unit = record.unit.casefold() in self._units
            planned.note = "post_unknown" if is_unit else "unit_unknown"
            return
        person_id = planned.account.person_id if planned.account else None
        held = self.held_by(person_id) if person_id else ()
        ids = {post.id for post in posts}
        if any(row.post_id in ids for row in held):
            return
        before = self._made_for(planned, held)
        if before is None or before.post_id not in self._empowering:
            planned.posts = [post for post in posts if post.id not in self._empowering]
        if not planned.posts:
            planned.note = "post_administers"
            return
        title = before.post.title.text(before.post.unit.agency.language) if before else ""
        planned.facts.append(("post", title, record.title))

    def _made_for(self, planned: Planned, held: Iterable[Appointment]) -> Appointment | None:
        made = planned.kept.kept.appointment_id if planned.kept and planned.kept.kept else None
        return next((row for row in held if row.id == made), None)

    def _read_identities(self, subjects: Collection[str]) -> None:
        for some in in_parts(subjects):
            rows = db.session.execute(
                select(ExternalIdentity, ProvisionedAccount)
                .outerjoin(
                    ProvisionedAccount, ProvisionedAccount.identity_id == ExternalIdentity.id
                )
                .where(
                    ExternalIdentity.provider_id == self._provider.id,
                    ExternalIdentity.subject.in_(some),
                )
            )
            for identity, kept in rows:
                self._kept[identity.subject] = KeptIdentity(identity, kept)

    def _read_accounts(self, emails: Collection[str], numbers: Collection[str]) -> None:
        for some in in_parts(emails):
            for account in db.session.scalars(select(Account).where(Account.email.in_(some))):
                self._by_email[account.email or ""] = account
        for some in in_parts(numbers):
            here = select(Account).where(
                Account.home_agency_id == self._agency_id, Account.staff_number.in_(some)
            )
            for account in db.session.scalars(here):
                self._by_number[account.staff_number or ""] = account
        for ids in in_parts([account.id for account in self._by_email.values()]):
            tied = select(ExternalIdentity.account_id).where(
                ExternalIdentity.provider_id == self._provider.id,
                ExternalIdentity.account_id.in_(ids),
            )
            self._tied |= set(db.session.scalars(tied))

    def _read_posts(self, codes: Collection[str]) -> None:
        if not codes:
            return
        today = clock.today(self._provider.agency.time_zone)
        units = select(Unit).where(Unit.agency_id == self._agency_id, in_force(Unit, today))
        wanted = {code.casefold() for code in codes}
        for unit in db.session.scalars(units):
            if (code := unit.code.casefold()) in wanted:
                self._units[code] = unit
        by_id = {unit.id: code for code, unit in self._units.items()}
        for some in in_parts(by_id):
            posts = select(Post).where(Post.unit_id.in_(some), in_force(Post, today))
            for post in db.session.scalars(posts.order_by(Post.id)):
                for title in {fold(text) for text in post.title.values()}:
                    self._posts.setdefault((by_id[post.unit_id], title), []).append(post)


def _check(record: ProvidedPerson) -> None:
    if not record.name or len(record.name) > NAME_LIMIT:
        raise NotProvisioned("no_name")
    try:
        sign_in_names(record.email, record.staff_number)
    except Invalid as problem:
        is_number = "staff_number" in problem.errors
        has_any = record.email or record.staff_number
        reason = "bad_number" if is_number else "bad_email" if has_any else "no_identity"
        raise NotProvisioned(reason) from None


def _differences(record: ProvidedPerson, account: Account) -> list[Fact]:
    facts: list[Fact] = []
    person = account.person
    if record.name != person.name:
        facts.append(("name", person.name, record.name))
    if record.email and record.email != (account.email or ""):
        facts.append(("email", account.email or "", record.email))
    if record.staff_number and record.staff_number != (account.staff_number or ""):
        facts.append(("staff_number", account.staff_number or "", record.staff_number))
    # Texts that people wrote about themselves stay, as in imports.
    if record.phone and account.state == AccountState.INVITED and record.phone != person.phone:
        facts.append(("phone", person.phone, record.phone))
    return facts


def as_values(record: ProvidedPerson) -> dict[str, Any]:
    """Return a record as it is stored in a line."""
    return asdict(record)
