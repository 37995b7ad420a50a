"""Pages that a one-time link or code opens: invitation, forgotten password, first agency."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.organisation.accounts import queries, sign_in_throttle
from intranet.organisation.accounts.forms import (
    CodeForm,
    FirstAgencyForm,
    ForgottenForm,
    NewPasswordForm,
)
from intranet.organisation.accounts.models import LinkPurpose, OneTimeLink
from intranet.organisation.accounts.operations import (
    agencies,
    invitation_codes,
    invitation_letters,
    links,
)
from intranet.organisation.accounts.outside import outside_ways
from intranet.organisation.accounts.views import let_in, wait_words
from intranet.organisation.agencies.labels import agency_kind_names
from intranet.platform.core.errors import Invalid, NotFound, TooMany
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.platform.core.web import current_language

bp = Blueprint("account_links", __name__)

CONTINENTS = ("Europe/", "Atlantic/", "Africa/", "America/", "Asia/", "Indian/", "Pacific/")


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Send only the origin as referrer, so that no other site learns the link."""
    # Not "no-referrer": with that a browser also hides the origin of our own form.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/forgotten")
def forgotten_page() -> ResponseReturnValue:
    """Show the form for a forgotten password."""
    return render_template(
        "organisation/accounts/forgotten.html", form={}, errors={}, is_sent=False
    )


@bp.post("/forgotten")
def forgotten() -> ResponseReturnValue:
    """Send a link to the account with this name; give the same answer for any name."""
    try:
        form = ForgottenForm.parse(request.form)
    except Invalid as problem:
        return _again("organisation/accounts/forgotten.html", problem, is_sent=False)
    tried = sign_in_throttle.attempt(f"forgotten {form.email}", request.remote_addr or "")
    sign_in_throttle.begin(tried)
    sign_in_throttle.fail(tried)
    links.request_reset(form.email)
    return render_template(
        "organisation/accounts/forgotten.html", form=request.form, errors={}, is_sent=True
    )


@bp.get("/reset/<secret>")
def reset_page(secret: str) -> ResponseReturnValue:
    """Ask for a new password."""
    link = _open(LinkPurpose.PASSWORD, secret)
    if elsewhere := _elsewhere(link):
        return redirect(elsewhere, 303)
    return render_template("organisation/accounts/new_password.html", link=link, errors={})


@bp.post("/reset/<secret>")
def reset(secret: str) -> ResponseReturnValue:
    """Set the new password, then ask to sign in with it and the second factor."""
    link = _open(LinkPurpose.PASSWORD, secret)
    if elsewhere := _elsewhere(link):
        return redirect(elsewhere, 303)
    try:
        links.reset_password(secret, NewPasswordForm.parse(request.form).password)
    except Invalid as problem:
        return _again("organisation/accounts/new_password.html", problem, link=link)
    flash(_("Your new password has been set. Use it to sign in."), "ok")
    return redirect("/signin", 303)


@bp.get("/invitation/<secret>")
def invitation_page(secret: str) -> ResponseReturnValue:
    """Show who invited the person, and ask for a password."""
    link = _open(LinkPurpose.INVITATION, secret)
    if elsewhere := _elsewhere(link):
        return redirect(elsewhere, 303)
    if link.account_id and request.method == "GET":
        invitation_letters.note_opened(link.account_id)
    return render_template("organisation/accounts/invitation.html", link=link, errors={})


@bp.post("/invitation/<secret>")
def invitation(secret: str) -> ResponseReturnValue:
    """Set the first password and sign in."""
    link = _open(LinkPurpose.INVITATION, secret)
    if elsewhere := _elsewhere(link):
        return redirect(elsewhere, 303)
    try:
        account = links.accept_invitation(secret, NewPasswordForm.parse(request.form).password)
    except Invalid as problem:
        return _again("organisation/accounts/invitation.html", problem, link=link)
    if account.has_second_factor:
        return redirect("/signin", 303)
    return let_in(account, "/", keep=False)


@bp.get("/signin/invitation")
def invitation_code_page() -> ResponseReturnValue:
    """Ask for the one-time code of a printed sheet."""
    return _ask_for_code({})


@bp.post("/signin/invitation")
def invitation_code() -> ResponseReturnValue:
    """Lead from a valid code to the page that asks for a password."""
    wrong = _("This code is not valid or has already been used. Check it, or ask for a new one.")
    try:
        form = CodeForm.parse(request.form)
        secret = invitation_codes.redeem(form.code, form.email, address=request.remote_addr or "")
    except Invalid as problem:
        return _ask_for_code(problem.errors, problem.status)
    except invitation_codes.NameNeededError:
        words = _("Many wrong codes were entered lately. Enter your sign-in name as well.")
        return _ask_for_code({"email": words}, 422)
    except TooMany as problem:
        page = _ask_for_code({"code": wait_words(problem)}, problem.status)
        return *page, problem.headers
    if secret is None:
        return _ask_for_code({"code": wrong}, 401)
    return redirect(f"/invitation/{secret}", 303)


@bp.get("/first-agency/<secret>")
def first_agency_page(secret: str) -> ResponseReturnValue:
    """Ask for the first agency and its administrator."""
    _open(LinkPurpose.FIRST_AGENCY, secret)
    given = {"language": current_language(), "time_zone": "Europe/Madrid"}
    return render_template(
        "organisation/accounts/first_agency.html", form=given, errors={}, **_choices()
    )


@bp.post("/first-agency/<secret>")
def first_agency(secret: str) -> ResponseReturnValue:
    """Create the first agency and sign its administrator in."""
    _open(LinkPurpose.FIRST_AGENCY, secret)
    try:
        form = FirstAgencyForm.parse(request.form)
        account = agencies.make_first_agency(
            secret, form.agency(), name=form.name, email=form.email, password=form.password
        )
    except Invalid as problem:
        return _again("organisation/accounts/first_agency.html", problem, **_choices())
    return let_in(account, "/", keep=False)


def _open(purpose: LinkPurpose, secret: str) -> OneTimeLink:
    """Return the link of a secret.

    Raises:
        NotFound: it was used or withdrawn, has expired, or never existed.
    """
    try:
        return links.open_link(purpose, secret)
    except NotFound as error:
        raise NotFound(
            _("The link has expired or has already been used. Ask for a new one.")
        ) from error


def _elsewhere(link: OneTimeLink) -> str | None:
    """Return where a link leads whose person has to sign in by their agency's provider."""
    account = link.account
    if account is None or queries.may_use_password(account):
        return None
    way = outside_ways().prescribed(account.email or "")
    return way.address if way else None


def _ask_for_code(errors: Mapping[str, object], status: int = 200) -> tuple[str, int]:
    needs_name = "email" in errors or bool(request.form.get("email"))
    page = render_template(
        "organisation/accounts/invitation_code.html",
        form=request.form,
        errors=errors,
        needs_name=needs_name,
    )
    return page, status


def _again(template: str, problem: Invalid, **facts: object) -> ResponseReturnValue:
    """Show the form again, with its input and errors."""
    page = render_template(template, form=request.form, errors=problem.errors, **facts)
    return page, problem.status


def _choices() -> dict[str, object]:
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return {
        "kinds": list(agency_kind_names().items()),
        "tongues": list(LANGUAGE_NAMES.items()),
        "zones": [(zone, zone.replace("_", " ")) for zone in zones],
    }
