"""A person's calendar at a secret address, for Outlook, Thunderbird and telephones."""

from hashlib import sha256

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.events import calendar_subscriptions
from intranet.collaboration.events.calendar_text import personal_calendar
from intranet.collaboration.events.ics import MIMETYPE
from intranet.collaboration.events.operations.following import end_calendar, make_calendar_key
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.accounts.letters import language_of
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import in_language
from intranet.platform.core.web import site_address

bp = Blueprint("event_calendars", __name__)


@bp.get("/me/calendar")
@signed_in
def own(person: Person) -> ResponseReturnValue:
    """Show whether the person's calendar has a secret address, and how to create or revoke it."""
    return render_template(
        "collaboration/events/calendar.html", key=calendar_subscriptions.calendar_key(person)
    )


@bp.post("/me/calendar")
@signed_in
def choose(person: Person) -> ResponseReturnValue:
    """Create the secret address and show it once, or revoke it."""
    if request.form.get("end"):
        end_calendar(person)
        return redirect(url_for(".own"), 303)
    secret = make_calendar_key(person, has_places="has_places" in request.form)
    address = site_address(f"/calendar/{secret}.ics")
    return render_template("collaboration/events/calendar_address.html", address=address)


@bp.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """Serve the calendar behind a secret address, as its person may read it now."""
    person, account, key = calendar_subscriptions.person_of_calendar(secret)
    with in_language(language_of(account)):
        text = personal_calendar(person, account, key, _("My events"))
    response = Response(text, mimetype=MIMETYPE)
    response.set_etag(sha256(text.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    return response
