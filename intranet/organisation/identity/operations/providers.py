"""Set up a provider, test it, and switch it on for the people of its agency, or off.

It can be switched on only after a passed test of exactly what is set. Every change needs a fresh
confirmation, is in the log, and is told to the other administrators of the agency. Whoever chooses
the provider could sign in by it as anybody: where people are at work, another one switches it on.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.approvers import settled_administrators
from intranet.organisation.agencies.access import require_administrator, require_version
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import letters, queries
from intranet.organisation.identity.models import Provider, ProviderKind, ProviderState
from intranet.organisation.identity.sealing import seal
from intranet.organisation.identity.ways import ProviderReport, Step, StepOutcome
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

NAME_LIMIT = 80
OF_NOBODY = _l("Save these settings again first: it is not known who set them.")
ADDRESSED_BY = ("issuer", "host", "port")


def save_provider(
    actor: Person | None,
    agency: Agency,
    kind: ProviderKind,
    *,
    version: int,
    name: str,
    settings: Mapping[str, Any],
    secret: str | None,
    asks_second_factor: bool,
    is_only_way: bool,
) -> Provider:
    """Save what is set of a provider.

    With another address or secret, what was tested is something else: it has to be tested and
    switched on again. So it is if the provider's second factor is to be trusted.

    Args:
        version: the version that the actor read; 0 if there was none.
        secret: a new secret; None leaves the one that is stored, if it goes where it did.
        asks_second_factor: whether the provider asks for a second factor itself.
        is_only_way: whether people of proven domains no longer sign in by password.

    Raises:
        Conflict: it was changed since.
        Invalid: the stored secret would be sent to another address than it was given for.
    """
    require_administrator(actor, agency.id)
    require_confirmed(actor)
    with unit_of_work() as work:
        work.lock(agency)
        found = queries.provider_of(agency.id, kind)
        require_version(found.version if found else 0, version)
        provider = found or Provider(
            agency_id=agency.id, agency=agency, kind=kind, state=ProviderState.DRAFT, version=0
        )
        if found and found.secret_set_at and not secret and _leads_elsewhere(found, settings):
            raise Invalid({"secret": _l("Enter this again: it was saved for another address.")})
        is_same = found is not None and found.settings == settings and not secret
        was_tested = is_same and provider.tested_version == provider.version
        trusts_another = _trusts_another(found, settings, asks_second_factor=asks_second_factor)
        if trusts_another:
            provider.set_by_id, provider.set_at = actor.id if actor else None, clock.now()
        provider.name, provider.settings = name, dict(settings)
        provider.asks_second_factor, provider.is_only_way = asks_second_factor, is_only_way
        if secret:
            provider.secret_sealed, provider.secret_set_at = seal(secret), clock.now()
        provider.version += 1
        provider.tested_version = provider.version if was_tested else None
        if not is_same:
            provider.report = None
        if provider.state == ProviderState.ON and (trusts_another or not is_same):
            provider.state = ProviderState.DRAFT
        if not found:
            provider.fetched = {}
            work.add(provider)
        work.flush()
        _note(work, actor, provider, "provider.save", {"new_secret": True} if secret else {})
        return provider


def store_report(provider: Provider, version: int, report: ProviderReport, *, whole: bool) -> None:
    """Store the report of a test; if it was the whole test and passed, that version is tested.

    Args:
        version: the version of what was tested.
        whole: whether nothing of the test is still to come.
    """
    with unit_of_work() as work:
        work.lock(provider)
        if provider.version != version:
            return
        provider.report = {**report.as_json(), "at": clock.now().isoformat(), "whole": whole}
        provider.tested_version = version if whole and report.has_passed else None


def report_of(provider: Provider) -> ProviderReport | None:
    """Return the report of the last test."""
    if not provider.report:
        return None
    steps = [
        Step(**{**step, "outcome": StepOutcome(step["outcome"])})
        for step in provider.report["steps"]
    ]
    return ProviderReport(steps, provider.report.get("received", {}))


def switch_on(
    actor: Person | None, provider: Provider, *, version: int, accepts_limits: bool
) -> None:
    """Let the people of the agency sign in by a provider.

    Args:
        version: the version that the actor read.
        accepts_limits: whether the actor saw what the test found to be limited, and accepts it.

    Raises:
        Forbidden: another administrator has to do it.
        Conflict: it has not passed a test of what is set now, no domain is proven, or it has to be
            saved again.
        Invalid: the test found limits that were not accepted.
    """
    require_administrator(actor, provider.agency_id)
    require_confirmed(actor)
    with unit_of_work() as work:
        work.lock(provider)
        require_version(provider.version, version)
        report = report_of(provider)
        if report is None or provider.tested_version != provider.version:
            raise Conflict(_l("Test these settings first. The test has to pass."))
        if report.has_limits and not accepts_limits:
            raise Invalid({"accepts_limits": _l("Read what the test found, and accept it first.")})
        if not any(domain.proven_at for domain in queries.domains_of(provider.agency_id)):
            raise Conflict(_l("Prove first that an e-mail domain belongs to your agency."))
        _require_second(actor, provider)
        provider.state = ProviderState.ON
        _note(work, actor, provider, "provider.switch_on", {"only_way": provider.is_only_way})


def may_switch_on(actor: Person | None, provider: Provider) -> bool:
    """Return whether an administrator may switch on what was set: with one who set it, two people.

    One is enough while nobody else of the agency has ever signed in.
    """
    if actor is None:
        return True
    others = select(Account.id).where(
        Account.home_agency_id == provider.agency_id,
        Account.person_id != actor.id,
        Account.state != AccountState.INVITED,
    )
    if db.session.scalar(others.limit(1)) is None:
        return True
    if provider.is_of_nobody:
        return False
    settled = settled_administrators(provider.agency_id)
    return actor.id in settled and provider.set_by_id in (settled - {actor.id}) | {None}


def require_trusted(actor: Person | None, provider: Provider) -> None:
    """Require that two people trust what is set: it is in use, or the actor may switch it on.

    Raises:
        Forbidden: another administrator has to switch it on first.
    """
    if provider.state != ProviderState.ON:
        _require_second(actor, provider)


def switch_off(actor: Person | None, provider: Provider) -> None:
    """Let nobody sign in by a provider any more; people who are signed in stay so."""
    require_administrator(actor, provider.agency_id)
    require_confirmed(actor)
    with unit_of_work() as work:
        work.lock(provider)
        provider.state = ProviderState.OFF
        _note(work, actor, provider, "provider.switch_off", {})


def require_provider(agency_id: UUID, kind: ProviderKind) -> Provider:
    """Return an agency's provider of a kind.

    Raises:
        NotFound: it has none.
    """
    found = queries.provider_of(agency_id, kind)
    if found is None:
        raise NotFound
    return found


def tell_others(work: Work, actor: Person | None, agency_id: UUID) -> None:
    """Tell the other administrators of an agency that its sign-in was changed."""
    for account in _accounts({*administrator_ids(agency_id)} - ({actor.id} if actor else set())):
        agency = db.session.get_one(Agency, agency_id)
        path = f"/admin/{agency.code}/sign-in"
        letters.post_sign_in_changed(work, account, agency, actor, path)
        work.publish(
            AccountConcerned(
                account.person_id, "account_sign_in", path, actor.id if actor else None
            )
        )


def _require_second(actor: Person | None, provider: Provider) -> None:
    if not may_switch_on(actor, provider):
        if provider.is_of_nobody:
            raise Conflict(OF_NOBODY)
        raise Forbidden(
            _l(
                "Another administrator has to switch this on, who has been one for a week: "
                "whoever chooses a provider could otherwise sign in as anybody."
            )
        )


def _note(
    work: Work, actor: Person | None, provider: Provider, act: str, detail: dict[str, Any]
) -> None:
    record(
        act,
        agency_id=provider.agency_id,
        actor_id=actor.id if actor else None,
        subject=("provider", provider.id),
        detail={"way": provider.kind.value, **detail},
    )
    tell_others(work, actor, provider.agency_id)


def _leads_elsewhere(before: Provider, settings: Mapping[str, Any]) -> bool:
    return any(before.settings.get(name) != settings.get(name) for name in ADDRESSED_BY)


def _trusts_another(
    before: Provider | None, settings: Mapping[str, Any], *, asks_second_factor: bool
) -> bool:
    """Return whether more is trusted than before, or who set it no longer counts as one of two."""
    if before is None or before.is_of_nobody or before.settings != settings:
        return True
    if asks_second_factor and not before.asks_second_factor:
        return True
    return before.set_by_id not in settled_administrators(before.agency_id) | {None}


def _accounts(person_ids: set[UUID]) -> Sequence[Account]:
    found = select(Account).where(Account.person_id.in_(person_ids))
    return db.session.scalars(found.order_by(Account.person_id)).all()
