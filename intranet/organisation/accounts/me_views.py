"""Pages of a person's own account: settings, sign-ins, password, second factor, tokens."""

from base64 import b64encode
from uuid import UUID
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts import cookies, devices, queries, second_factor
from intranet.organisation.accounts.access import (
    Identity,
    require_identity,
    signed_in,
    signed_in_by_password,
)
from intranet.organisation.accounts.forms import (
    ChangePasswordForm,
    ConfirmationForm,
    SecondFactorCodeForm,
    SettingsForm,
    TokenForm,
)
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations import own_account, second_factors, signing_in
from intranet.organisation.accounts.operations.confirming import confirm
from intranet.organisation.accounts.passkey_pages import new_passkey_options
from intranet.organisation.accounts.scopes import SCOPE_WORDS
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, SignInRequired
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.templating import LANGUAGE_NAMES

bp = Blueprint("me", __name__, url_prefix="/me")


@bp.get("")
@signed_in
def index(_person: Person) -> ResponseReturnValue:
    """Redirect to the settings, the first of these pages."""
    return redirect("/me/settings", 303)


@bp.get("/settings")
@signed_in
def settings_page(_person: Person) -> ResponseReturnValue:
    """Show language, time zone, theme and keyboard shortcuts."""
    account = require_identity().account
    form = {
        "language": account.locale or account.home_agency.language,
        "time_zone": account.time_zone or account.home_agency.time_zone,
        "theme": account.theme,
        "enter_sends": account.enter_sends,
        "single_keys": account.single_keys,
    }
    return render_template(
        "organisation/accounts/settings.html", form=form, errors={}, **_choices()
    )


@bp.post("/settings")
@signed_in
def settings(_person: Person) -> ResponseReturnValue:
    """Save the settings."""
    try:
        form = SettingsForm.parse(request.form)
        own_account.change_settings(
            require_identity().account,
            locale=form.language,
            time_zone=form.time_zone,
            theme=form.theme,
            enter_sends=form.enter_sends,
            single_keys=form.single_keys,
        )
    except Invalid as problem:
        return _again(
            "organisation/accounts/settings.html", problem, form=request.form, **_choices()
        )
    flash(_("Your settings have been saved."), "ok")
    response = redirect("/me/settings", 303)
    cookies.remember_theme(response, form.theme)
    return response


@bp.get("/sign-ins")
@signed_in
def sign_ins(_person: Person) -> ResponseReturnValue:
    """List the devices that this person is signed in on."""
    me = require_identity()
    rows = queries.sign_ins_of(me.account.id)
    return render_template(
        "organisation/accounts/sign_ins.html", sign_ins=rows, this_device=me.sign_in_id
    )


@bp.post("/sign-ins/<uuid:sign_in_id>/end")
@signed_in
def end_sign_in(_person: Person, sign_in_id: UUID) -> ResponseReturnValue:
    """Sign one device out."""
    me = require_identity()
    signing_in.end_sign_in(me.account, sign_in_id)
    if sign_in_id == me.sign_in_id:
        response = redirect("/signin", 303)
        cookies.delete_cookies(response)
        return response
    flash(_("That device has been signed out."), "ok")
    return redirect("/me/sign-ins", 303)


@bp.post("/sign-ins/end-others")
@signed_in
def end_other_sign_ins(_person: Person) -> ResponseReturnValue:
    """Sign all other devices out."""
    me = require_identity()
    if me.sign_in_id is None:
        raise SignInRequired
    count = signing_in.end_other_sign_ins(me.account, me.sign_in_id)
    words = ngettext(
        "%(num)s other device has been signed out.",
        "%(num)s other devices have been signed out.",
        count,
    )
    flash(words, "ok")
    return redirect("/me/sign-ins", 303)


@bp.get("/password")
@signed_in
def password_page(_person: Person) -> ResponseReturnValue:
    """Ask for the current password and a new one."""
    return render_template("organisation/accounts/password.html", errors={})


@bp.post("/password")
@signed_in
def password(_person: Person) -> ResponseReturnValue:
    """Change the password."""
    me = require_identity()
    try:
        form = ChangePasswordForm.parse(request.form)
        if me.account.totp_confirmed_at:
            confirm(me, form.old_password, form.code, address=request.remote_addr or "")
        elif me.account.has_passkey:
            require_confirmed(me)
        own_account.change_password(
            me.account,
            form.old_password,
            form.new_password,
            but=me.sign_in_id,
            address=request.remote_addr or "",
        )
    except Invalid as problem:
        errors = dict(problem.errors)
        if "password" in errors:
            errors["old_password"] = errors.pop("password")
        return _again("organisation/accounts/password.html", Invalid(errors))
    flash(_("Your password has been changed. Other devices have been signed out."), "ok")
    return redirect("/me/password", 303)


@bp.get("/second-factor")
@signed_in_by_password
def second_factor_page(_person: Person) -> ResponseReturnValue:
    """Show whether there is a second factor, and how to set it up."""
    return _second_factor({}, 200)


