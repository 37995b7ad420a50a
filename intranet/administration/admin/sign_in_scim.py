"""The page of the program that brings an agency's people in and ends them by SCIM: its tokens."""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.organisation.accounts.forms import Ticked
from intranet.organisation.accounts.operations.own_account import TOKEN_DAYS
from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, ProviderKind
from intranet.organisation.identity.operations.providers import require_provider
from intranet.organisation.identity.scim import brake, tokens
from intranet.organisation.identity.scim.views import ROOT
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.core.errors import Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form
from intranet.platform.core.refused import flashing
from intranet.platform.core.web import site_address


class NewTokenForm(Form):
    """How long a token is valid."""

    days: Annotated[int, Field(ge=1, le=max(TOKEN_DAYS))] = TOKEN_DAYS[-1]


class AllowForm(Form):
    """Whether the ends that a program was stopped for are meant."""

    is_meant: Ticked = False


@bp.get("/<code>/sign-in/scim")
@administrator
def scim(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the address for the program, its tokens, and whether it is stopped."""
    return _page(agency)


@bp.post("/<code>/sign-in/scim/tokens")
@administrator
def make_scim_token(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Make a token and show it once."""
    form = NewTokenForm.parse(request.form)
    try:
        token, secret = tokens.create_token(actor, agency, days=form.days)
    except Refusal as problem:
        flash(str(problem.detail), "bad")
        return _back(agency)
    return render_template(
        "administration/admin/scim_token.html", token=token, secret=secret, address=_address()
    )


@bp.post("/<code>/sign-in/scim/tokens/<uuid:token_id>/revoke")
@administrator
def revoke_scim_token(actor: Person, agency: Agency, token_id: UUID) -> ResponseReturnValue:
    """Revoke a token."""
    with flashing(_("The token has been revoked.")):
        tokens.revoke_token(actor, agency, token_id)
    return _back(agency)


@bp.post("/<code>/sign-in/scim/ends")
@administrator
def allow_scim_ends(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Let the program end as many people as it does for a day."""
    provider = require_provider(agency.id, ProviderKind.SCIM)
    form = AllowForm.parse(request.form)
    with flashing(_("For a day, the program may end as many people as it does.")):
        brake.allow_ends(actor, provider, is_meant=form.is_meant)
    return _back(agency)


def _page(agency: Agency) -> str:
    provider = queries.provider_of(agency.id, ProviderKind.SCIM)
    valid = tokens.valid_tokens(provider) if provider else ()
    return render_template(
        "administration/admin/scim.html",
        address=_address(),
        tokens=valid,
        may_make=len(valid) < tokens.MAX_TOKENS,
        lifetimes=TOKEN_DAYS,
        administrators=administrator_ids(agency.id),
        people=_people(provider) if provider else None,
        is_proven=any(each.proven_at for each in queries.domains_of(agency.id)),
    )


def _people(provider: Provider) -> dict[str, object]:
    stop = brake.latest_stop(provider)
    return {
        "kept": brake.count_kept(provider),
        "without_post": brake.count_without_post(provider),
        "ended": brake.ends_of_day(provider),
        "is_stopped": stop is not None and stop.agreed_at is None,
        "allowed_until": stop.agreed_at + brake.WINDOW
        if stop and stop.agreed_at and brake.are_ends_allowed(provider)
        else None,
    }


def _address() -> str:
    return site_address(ROOT)


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".scim", code=agency.code), 303)
