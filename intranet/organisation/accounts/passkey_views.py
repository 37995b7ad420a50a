"""The page of a person's own passkeys."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts import devices, queries
from intranet.organisation.accounts.access import (
    require_identity,
    signed_in,
    signed_in_by_password,
)
from intranet.organisation.accounts.forms import PasskeyForm
from intranet.organisation.accounts.operations import passkeys
from intranet.organisation.accounts.passkey_pages import new_passkey_options, passkey_site
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _

bp = Blueprint("passkeys", __name__, url_prefix="/me/passkeys")


@bp.get("")
@signed_in
def index(_person: Person) -> ResponseReturnValue:
    """List the passkeys of this person, and offer to add one."""
    return _page({})


@bp.post("")
@signed_in_by_password
def add(_person: Person) -> ResponseReturnValue:
    """Add the passkey that the browser has just made."""
    account = require_identity().account
    try:
        form = PasskeyForm.parse(request.form)
        codes = passkeys.add_passkey(account, form.passkey, form.name, passkey_site())
    except Invalid as problem:
        if require_identity().must_enrol:
            flash("; ".join(str(words) for words in problem.errors.values()), "bad")
            return redirect("/me/second-factor", 303)
        return _page(problem.errors), problem.status
    flash(_("The passkey has been added."), "ok")
    if codes:
        return render_template("organisation/accounts/recovery_codes.html", codes=codes)
    return redirect("/me/passkeys", 303)


@bp.post("/<uuid:passkey_id>/remove")
@signed_in
def remove(_person: Person, passkey_id: UUID) -> ResponseReturnValue:
    """Remove a passkey."""
    passkeys.remove_passkey(require_identity().account, passkey_id)
    flash(_("The passkey has been removed."), "ok")
    return redirect("/me/passkeys", 303)


@bp.post("/remove-password")
@signed_in
def remove_password(_person: Person) -> ResponseReturnValue:
    """Remove the password, where the agency allows passkeys alone."""
    passkeys.remove_password(require_identity().account)
    flash(_("Your password has been removed. From now on, you sign in with a passkey."), "ok")
    return redirect("/me/passkeys", 303)


def _page(errors: object) -> str:
    account = require_identity().account
    return render_template(
        "organisation/accounts/passkeys.html",
        passkeys=queries.passkeys_of(account.id),
        passkey_options=new_passkey_options(account),
        device=devices.device_name(request.headers.get("User-Agent", "")),
        errors=errors,
        me=account,
    )
