"""How a person signs in, beside their account: connections and passkeys, changed by two people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.access import get_account, get_person
from intranet.administration.admin.blueprint import administrator, bp
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, Passkey
from intranet.organisation.accounts.operations.lost_passkeys import ask_to_remove
from intranet.organisation.accounts.queries import passkeys_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, Provider, RefusedArrival
from intranet.organisation.identity.operations import tying_others
from intranet.organisation.identity.operations.refused_arrivals import refused_by
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid, NotFound, TooMany
from intranet.platform.core.i18n import _


@dataclass(frozen=True)
class PersonWays:
    """How a person signs in besides a password, and what could be connected with their account."""

    identities: Sequence[ExternalIdentity]
    passkeys: Sequence[Passkey]
    providers: Sequence[Provider]
    arrivals: Sequence[RefusedArrival]

    @property
    def known(self) -> list[tuple[str, str, str]]:
        """The people who were not let in, as choices: value, name, and what else is known."""
        return [
            (
                f"{arrival.provider_id} {arrival.subject}",
                arrival.name or arrival.email or arrival.subject,
                " · ".join(filter(None, (arrival.email, arrival.provider.name))),
            )
            for arrival in self.arrivals
        ]

    @property
    def provider_choices(self) -> list[tuple[UUID, str]]:
        """The providers in use, as choices."""
        return [(provider.id, provider.name) for provider in self.providers]


def ways_of(account: Account) -> PersonWays:
    """Return how the holder of an account signs in, and whom its providers wanted to let in."""
    providers = queries.providers_in_use(account.home_agency_id)
    return PersonWays(
        identities=queries.identities_of(account),
        passkeys=passkeys_of(account.id),
        providers=providers,
        arrivals=refused_by(providers),
    )


@bp.post("/<code>/people/<uuid:person_id>/account/passkeys")
@administrator
def remove_passkeys(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to remove lost passkeys of a person; a second person has to approve."""
    account = get_account(agency, get_person(agency, person_id))
    lost = [_id(each) for each in request.form.getlist("passkey_ids")]
    return _ask(agency, person_id, lambda: ask_to_remove(actor, account, lost))


@bp.post("/<code>/people/<uuid:person_id>/account/tie")
@administrator
def tie_person(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to connect a person's account with somebody whom a provider knows."""
    account = get_account(agency, get_person(agency, person_id))
    chosen, _space, subject = request.form.get("arrival", "").partition(" ")
    if not chosen:
        chosen, subject = request.form.get("provider", ""), request.form.get("subject", "")
    provider = db.session.get(Provider, _id(chosen))
    if provider is None:
        raise NotFound
    return _ask(
        agency, person_id, lambda: tying_others.ask_to_tie(actor, account, provider, subject)
    )


@bp.post("/<code>/people/<uuid:person_id>/account/untie")
@administrator
def untie_person(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to separate a person's account from a provider."""
    account = get_account(agency, get_person(agency, person_id))
    identity = db.session.get(ExternalIdentity, _id(request.form.get("identity", "")))
    if identity is None:
        raise NotFound
    return _ask(agency, person_id, lambda: tying_others.ask_to_untie(actor, account, identity))


def _ask(agency: Agency, person_id: UUID, ask: Callable[[], object]) -> ResponseReturnValue:
    try:
        ask()
    except (Conflict, TooMany) as problem:
        flash(str(problem.detail), "bad")
    except Invalid as problem:
        flash(str(next(iter(problem.errors.values()))), "bad")
    else:
        flash(
            _("Requested. It waits for a second administrator, or for the person to agree."), "ok"
        )
    return redirect(url_for(".person", code=agency.code, person_id=person_id), 303)


def _id(text: str) -> UUID:
    """Return an id that a form sends.

    Raises:
        NotFound: it is none.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
