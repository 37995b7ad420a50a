"""Pages for pending changes: a new address, a link that waits, posts that are offered."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intranet.organisation.accounts import queries
from intranet.organisation.accounts.access import require_identity, signed_in
from intranet.organisation.accounts.models import Account, LinkPurpose
from intranet.organisation.accounts.operations import links, sign_in_names
from intranet.organisation.accounts.operations.offers import accept_offer
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.offers import decline_offer, offers_to
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _

bp = Blueprint("waiting", __name__)


@bp.after_request
def keep_link_secret(response: Response) -> Response:
    """Send only the origin as referrer, so that no other site learns the link."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/me/waiting")
@signed_in
def waiting(_person: Person) -> ResponseReturnValue:
    """Show the changes and offers that wait for the person's answer."""
    account = require_identity().account
    return render_template(
        "organisation/accounts/waiting.html",
        change=queries.address_change_of(account.id),
        link=links.waiting_link(account.id),
        offers=offers_to(account.person),
    )


@bp.post("/me/waiting/address")
@signed_in
def answer_new_address(_person: Person) -> ResponseReturnValue:
    """Agree to a new address of the account, or refuse it."""
    return _answer(sign_in_names.agree_to_address, sign_in_names.refuse_address)


@bp.post("/me/waiting/link")
@signed_in
def answer_link(_person: Person) -> ResponseReturnValue:
    """Agree to a link that an administrator holds, or refuse it."""
    return _answer(links.agree_to_link, links.refuse_link)


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


@bp.get("/address/<secret>")
def address_page(secret: str) -> ResponseReturnValue:
    """Ask in the old mailbox whether the new address is right."""
    link = links.open_link(LinkPurpose.ADDRESS, secret)
    change = queries.address_change_of(link.account.id) if link.account else None
    if change is None:
        raise NotFound
    return render_template("organisation/accounts/address.html", change=change)


@bp.post("/address/<secret>")
def answer_address(secret: str) -> ResponseReturnValue:
    """Agree or refuse by the link."""
    agrees = _agrees()
    sign_in_names.answer_by_link(secret, agrees=agrees)
    flash(_done(agrees=agrees), "ok")
    return redirect("/signin", 303)


def _answer(
    agree: Callable[[Account], None], refuse: Callable[[Account], None]
) -> ResponseReturnValue:
    """Carry out the answer; only a signed-in device gives one, never a token."""
    identity = require_identity()
    if identity.sign_in_id is None:
        raise NotFound
    agrees = _agrees()
    (agree if agrees else refuse)(identity.account)
    flash(_done(agrees=agrees), "ok")
    return redirect("/me/waiting", 303)


def _agrees() -> bool:
    """Return whether the agree button was pressed."""
    return request.form.get("answer") == "agree"


def _done(*, agrees: bool) -> str:
    return (
        _("You have agreed to the change. It is now in effect.")
        if agrees
        else _("You have refused the change, so nothing has been updated.")
    )
