"""Pages of push: the list of devices, and endpoints that browsers call by themselves."""

import json
from pathlib import Path
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from intranet.delivery.push import operations
from intranet.delivery.push.forms import SubscriptionForm
from intranet.delivery.push.protocol import public_key
from intranet.delivery.push.view_models import devices_of
from intranet.organisation.accounts.access import require_identity, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.assets import asset
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.web import answer_everybody_alike, current_language, wants_fragment

bp = Blueprint("push", __name__)
answer_everybody_alike("push.worker")

PAGE_PATH = "/me/notifications"
SURFACE, CANVAS = "#FFFFFF", "#E9EFED"


@bp.get("/me/notifications/devices")
@signed_in
def devices(_person: Person) -> ResponseReturnValue:
    """Render the devices of the page, for its script."""
    return render_template("delivery/push/_devices.html", devices=devices_of(require_identity()))


@bp.get("/me/push")
@signed_in
def key(_person: Person) -> ResponseReturnValue:
    """Return what a service worker needs to subscribe anew; it has no page to read it from."""
    return jsonify(public_key=public_key(), csrf_token=generate_csrf())


@bp.post("/me/push")
@signed_in
def subscribe(person: Person) -> ResponseReturnValue:
    """Subscribe this browser to push notifications."""
    form = SubscriptionForm.parse(request.get_json())
    sign_in_id = require_identity().sign_in_id
    if sign_in_id is None:
        raise Forbidden(_l("Sign in with this browser before you turn on notifications."))
    operations.subscribe(
        person,
        sign_in_id,
        form.endpoint,
        public_key=form.keys.p256dh,
        auth_secret=form.keys.auth,
    )
    return "", 204


@bp.post("/me/push/<uuid:subscription_id>/test")
@signed_in
def test(person: Person, subscription_id: UUID) -> ResponseReturnValue:
    """Send a test notification to a device."""
    operations.request_test(person, subscription_id)
    if wants_fragment():
        return "", 202
    flash(
        _(
            "The test notification is on its way. It will arrive within seconds if "
            "the device is on."
        ),
        "ok",
    )
    return redirect(PAGE_PATH, 303)


@bp.post("/me/push/<uuid:subscription_id>/remove")
@signed_in
def remove(person: Person, subscription_id: UUID) -> ResponseReturnValue:
    """Unsubscribe a device."""
    operations.unsubscribe(person, subscription_id)
    flash(_("Notifications have been turned off on that device."), "ok")
    return redirect(PAGE_PATH, 303)


@bp.get("/sw.js")
def worker() -> ResponseReturnValue:
    """Return the service worker; only at this address can it serve the whole site."""
    site = {
        "version": asset("delivery/push/offline.html"),
        "icon": asset("platform/core/icon-192.png"),
        "badge": asset("platform/core/badge-96.png"),
    }
    folder = Path(str(current_app.static_folder)) / "delivery" / "push"
    text = (folder / "worker.js").read_text("utf-8")
    response = Response(f"self.site = {json.dumps(site)};\n{text}", mimetype="text/javascript")
    response.cache_control.no_cache = True
    return response


@bp.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Return the web app manifest, with which a device can install the site."""
    response = jsonify(
        id="/",
        name=_("Intranet"),
        short_name=_("Intranet"),
        description=_("People and conversations in your administration."),
        lang=current_language(),
        start_url="/",
        scope="/",
        display="standalone",
        background_color=SURFACE,
        theme_color=CANVAS,
        icons=[
            {"src": asset("platform/core/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(_icon(size, "any") for size in (192, 512)),
            *(_icon(size, "maskable") for size in (192, 512)),
        ],
    )
    response.mimetype = "application/manifest+json"
    response.cache_control.no_cache = True
    return response


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = "icon" if purpose == "any" else purpose
    return {
        "src": asset(f"platform/core/{name}-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
