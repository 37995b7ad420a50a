"""Prove that an e-mail domain is an agency's own: in the DNS, by a letter, or by the operator."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.accounts.random_secrets import new_secret
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import letters, queries
from intranet.organisation.identity.free_mail import FREE_MAIL
from intranet.organisation.identity.models import DomainProof, EmailDomain
from intranet.organisation.identity.operations.providers import tell_others
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock, mail
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work

MAILBOXES = ("postmaster", "hostmaster", "webmaster", "admin", "administrator")
"""The mailboxes that only the owner of a domain has (RFC 2142, and the rules of certificates)."""
MAX_DOMAINS = 20
TXT_PREFIX = "intranet-domain="
DNS_SECONDS = 5.0
PROOF = "domain_proof"
LETTER_EVERY = timedelta(minutes=5)


def claim_domain(actor: Person | None, agency: Agency, text: str) -> EmailDomain:
    """Say that a domain is an agency's own; it counts once that is proven.

    Raises:
        Invalid: it is no domain, anybody gets a mailbox there, or there are too many.
    """
    require_administrator(actor, agency.id)
    require_confirmed(actor)
    domain = plain_domain(text)
    with unit_of_work() as work:
        work.lock(agency)
        own = queries.domains_of(agency.id)
        if found := next((row for row in own if row.domain == domain), None):
            return found
        if len(own) >= MAX_DOMAINS:
            raise Invalid({"domain": _l("An agency can have at most %(num)s domains.", num=20)})
        row = EmailDomain(agency_id=agency.id, domain=domain, token=new_secret())
        work.add(row)
        work.flush()
        _note(actor, row, "domain.claim", {})
        tell_others(work, actor, agency.id)
        return row


def drop_domain(actor: Person | None, row: EmailDomain) -> None:
    """Give up a domain: its people no longer are let in by their addresses alone."""
    require_administrator(actor, row.agency_id)
    require_confirmed(actor)
    with unit_of_work() as work:
        _note(actor, row, "domain.drop", {})
        tell_others(work, actor, row.agency_id)
        db.session.delete(row)


def prove_by_dns(actor: Person | None, row: EmailDomain) -> None:
    """Prove a domain by a TXT record that only its owner can publish.

    Raises:
        Conflict: the record is not there, or another agency has proven the domain.
    """
    require_administrator(actor, row.agency_id)
    require_confirmed(actor)
    if txt_record(row) not in _txt_records(row.domain):
        raise Conflict(
            _l(
                "The record is not there yet. Changes in the DNS can take some hours: try again "
                "later."
            )
        )
    _prove(actor, row, DomainProof.DNS)


def send_code(actor: Person, row: EmailDomain, mailbox: str) -> None:
    """Send a code to a mailbox that only the domain's owner has.

    Raises:
        Invalid: it is not one of these mailboxes.
        TooMany: a code was sent a moment ago.
    """
    require_administrator(actor, row.agency_id)
    require_confirmed(actor)
    if mailbox not in MAILBOXES:
        raise Invalid({"mailbox": _l("Choose one of these mailboxes.")})
    tried = sign_in_throttle.attempt(f"domain {row.id}", "", row.id.hex)
    sign_in_throttle.begin(tried, known_device=True)
    code = one_uses.begin(PROOF, {"domain_id": str(row.id)})
    with unit_of_work() as work:
        mail.post(work, letters.domain_code(row, f"{mailbox}@{row.domain}", code))
        _note(actor, row, "domain.send_code", {"mailbox": mailbox})


def prove_by_code(actor: Person, row: EmailDomain, code: str) -> None:
    """Prove a domain by the code that its mailbox received.

    Raises:
        Invalid: it is not that code, or it is older than ten minutes.
        Conflict: another agency has proven the domain.
    """
    require_administrator(actor, row.agency_id)
    require_confirmed(actor)
    sent: Mapping[str, Any] | None = one_uses.take(PROOF, code.strip())
    if sent is None or sent["domain_id"] != str(row.id):
        raise Invalid({"code": _l("This code is not valid or is older than ten minutes.")})
    _prove(actor, row, DomainProof.LETTER)


def prove_by_operator(agency: Agency, text: str) -> EmailDomain:
    """Record that the operator knows a domain to be an agency's own.

    Raises:
        Invalid: it is no domain, or anybody gets a mailbox there.
        Conflict: another agency has proven it.
    """
    with unit_of_work():
        row = claim_domain(None, agency, text)
        _prove(None, row, DomainProof.OPERATOR)
    return row


def require_domain(agency_id: UUID, domain_id: UUID) -> EmailDomain:
    """Return a domain that an agency says is its own.

    Raises:
        NotFound: it says so of no such domain.
    """
    found = db.session.get(EmailDomain, domain_id)
    if found is None or found.agency_id != agency_id:
        raise NotFound
    return found


def txt_record(row: EmailDomain) -> str:
    """Return the text that the DNS has to have for a domain."""
    return f"{TXT_PREFIX}{row.token}"


def plain_domain(text: str) -> str:
    """Return a domain as it is stored and compared.

    Raises:
        Invalid: it is no domain, or anybody gets a mailbox there.
    """
    domain = text.strip().lower().removeprefix("@").removesuffix(".")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    sound = all(label.replace("-", "").isalnum() for label in labels)
    if len(labels) < 2 or not sound or len(domain) > 253:  # noqa: PLR2004 - of the DNS
        raise Invalid({"domain": _l("Enter a domain, such as town.example.")})
    if domain in FREE_MAIL or any(domain.endswith(f".{free}") for free in FREE_MAIL):
        raise Invalid({"domain": _l("Anybody can get a mailbox at %(domain)s.", domain=domain)})
    return domain


def _prove(actor: Person | None, row: EmailDomain, proof: DomainProof) -> None:
    with unit_of_work() as work:
        work.lock(row)
        taken = select(EmailDomain.id).where(
            EmailDomain.domain == row.domain,
            EmailDomain.proven_at.is_not(None),
            EmailDomain.id != row.id,
        )
        if db.session.scalar(taken) is not None:
            raise Conflict(
                _l(
                    "Another agency has proven that this domain is its own. Ask the operator of "
                    "this site."
                )
            )
        now: datetime = clock.now()
        row.proof, row.proven_at = proof, now
        _note(actor, row, "domain.prove", {"by": proof.value})
        tell_others(work, actor, row.agency_id)


def _txt_records(domain: str) -> Sequence[str]:
    import dns.exception  # noqa: PLC0415 - only where a domain is proven
    import dns.resolver  # noqa: PLC0415 - as above

    try:
        answer = dns.resolver.resolve(domain, "TXT", lifetime=DNS_SECONDS)
    except (dns.exception.DNSException, OSError):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def _note(actor: Person | None, row: EmailDomain, act: str, detail: dict[str, Any]) -> None:
    record(
        act,
        agency_id=row.agency_id,
        actor_id=actor.id if actor else None,
        subject=("domain", row.id),
        detail={"domain": row.domain, **detail},
    )
