"""Pages to sign in and out."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from intranet.config import LANGUAGES
from intranet.organisation.accounts import cookies, devices
from intranet.organisation.accounts.access import current_identity, load_identity
from intranet.organisation.accounts.forms import (
    LanguageForm,
    PasskeyForm,
    SecondFactorCodeForm,
    SignInForm,
)
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.operations import own_account, second_factors, signing_in
from intranet.organisation.accounts.operations.passkeys import use_passkey
from intranet.organisation.accounts.outside import OutsideWay, outside_ways
from intranet.organisation.accounts.passkey_pages import own_passkey_options, passkey_site
from intranet.organisation.accounts.passkeys import PasskeyPurpose, using_options
from intranet.organisation.people.bylines import line_for
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import appointments_on_hold, current_appointments
from intranet.platform.core.errors import Invalid, NotFound, Refusal, TooMany
from intranet.platform.core.i18n import _
from intranet.platform.core.web import (
    current_language,
    is_for_everybody,
    local_address,
)

bp = Blueprint("accounts", __name__)

WITHOUT_PERSON = {*(f"health.{name}" for name in ("live", "ready", "metrics")), "scim.serve"}


@bp.before_app_request
def identify() -> None:
    """Identify the person before anything else, so that even a refusal is in their language."""
    if request.endpoint not in WITHOUT_PERSON and not is_for_everybody():
        load_identity()


@bp.app_context_processor
def for_layout() -> dict[str, object]:
    """Return the variables of every page's frame; the person's line is queried only if shown."""
    identity = g.get("identity")
    ready = identity is not None and not identity.must_enrol
    return {
        "viewer_line": LocalProxy(_viewer_line),
        "viewer": identity.person if ready else None,
        "viewer_photo": identity.person.photo_url if ready else None,
        "account": identity.account if ready else None,
        "agency": identity.account.home_agency if identity else None,
        "may_administer": ready and identity.administers,
        "posts_on_hold": _posts_on_hold,
    }


def _posts_on_hold() -> Sequence[Appointment]:
    """Return the reader's appointments on hold for lack of a second factor, for pages to show."""
    identity = current_identity()
    if identity is None or not identity.has_posts_on_hold:
        return ()
    return appointments_on_hold(identity.person.id)


def _viewer_line() -> str:
    """Return the reader's post, unit and agency, once a request."""
    identity = current_identity()
    if identity is None:
        return ""
    person_id = identity.person.id
    line = line_for(person_id, current_appointments(person_id))
    return line.caption(current_language())


@bp.get("/signin")
def sign_in_page() -> ResponseReturnValue:
    """Ask for e-mail or staff number and password."""
    target = local_address(request.args.get("next"), "/")
    identity = current_identity()
    if identity and not identity.must_enrol:
        return redirect(target, 303)
    return _sign_in_page({}, target, None)


@bp.post("/signin")
def sign_in() -> ResponseReturnValue:
    """Sign in, or ask for the second factor, or report a failure without its cause."""
    target = local_address(request.form.get("next"), "/")
    try:
        form = SignInForm.parse(request.form)
        entry = signing_in.check_password_of(
            form.email,
            form.password,
            address=request.remote_addr or "",
            device=cookies.device_cookie(),
        )
    except Invalid:
        return _not_signed_in(
            _("Enter your e-mail address or staff number, and your password."), 422
        )
    except TooMany as problem:
        return *_not_signed_in(wait_words(problem), problem.status), problem.headers
    except Refusal as problem:
        return *_not_signed_in(str(problem.detail), problem.status), problem.headers
    if entry is None:
        words = _("The sign-in name or password is wrong. Check both and try again.")
        return _not_signed_in(words, 401, instead=outside_ways().prescribed(form.email))
    if entry.account.has_second_factor:
        by = f"{entry.by}_and_code" if entry.by else None
        return ask_for_code(entry.account, target, keep=form.keep, by=by)
    return sign_browser_in(entry.account, target, keep=form.keep, by=entry.by)[0]


@bp.get("/signin/passkey")
def passkey_options() -> ResponseReturnValue:
    """Return what a browser needs to be asked for a passkey.

    It is not on the page, which is the same for all after whatever was wrong.
    """
    site = passkey_site()
    if not site.can_have_passkeys:
        raise NotFound
    return using_options(PasskeyPurpose.SIGN_IN, site), {"Content-Type": "application/json"}


