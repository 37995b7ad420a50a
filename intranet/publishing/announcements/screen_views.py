"""The shared screen: a device handed over for confirming with a code.

The person who hands it over is signed out of it. A cookie signed by the site lets the device show
one announcement and accept staff numbers and codes for it. The cookie lasts half a day, and only
while that person may sign in and see the report.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from intranet.delivery.files.access import lends_files_to_device
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.organisation.accounts import cookies
from intranet.organisation.accounts.access import current_identity, signed_in
from intranet.organisation.accounts.operations.signing_in import end_sign_in
from intranet.organisation.accounts.queries import is_let_in
from intranet.organisation.people.models import Person
from intranet.platform.core.cookies import read_cookie, set_cookie
from intranet.platform.core.errors import NotFound
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.web import settings
from intranet.publishing.announcements.access import AnnouncementScope, get_scope
from intranet.publishing.announcements.forms import AnnouncementCodeForm
from intranet.publishing.announcements.operations.recording import confirm_by_code
from intranet.publishing.publications import page
from intranet.publishing.publications.versions import files_in, get_version

bp = Blueprint("announcement_screen", __name__)
COOKIE = "screen"
SCREEN_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Screen:
    """A device that was handed over: by whom, and the part of the report that they may see."""

    opener: Person
    scope: AnnouncementScope


@bp.get("/p/<uuid:publication_id>/screen")
@signed_in
def explain(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Explain what handing this device over means, before it is done."""
    scope = get_scope(person, publication_id)
    return render_template(
        "publishing/announcements/hand_over.html",
        **page.publication_context(person, scope.publication, ""),
    )


@bp.post("/p/<uuid:publication_id>/screen")
@signed_in
def hand_over(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Sign out here, and make this device a screen to confirm one announcement by code."""
    get_scope(person, publication_id)
    response = redirect(url_for(".show"), 303)
    identity = current_identity()
    if identity and identity.sign_in_id:
        end_sign_in(identity.account, identity.sign_in_id)
    cookies.delete_cookies(response)
    shown = str(_signer().dumps([str(publication_id), str(person.id)]))
    set_cookie(response, COOKIE, shown, SCREEN_LIFETIME, samesite="Strict")
    return response


@bp.get("/screen")
def show() -> ResponseReturnValue:
    """Show the announcement, with fields for the staff number and the code."""
    return _page(_screen())


@bp.post("/screen")
@again(show)
def confirm() -> ResponseReturnValue:
    """Confirm for the person with this staff number and code, without signing them in."""
    screen = _screen()
    form = AnnouncementCodeForm.parse(request.form)
    confirmed = confirm_by_code(
        screen.opener,
        screen.scope.publication,
        form.staff_number,
        form.code,
        version=form.version,
        address=request.remote_addr or "",
    )
    return _page(_screen(), confirmed=confirmed)


def _page(screen: Screen, *, confirmed: Person | None = None) -> str:
    context = page.publication_context(
        screen.opener, screen.scope.publication, request.args.get("in", "")
    )
    return render_template(
        "publishing/announcements/screen.html",
        **context,
        confirmed=confirmed,
        problem=refusal(),
        typed=request.form.get("staff_number", "") if refusal() else "",
    )


def _screen() -> Screen:
    """Read from the cookie what this device may show.

    Raises:
        NotFound: the device was not handed over, or too long ago, or the person who did it may no
        longer sign in or see the report.
    """
    try:
        publication_id, person_id = _signer().loads(
            read_cookie(COOKIE) or "", max_age=int(SCREEN_LIFETIME.total_seconds())
        )
    except BadSignature as error:
        raise NotFound from error
    opener = db.session.get(Person, UUID(person_id))
    if opener is None or not is_let_in(opener.id):
        raise NotFound
    scope = get_scope(opener, UUID(publication_id))
    if scope.publication.withdrawn_at:
        raise NotFound
    return Screen(opener, scope)


@lends_files_to_device
def _file(file_id: UUID) -> File | None:
    """Return a file of the announcement that this device shows."""
    if read_cookie(COOKIE) is None:
        return None
    try:
        publication = _screen().scope.publication
    except NotFound:
        return None
    version = get_version(publication, publication.version)
    files = files_in(version) if version else ()
    return next((file for file in files if file.id == file_id), None)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="shared screen")
