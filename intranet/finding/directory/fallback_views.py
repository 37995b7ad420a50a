"""Posts of other agencies that answer for a vacant post: requested, accepted, ended."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.finding.directory.access import get_post
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.queries import post_by_address
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.fallbacks import (
    accept_fallback,
    end_fallback,
    request_fallback,
)
from intranet.platform.core.errors import Invalid, NotFound, Refusal
from intranet.platform.core.i18n import _, _l

bp = Blueprint("fallbacks", __name__)


@bp.post("/posts/<uuid:post_id>/fallback")
@signed_in
def change(actor: Person, post_id: UUID) -> ResponseReturnValue:
    """Ask a post of another agency to answer for this one, accept such a request, or end it."""
    post = get_post(actor, post_id)
    do = request.form.get("do", "")
    try:
        if do == "ask":
            request_fallback(actor, post, _typed(actor, request.form.get("address", "")))
            flash(
                _("Request sent. The other post will answer messages once its agency accepts."),
                "ok",
            )
        elif do == "accept":
            accept_fallback(actor, post, _other(actor))
            flash(_("Accepted. While that post is vacant, its messages will come to this post."))
        elif do == "end":
            end_fallback(actor, post, _other(actor))
            flash(_("This has ended."), "ok")
        else:
            raise Invalid({"do": _l("This value is not allowed here.")})
    except Refusal as problem:
        if do != "ask" or not isinstance(problem, Invalid):
            raise
        flash(str(next(iter(problem.errors.values()))), "bad")
    back = request.form.get("back", type=UUID) or post.id
    return redirect(url_for("directory.post", post_id=back), 303)


def _typed(actor: Person, address: str) -> Post:
    found = post_by_address(address.strip())
    if found is None:
        raise Invalid({"address": _l("No post has this address.")})
    try:
        return get_post(actor, found.id)
    except NotFound:
        raise Invalid({"address": _l("No post has this address.")}) from None


def _other(actor: Person) -> Post:
    return get_post(actor, request.form.get("other_id", type=UUID) or UUID(int=0))
