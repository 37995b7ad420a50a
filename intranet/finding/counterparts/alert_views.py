"""`/counterparts/alerts`: being told when a post with a function or occupation appears."""

from collections.abc import Collection
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.finding.counterparts.access import get_post, own_posts, require_post
from intranet.finding.counterparts.alert_subjects import AlertSubject
from intranet.finding.counterparts.alerts import alerts_of, begin_alert, end_alert
from intranet.finding.counterparts.models import AlertKind
from intranet.finding.counterparts.query_parser import QUERY_CHARACTERS
from intranet.finding.counterparts.search import counterparts_for, counterparts_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.load_shedding import searches
from intranet.platform.core.web import local_address

bp = Blueprint("counterpart_alerts", __name__, url_prefix="/counterparts/alerts")
BEGIN, END = "begin", "end"


@bp.get("")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """Show what the viewer waits for, with the posts that have appeared."""
    require_post(viewer)
    return render_template("finding/counterparts/alerts.html", alerts=alerts_of(viewer))


@bp.post("")
@signed_in
@searches
def change(viewer: Person) -> ResponseReturnValue:
    """Begin or stop waiting; posts in the list that the viewer comes from are known to them."""
    require_post(viewer)
    subject = _subject()
    if request.form.get("do") == END:
        end_alert(viewer, subject)
        flash(_("You will no longer be notified of new posts: %(what)s", what=subject.name), "ok")
        return redirect(_back(), 303)
    try:
        begin_alert(viewer, subject, _listed(viewer))
    except Invalid as problem:
        flash(str(next(iter(problem.errors.values()))), "error")
    else:
        flash(_("You will be notified when a post appears: %(what)s", what=subject.name), "ok")
    return redirect(_back(), 303)


def _subject() -> AlertSubject:
    kind, code = request.form.get("kind", ""), request.form.get("code", "")[:12]
    if kind not in set(AlertKind) or not code.isalnum():
        raise NotFound
    return AlertSubject(AlertKind(kind), code)


def _listed(viewer: Person) -> Collection[UUID]:
    """Return the posts with a holder in the list from which the alert begins."""
    if text := request.form.get("q", "").strip()[:QUERY_CHARACTERS]:
        found = counterparts_for(viewer, text)
    else:
        key = request.form.get("post", "").strip()
        found = counterparts_of(viewer, get_post(viewer, key) if key else own_posts(viewer)[0])
    return [post_id for post_id, facts in found.facts.items() if facts.standing]


def _back() -> str:
    return local_address(request.form.get("next", ""), url_for(".index"))
