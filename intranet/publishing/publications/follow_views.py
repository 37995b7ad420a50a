"""Pages of following: the list of what a person follows, and the buttons."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.web import local_address
from intranet.publishing.publications.following import followed_by, follows
from intranet.publishing.publications.forms import FollowForm
from intranet.publishing.publications.operations.following import follow, unfollow

bp = Blueprint("follows", __name__)


@bp.app_template_global()
def is_followed(kind: str, subject: object) -> bool:
    """Return whether the viewer follows this subject, for the buttons on every page."""
    viewer = current_person()
    return viewer is not None and follows(viewer, kind, subject)


@bp.get("/follows")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the people and things that the person follows."""
    return render_template("publishing/publications/follows.html", followed=followed_by(person))


@bp.post("/follows")
@signed_in
def change(person: Person) -> ResponseReturnValue:
    """Follow or unfollow, then go back to the page of the button."""
    form = FollowForm.parse(request.form)
    (follow if form.do == "follow" else unfollow)(person, form.kind, form.subject)
    return redirect(local_address(request.form.get("next"), url_for(".index")), 303)
