"""A person's own connections with providers: tie, untie, and confirm by one."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from intranet.extensions import db
from intranet.organisation.accounts.access import (
    require_identity,
    signed_in,
    signed_in_by_password,
)
from intranet.organisation.accounts.queries import has_password
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, Provider
from intranet.organisation.identity.operations import tying
from intranet.organisation.identity.ways import Purpose, way_of
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import flashing
from intranet.platform.core.step_up import require_confirmed

bp = Blueprint("own_ways", __name__)


@bp.get("/me/ways")
@signed_in
def index(_person: Person) -> ResponseReturnValue:
    """List the providers that this account is connected with, and those it could be."""
    account = require_identity().account
    tied = queries.identities_of(account)
    ids = {identity.provider_id for identity in tied}
    free = [
        provider
        for provider in queries.providers_in_use(account.home_agency_id)
        if provider.id not in ids and way_of(provider.kind).leave
    ]
    return render_template(
        "organisation/identity/own.html",
        tied=tied,
        free=free,
        can_untie=has_password(account) or len(tied) > 1,
    )


@bp.post("/me/ways/<uuid:provider_id>/tie")
@signed_in
def tie(person: Person, provider_id: UUID) -> ResponseReturnValue:
    """Leave for a provider to connect one's account with it, after a confirmation."""
    provider = _own_provider(provider_id)
    require_confirmed(person)
    leave = way_of(provider.kind).leave
    if leave is None:
        raise NotFound
    return leave(provider, Purpose.TIE, "/me/ways")


@bp.post("/me/ways/<uuid:identity_id>/untie")
@signed_in
def untie(_person: Person, identity_id: UUID) -> ResponseReturnValue:
    """Separate one's account from a provider, after a confirmation."""
    me = require_identity()
    identity = db.session.get(ExternalIdentity, identity_id)
    if identity is None:
        raise NotFound
    with flashing(_("Your account is no longer connected.")):
        tying.untie(me.account, identity, but=me.sign_in_id)
    return redirect("/me/ways", 303)


@bp.get("/me/confirm/with/<uuid:provider_id>")
@signed_in_by_password
def confirm(_person: Person, provider_id: UUID) -> ResponseReturnValue:
    """Leave for a provider that asks anew who it is, in a tab beside the form that waits."""
    provider = _own_provider(provider_id)
    leave = way_of(provider.kind).leave
    if leave is None:
        raise NotFound
    return leave(provider, Purpose.CONFIRM, "/")


def _own_provider(provider_id: UUID) -> Provider:
    account = require_identity().account
    for provider in queries.providers_in_use(account.home_agency_id):
        if provider.id == provider_id:
            return provider
    raise NotFound