@bp.post("/second-factor")
@signed_in_by_password
def begin_second_factor(_person: Person) -> ResponseReturnValue:
    """Create the secret for the app."""
    me = require_identity()
    try:
        _confirm(me)
    except Invalid as problem:
        return _second_factor(problem.errors, problem.status)
    second_factors.begin_second_factor(me.account)
    return redirect("/me/second-factor", 303)


@bp.post("/second-factor/confirm")
@signed_in_by_password
def confirm_second_factor(_person: Person) -> ResponseReturnValue:
    """Enable the second factor, once the app has shown a correct code."""
    try:
        form = SecondFactorCodeForm.parse(request.form)
        codes = second_factors.confirm_second_factor(require_identity().account, form.code)
    except Invalid as problem:
        return _second_factor(problem.errors, problem.status)
    return render_template("organisation/accounts/recovery_codes.html", codes=codes, is_new=True)


@bp.post("/second-factor/codes")
@signed_in
def renew_recovery_codes(_person: Person) -> ResponseReturnValue:
    """Show ten new recovery codes."""
    me = require_identity()
    try:
        _confirm(me)
    except Invalid as problem:
        return _second_factor(problem.errors, problem.status)
    codes = second_factors.renew_recovery_codes(me.account)
    return render_template("organisation/accounts/recovery_codes.html", codes=codes, is_new=False)


@bp.post("/second-factor/remove")
@signed_in
def remove_second_factor(_person: Person) -> ResponseReturnValue:
    """Remove the codes of the app."""
    me = require_identity()
    try:
        _confirm(me)
    except Invalid as problem:
        return _second_factor(problem.errors, problem.status)
    second_factors.remove_second_factor(me.account, but=me.sign_in_id)
    flash(_("The second step has been removed."), "ok")
    return redirect("/me/second-factor", 303)


@bp.get("/tokens")
@signed_in
def tokens(_person: Person) -> ResponseReturnValue:
    """List the tokens by which programs act for this person."""
    return _tokens({}, {}, 200)


@bp.post("/tokens")
@signed_in
def create_token(_person: Person) -> ResponseReturnValue:
    """Create a token and show it once."""
    try:
        form = TokenForm.parse(request.form)
        token, secret = own_account.create_token(
            require_identity().account, form.name, scopes=form.scopes, days=form.days
        )
    except Invalid as problem:
        return _tokens(request.form, problem.errors, problem.status)
    return render_template("organisation/accounts/new_token.html", token=token, secret=secret)


@bp.post("/tokens/<uuid:token_id>/revoke")
@signed_in
def revoke_token(_person: Person, token_id: UUID) -> ResponseReturnValue:
    """Revoke a token."""
    own_account.revoke_token(require_identity().account, token_id)
    flash(_("The token has been revoked."), "ok")
    return redirect("/me/tokens", 303)


def _confirm(me: Identity) -> None:
    """Check the password and code in a form of these pages; what else there is has its own page."""
    if not _asks_password(me.account):
        require_confirmed(me.person)
        return
    form = ConfirmationForm.parse(request.form)
    confirm(me, form.password, form.code, address=request.remote_addr or "")


def _asks_password(account: Account) -> bool:
    return queries.confirms_by_password(account) and not account.has_passkey


def _second_factor(errors: object, status: int) -> ResponseReturnValue:
    account = require_identity().account
    must_enrol = require_identity().must_enrol
    facts: dict[str, object] = {
        "errors": errors,
        "must_enrol": must_enrol,
        "asks_password": _asks_password(account),
    }
    if must_enrol:
        facts["passkey_options"] = new_passkey_options(account)
        facts["device"] = devices.device_name(request.headers.get("User-Agent", ""))
    if account.totp_confirmed_at:
        facts["codes_left"] = second_factors.recovery_codes_left(account)
    elif account.totp_secret:
        address = second_factor.address_for_app(account, account.totp_secret)
        picture = b64encode(second_factor.picture(address)).decode()
        facts["picture"] = f"data:image/png;base64,{picture}"
        secret = second_factor.secret_of(account.totp_secret)
        facts["secret"] = " ".join(secret[place : place + 4] for place in range(0, 32, 4))
    page = render_template("organisation/accounts/second_factor.html", me=account, **facts)
    return page, status


def _tokens(form: object, errors: object, status: int) -> ResponseReturnValue:
    page = render_template(
        "organisation/accounts/tokens.html",
        tokens=queries.tokens_of(require_identity().account.id),
        form=form,
        errors=errors,
        scopes=SCOPE_WORDS,
        days=own_account.TOKEN_DAYS,
    )
    return page, status


def _again(template: str, problem: Invalid, **facts: object) -> ResponseReturnValue:
    page = render_template(template, errors=problem.errors, **facts)
    return page, problem.status


def _choices() -> dict[str, object]:
    return {
        "tongues": list(LANGUAGE_NAMES.items()),
        "zones": [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
    }
