"""The confirmation page: ask for both factors, then repeat the original request."""

from flask import Blueprint, Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import current_identity, require_identity, signed_in
from intranet.organisation.accounts.forms import ConfirmationForm
from intranet.organisation.accounts.operations.confirming import confirm, confirm_by_passkey
from intranet.organisation.accounts.outside import outside_ways
from intranet.organisation.accounts.passkey_pages import own_passkey_options, passkey_site
from intranet.organisation.accounts.passkeys import PasskeyPurpose
from intranet.organisation.accounts.queries import confirms_by_password
from intranet.organisation.people.models import Person
from intranet.platform.core import errors_http
from intranet.platform.core.errors import Forbidden, Invalid, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import ConfirmationNeeded, require_confirmed
from intranet.platform.core.web import local_address, wants_fragment

bp = Blueprint("confirming", __name__)

CONFIRMS = "confirms"
"""Hidden field that marks a form as carrying a confirmation."""
OWN = {CONFIRMS, "csrf_token", "confirm_password", "confirm_code", "confirm_passkey"}


def init_app(app: Flask) -> None:
    """Read confirmations before every view. Call it after the CSRF guard is set up."""
    app.before_request(check_factors)


def check_factors() -> ResponseReturnValue | None:
    """Check the password and code, or the passkey, in a form before its view runs."""
    if request.method != "POST" or request.path.startswith("/api/") or CONFIRMS not in request.form:
        return None
    identity = current_identity()
    if identity is None:
        return None
    address = request.remote_addr or ""
    try:
        if answer := request.form.get("confirm_passkey"):
            confirm_by_passkey(identity, answer, passkey_site(), address=address)
            return None
        form = ConfirmationForm.parse(
            {name: request.form.get(f"confirm_{name}", "") for name in ("password", "code")}
        )
        confirm(identity, form.password, form.code, address=address)
    except Invalid as problem:
        errors = {f"confirm_{name}": words for name, words in problem.errors.items()}
        return _ask(errors, problem.status)
    except TooMany as problem:
        return *_ask({"confirm_password": problem.detail}, problem.status), problem.headers
    return None


@bp.app_errorhandler(ConfirmationNeeded)
def ask_for_factors(_needed: ConfirmationNeeded) -> ResponseReturnValue:
    """Ask for password and code or a passkey, keeping the original form in hidden fields."""
    identity = current_identity()
    if identity and identity.token_id:
        words = _l(
            "An access token is not enough for this action. Sign in on the website "
            "and confirm your password."
        )
        return errors_http.answer(Forbidden(words))
    if identity is None or errors_http.wants_json() or wants_fragment():
        words = _l("Confirm your password and second factor at /me/confirm, then try again.")
        return errors_http.answer(Forbidden(words))
    return _ask({}, Forbidden.status)


@bp.get("/me/confirm")
@signed_in
def confirm_page(_person: Person) -> ResponseReturnValue:
    """Show the confirmation page on its own, for clients of the REST interface."""
    return _ask({}, 200)


@bp.post("/me/confirm")
@signed_in
def confirmed(person: Person) -> ResponseReturnValue:
    """Return to the page that sent the person here."""
    require_confirmed(person)
    return redirect(local_address(request.args.get("next"), "/"), 303)


def _ask(errors: object, status: int) -> tuple[str, int]:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN]
    identity = require_identity()
    me = identity.account
    page = render_template(
        "organisation/accounts/confirm.html",
        errors=errors,
        fields=fields,
        action=request.full_path.rstrip("?"),
        me=me,
        must_enrol=identity.must_enrol,
        has_password=confirms_by_password(me),
        passkey_options=own_passkey_options(me, PasskeyPurpose.CONFIRM),
        outside=outside_ways().confirming(me),
    )
    return page, status
