"""Pages for what waits for a person's answer: sensitive changes, and posts that are offered."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.organisation.accounts import letters, queries
from intranet.organisation.accounts.access import Identity, require_identity, signed_in
from intranet.organisation.accounts.forms import HandedCodeForm, OwnerForm
from intranet.organisation.accounts.models import LinkPurpose
from intranet.organisation.accounts.operations import owner_answers, talks_cuts
from intranet.organisation.accounts.operations.links import open_link
from intranet.organisation.accounts.operations.offers import accept_offer
from intranet.organisation.accounts.operations.sensitive_changes import get_waiting, refuse
from intranet.organisation.accounts.sensitive_kinds import KINDS
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.offers import decline_offer, offers_to
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, refused_form

bp = Blueprint("waiting", __name__)


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Send only the origin as referrer, so that no other site learns the link."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/me/waiting")
@signed_in
def waiting(_person: Person, /, **_parts: UUID) -> ResponseReturnValue:
    """Show the changes and offers that wait for the person's answer."""
    account = require_identity().account
    return render_template(
        "organisation/accounts/waiting.html",
        changes=queries.waiting_changes(account.id),
        kinds=KINDS,
        what_changes=letters.what_changes,
        account=account,
        has_password=queries.confirms_by_password(account),
        cut=talks_cuts.cut_of(account.id),
        administers=account.person.administers(account.home_agency_id),
        offers=offers_to(account.person),
        **refused_form(),
    )


@bp.post("/me/waiting/changes/<uuid:change_id>")
@again(waiting, on=Invalid)
@signed_in
def agree_to_change(_person: Person, change_id: UUID) -> ResponseReturnValue:
    """Agree to a sensitive change, with what the person still has."""
    me = _on_device()
    form = OwnerForm.parse(request.form)
    owner_answers.agree(
        me.account,
        get_waiting(me.account.id, change_id),
        password=form.password,
        code=form.code,
        address=request.remote_addr or "",
    )
    flash(_done(agrees=True), "ok")
    return redirect("/me/waiting", 303)


@bp.post("/me/waiting/changes/refuse")
@signed_in
def refuse_changes(_person: Person) -> ResponseReturnValue:
    """Refuse all sensitive changes that wait: “It was not me”."""
    refuse(_on_device().account)
    flash(_done(agrees=False), "ok")
    return redirect("/me/waiting", 303)


@bp.post("/me/waiting/talks")
@again(waiting, on=Invalid)
@signed_in
def confirm_owner(_person: Person) -> ResponseReturnValue:
    """Open earlier direct messages again, with a proof from before or a printed code."""
    me, address = _on_device(), request.remote_addr or ""
    form = OwnerForm.parse(request.form)
    if form.handed:
        given = {"password": form.password, "code": form.code, "address": address}
        owner_answers.agree_by_code(me.account, form.handed, **given)
    else:
        talks_cuts.confirm_owner(me.account, form.proof, address=address)
    flash(_("Thank you. Your earlier direct messages are open again."), "ok")
    return redirect("/me/waiting", 303)


@bp.post("/me/waiting/offers/<uuid:offer_id>")
@signed_in
def answer_offer(person: Person, offer_id: UUID) -> ResponseReturnValue:
    """Accept or decline a post that another agency offers."""
    account = require_identity().account
    try:
        if _agrees():
            accept_offer(account, offer_id)
        else:
            decline_offer(person, offer_id)
    except (Conflict, Invalid) as problem:
        flash(str(problem.detail), "bad")
    else:
        flash(_("You now hold the post.") if _agrees() else _("You have declined the offer."), "ok")
    return redirect("/me/waiting", 303)


@bp.get("/not-me/<secret>")
def changes_page(secret: str) -> ResponseReturnValue:
    """Show in the old mailbox, without signing in, what waits for the account."""
    account = open_link(LinkPurpose.CHANGES, secret).account
    changes = queries.waiting_changes(account.id) if account else []
    if not changes:
        raise NotFound
    return render_template(
        "organisation/accounts/not_me.html",
        changes=changes,
        what_changes=letters.what_changes,
        may_agree=any(KINDS[change.kind].mailbox_agrees for change in changes),
    )


@bp.post("/not-me/<secret>")
def answer_changes(secret: str) -> ResponseReturnValue:
    """Agree or refuse by the link."""
    agrees = _agrees()
    owner_answers.answer_by_mail(secret, agrees=agrees)
    flash(_done(agrees=agrees), "ok")
    return redirect("/signin", 303)


@bp.get("/handed-code")
def handed_code_page() -> ResponseReturnValue:
    """Ask for a printed code, the sign-in name, and what the person still has."""
    return render_template("organisation/accounts/handed_code.html", **refused_form())


@bp.post("/handed-code")
@again(handed_code_page, on=Invalid)
def handed_code() -> ResponseReturnValue:
    """Agree to a sensitive change by a printed code."""
    form = HandedCodeForm.parse(request.form)
    account, _may_sign_in = queries.account_of_sign_in_name(form.email)
    owner_answers.agree_by_code(
        account,
        form.handed,
        password=form.password,
        code=form.code,
        address=request.remote_addr or "",
    )
    flash(_done(agrees=True), "ok")
    return redirect("/signin", 303)


def _on_device() -> Identity:
    """Return the identity of a signed-in device; a token gives no answer.

    Raises:
        NotFound: the request carries a token.
    """
    identity = require_identity()
    if identity.sign_in_id is None:
        raise NotFound
    return identity


def _agrees() -> bool:
    """Return whether the agree button was pressed."""
    return request.form.get("answer") == "agree"


def _done(*, agrees: bool) -> str:
    return (
        _("You have agreed to the change. It is now in effect.")
        if agrees
        else _("You have refused the change, so nothing has been updated.")
    )
