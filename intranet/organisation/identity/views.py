"""Sign in with one's organisation: the way there by e-mail domain, and an address per agency."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.organisation.accounts.access import current_identity
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.outside import (
    OutsideWay,
    OutsideWays,
    register_outside_ways,
)
from intranet.organisation.accounts.queries import keeps_passwords, limits_passwords
from intranet.organisation.agencies.queries import agency_by_handle
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.operations.sessions import session_behind
from intranet.organisation.identity.ways import Purpose, way_of
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.web import current_language, local_address

bp = Blueprint("sign_in_with", __name__)


class AddressForm(Form):
    """The e-mail address whose domain leads to a provider."""

    email: Annotated[Line, Field(min_length=3, max_length=254)]


@bp.get("/signin/with")
def ask() -> ResponseReturnValue:
    """Ask for the e-mail address, whose domain says where to go."""
    return _ask({}, 200)


@bp.post("/signin/with")
def find() -> ResponseReturnValue:
    """Lead to the agency of the address's domain, or say what to do; accounts play no part."""
    try:
        form = AddressForm.parse(request.form)
    except Invalid as problem:
        return _ask(problem.errors, problem.status)
    found = queries.providers_on(form.email)
    if not found:
        return _ask({}, 404, unknown=queries.domain_of(form.email))
    query = urlencode({"next": _target()})
    return redirect(f"/signin/with/{found[0].agency.handle}?{query}", 303)


@bp.get("/signin/with/<handle>")
def of_agency(handle: str) -> ResponseReturnValue:
    """Go to the agency's provider, or choose among several."""
    ways = _ways(handle)
    if not ways:
        return _ask({}, 404, unknown=handle)
    identity = current_identity()
    if identity and not identity.must_enrol:
        return redirect(_target(), 303)
    if len(ways) == 1:
        return _leave(ways[0])
    return render_template("organisation/identity/ways.html", ways=ways, target=_target())


@bp.get("/signin/with/<handle>/<kind>")
def by_kind(handle: str, kind: str) -> ResponseReturnValue:
    """Go to one of several providers of an agency."""
    ways = [each for each in _ways(handle) if each.kind == kind]
    if not ways:
        raise NotFound
    return _leave(ways[0])


def _leave(provider: Provider) -> ResponseReturnValue:
    leave = way_of(provider.kind).leave
    if leave is None:
        raise NotFound  # its own page asks for the password at this address
    return leave(provider, Purpose.SIGN_IN, _target())


def _ways(handle: str) -> list[Provider]:
    agency = agency_by_handle(handle)
    return list(queries.providers_in_use(agency.id)) if agency else []


def _target() -> str:
    return local_address(request.values.get("next"), "/")


def _ask(errors: object, status: int, *, unknown: str = "") -> tuple[str, int]:
    page = render_template(
        "organisation/identity/ask.html",
        errors=errors,
        form=request.form,
        target=_target(),
        unknown=unknown,
    )
    return page, status


def _prescribed(name: str) -> OutsideWay | None:
    agency = queries.agency_with_only_way(name)
    if agency is None:
        return None
    if any(each.kind == ProviderKind.LDAP for each in queries.providers_in_use(agency.id)):
        return None  # its password is asked where this one was
    called = agency.name.text(current_language(), agency.language)
    return OutsideWay(called, f"/signin/with/{agency.handle}")


def _confirming(account: Account) -> list[OutsideWay]:
    return [
        OutsideWay(identity.provider.name, f"/me/confirm/with/{identity.provider_id}")
        for identity in queries.identities_of(account)
        if identity.provider in queries.providers_in_use(account.home_agency_id)
        and identity.provider.kind != ProviderKind.LDAP  # its password is asked in the form itself
        and way_of(identity.provider.kind).leave
    ]


def _farewell(sign_in_id: UUID) -> ResponseReturnValue | None:
    behind = session_behind(sign_in_id)
    if behind is None:
        return None
    provider, session = behind
    farewell = way_of(provider.kind).farewell
    return farewell(provider, session) if farewell else None


register_outside_ways(
    OutsideWays(
        is_offered=queries.is_any_in_use,
        prescribed=_prescribed,
        confirming=_confirming,
        has_entered=queries.has_entered,
        farewell=_farewell,
    )
)
limits_passwords(queries.must_use_provider)
keeps_passwords(queries.keeps_password)