@bp.post("/signin/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    """Sign in by a passkey, which says itself whose it is and is both factors."""
    target = local_address(request.form.get("next"), "/")
    try:
        account = use_passkey(
            PasskeyForm.parse(request.form).passkey,
            PasskeyPurpose.SIGN_IN,
            passkey_site(),
            address=request.remote_addr or "",
        )
    except Invalid:
        account = None
    except TooMany as problem:
        return *_not_signed_in(wait_words(problem), problem.status), problem.headers
    if account is None:
        return _not_signed_in(_("This passkey does not open an account here. Try again."), 401)
    return sign_browser_in(account, target, keep=bool(request.form.get("keep")), by="passkey")[0]


@bp.get("/signin/code")
def code_page() -> ResponseReturnValue:
    """Ask for the second factor."""
    account = second_factors.account_in_second_step(cookies.second_step_secret())
    if account is None:
        return redirect("/signin", 303)
    target = local_address(request.args.get("next"), "/")
    return _code_page(account, target, None, keep=request.args.get("keep") == "1")


@bp.post("/signin/code")
def code() -> ResponseReturnValue:
    """Sign in with the code from the app, a recovery code, or a passkey."""
    target = local_address(request.form.get("next"), "/")
    secret = cookies.second_step_secret()
    account = second_factors.account_in_second_step(secret)
    if account is None:
        flash(_("Signing in took more than ten minutes. Start again."), "attn")
        return redirect("/signin", 303)
    keep = bool(request.form.get("keep"))
    try:
        fits = _is_second_factor(account)
    except Invalid:
        fits = False
    except TooMany as problem:
        page = _code_page(account, target, wait_words(problem), keep=keep)
        return page, problem.status, problem.headers
    if not fits:
        words = _("This code is not valid or has already been used. Wait for the next code.")
        if "passkey" in request.form:
            words = _("This passkey could not be checked. Try again.")
        return _code_page(account, target, words, keep=keep), 401
    way = signing_in.end_second_step(secret)
    return sign_browser_in(account, target, keep=keep, **way)[0]


@bp.post("/signout")
def sign_out() -> ResponseReturnValue:
    """Sign this browser out; copied cookies and open sockets stop working."""
    identity = current_identity()
    onward: ResponseReturnValue | None = None
    if identity and identity.sign_in_id:
        onward = outside_ways().farewell(identity.sign_in_id)
        signing_in.end_sign_in(identity.account, identity.sign_in_id)
    response = make_response(onward or redirect("/signin", 303))
    cookies.delete_cookies(response)
    return response


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Save the chosen language, in the account or in a cookie."""
    form = LanguageForm.parse(request.form)
    target = local_address(form.next, "/")
    response = redirect(target, 303)
    identity = current_identity()
    if identity:
        own_account.set_language(identity.account, form.lang)
    elif form.lang in LANGUAGES:
        cookies.remember_language(response, form.lang)
    return response


def let_in(account: Account, target: str, *, keep: bool) -> Response:
    """Sign this browser in after a password, and a code where one is asked."""
    return sign_browser_in(account, target, keep=keep)[0]


def sign_browser_in(
    account: Account,
    target: str,
    *,
    keep: bool,
    by: str | None = None,
    behind: Mapping[str, str] | None = None,
) -> tuple[Response, SignIn]:
    """Sign this browser in; an earlier sign-in of it ends.

    Args:
        by: how, as in `SignIn.by`, if not by password.
        behind: as of `signing_in.sign_in`.
    """
    before = current_identity()
    name = devices.device_name(request.headers.get("User-Agent", ""))
    row, secret = signing_in.sign_in(account, device=name, is_kept=keep, by=by, behind=behind)
    if before and before.sign_in_id:
        signing_in.end_sign_in(before.account, before.sign_in_id)
    response = redirect(target, 303)
    cookies.hand_out(response, account, row, secret)
    return response, row


def ask_for_code(
    account: Account,
    target: str,
    *,
    keep: bool,
    by: str | None = None,
    behind: Mapping[str, str] | None = None,
) -> Response:
    """Ask for the second factor after the first step; `by` and `behind` as of `sign_browser_in`."""
    query = urlencode({"next": target} | ({"keep": "1"} if keep else {}))
    response = redirect(f"/signin/code?{query}", 303)
    cookies.remember_second_step(
        response, signing_in.begin_second_step(account, by=by, behind=behind)
    )
    return response


def _is_second_factor(account: Account) -> bool:
    address = request.remote_addr or ""
    if answer := request.form.get("passkey"):
        step = PasskeyPurpose.SECOND_STEP
        used = use_passkey(answer, step, passkey_site(), address=address, account=account)
        return used is not None
    form = SecondFactorCodeForm.parse(request.form)
    return second_factors.check_code(account, form.code, address=address)


def _not_signed_in(
    words: str, status: int, *, instead: OutsideWay | None = None
) -> tuple[str, int]:
    target = local_address(request.form.get("next"), "/")
    return _sign_in_page(request.form, target, words, instead), status


def _sign_in_page(
    form: Mapping[str, str], target: str, error: str | None, instead: OutsideWay | None = None
) -> str:
    return render_template(
        "organisation/accounts/sign_in.html",
        form=form,
        target=target,
        error=error,
        instead=instead,
        is_offered=outside_ways().is_offered(),
        takes_passkeys=passkey_site().can_have_passkeys,
    )


def _code_page(account: Account, target: str, error: str | None, *, keep: bool) -> str:
    return render_template(
        "organisation/accounts/code.html",
        target=target,
        keep=keep,
        error=error,
        has_codes=account.totp_confirmed_at is not None,
        passkey_options=own_passkey_options(account, PasskeyPurpose.SECOND_STEP),
    )


def wait_words(problem: TooMany) -> str:
    """Return the sentence that says how long to wait after too many attempts."""
    minutes = -(-problem.retry_after // 60)
    if minutes == 1:
        return _("Too many attempts. Wait a minute and try again.")
    return _("Too many attempts. Wait %(minutes)s minutes and try again.", minutes=minutes)
