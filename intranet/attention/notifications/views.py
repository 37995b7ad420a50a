"""Pages of notifications: the list, one with its deliveries, and the settings."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.attention.notifications import page, queries
from intranet.attention.notifications.choices import CHOSEN, all_ways, notify_choices_in, rhythm_of
from intranet.attention.notifications.delivery_history import steps
from intranet.attention.notifications.forms import KindForm, SeeForm, TellingForm, WaysForm
from intranet.attention.notifications.labels import KINDS
from intranet.attention.notifications.mail_texts import place_of
from intranet.attention.notifications.models import MailChoice, Rhythm, Telling
from intranet.attention.notifications.operations import (
    choose_ways,
    end_feed,
    make_feed_key,
    see,
    set_level,
    set_rhythm,
    unsee,
)
from intranet.attention.notifications.queries import Tab
from intranet.attention.notifications.view_models import notification_views
from intranet.delivery.push.view_models import devices_of
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import ConversationKind
from intranet.organisation.accounts.access import in_frame, require_identity, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import read_time
from intranet.platform.core.web import local_address, site_address
from intranet.publishing.publications.access import get_publication, may_write

TABS = {tab.value: tab for tab in Tab}

bp = Blueprint("notifications", __name__)


@bp.app_context_processor
@in_frame
def count_unseen(viewer: Person) -> dict[str, int]:
    """Count the viewer's unseen notifications, for the bell of every page."""
    return {"unseen_total": queries.unseen_count(viewer)}


@bp.get("/notifications")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show a person's notifications, grouped by subject, the most recent activity first."""
    before = read_time(request.args.get("before", ""))
    tab = TABS.get(request.args.get("tab", ""), Tab.ALL)
    return render_template(
        "attention/notifications/index.html", **page.list_context(person, before, tab)
    )


@bp.get("/notifications/count")
@signed_in
def count(person: Person) -> ResponseReturnValue:
    """Render the bell again, for open pages that heard of a change."""
    unseen = queries.unseen_count(person)
    return render_template("attention/notifications/_bell.html", unseen_total=unseen)


@bp.post("/notifications/seen")
@signed_in
def mark_seen(person: Person) -> ResponseReturnValue:
    """Mark these notifications as seen, or all of them."""
    form = SeeForm.parse(request.form)
    see(person, form.ids)
    return redirect(local_address(request.form.get("next"), url_for(".index")), 303)


@bp.post("/notifications/<uuid:notification_id>/unseen")
@signed_in
def mark_unseen(person: Person, notification_id: UUID) -> ResponseReturnValue:
    """Mark a notification as not seen."""
    unsee(person, queries.get_notification(person, notification_id))
    return redirect(local_address(request.form.get("next"), url_for(".index")), 303)


@bp.get("/notifications/<uuid:notification_id>")
@signed_in
def show(person: Person, notification_id: UUID) -> ResponseReturnValue:
    """Show why a notification came, and how it was delivered."""
    notification = queries.get_notification(person, notification_id)
    found = notification_views(person, [notification])
    if not found:
        raise NotFound
    history = steps(person, notification.publication) if notification.publication else []
    here = url_for(".index")
    return render_template(
        "attention/notifications/notification.html", row=found[0], steps=history, next=here
    )


@bp.get("/notifications/<uuid:notification_id>/menu")
@signed_in
def menu(person: Person, notification_id: UUID) -> ResponseReturnValue:
    """Render the menu of a row, which a list loads when it opens."""
    found = notification_views(person, [queries.get_notification(person, notification_id)])
    if not found:
        raise NotFound
    there = local_address(request.args.get("next"), url_for(".index"))
    return render_template("attention/notifications/_menu.html", row=found[0], next=there)


@bp.get("/p/<uuid:publication_id>/deliveries/<uuid:person_id>")
@signed_in
def deliveries(person: Person, publication_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Show a writer every step of a publication's delivery to one person."""
    publication = get_publication(person, publication_id)
    if not may_write(person, publication):
        raise NotFound
    reader = page.recipient(publication, person_id)
    return render_template(
        "attention/notifications/deliveries.html",
        publication=publication,
        reader=reader,
        steps=steps(reader, publication),
        **page.title_of(publication),
    )


@bp.get("/me/notifications")
@signed_in
def own(person: Person) -> ResponseReturnValue:
    """Show the settings: devices, channels for each kind, the digest, the feed."""
    return render_template(
        "attention/notifications/settings.html",
        devices=devices_of(require_identity()),
        **choices_of(person),
    )


@bp.post("/me/notifications")
@signed_in
def choose(person: Person) -> ResponseReturnValue:
    """Save the channels for each kind, and how often the digest is sent."""
    set_rhythm(person.id, WaysForm.parse(request.form).digest)
    for kind in CHOSEN:
        form = KindForm.parse(
            {
                "mail": request.form.get(f"mail_{kind.value}", ""),
                "push": f"push_{kind.value}" in request.form,
            }
        )
        choose_ways(person.id, kind, form.ways())
    flash(_("Your settings have been saved and will apply from now on."), "ok")
    return redirect(page.OWN, 303)


@bp.route("/c/<uuid:conversation_id>/telling", methods=["GET", "POST"])
@signed_in
def telling(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Choose which messages of a conversation notify the person."""
    conversation = get_conversation(person, conversation_id)
    if request.method == "POST":
        set_level(person, conversation, TellingForm.parse(request.form).telling)
        flash(_("Your settings have been saved and will apply from now on."), "ok")
        return redirect(url_for("messages.index", conversation_id=conversation_id), 303)
    chosen = notify_choices_in(conversation.id, [person.id]).get(person.id)
    is_talk = conversation.kind in {ConversationKind.DIRECT, ConversationKind.POST}
    usual = Telling.ALL if is_talk else Telling.MENTIONS
    return render_template(
        "attention/notifications/telling.html",
        conversation=conversation,
        name=place_of(conversation),
        chosen=(chosen or usual).value,
    )


@bp.post("/me/notifications/feed")
@signed_in
def feed_key(person: Person) -> ResponseReturnValue:
    """Create the secret address of the feed, shown once, or revoke it."""
    if request.form.get("end"):
        end_feed(person)
        flash(_("The feed has been turned off. Its address no longer works."), "ok")
        return redirect(page.OWN, 303)
    address = site_address(f"/feeds/{make_feed_key(person)}.atom")
    return render_template("attention/notifications/feed_address.html", address=address)


def choices_of(person: Person) -> dict[str, object]:
    """Return the person's choices, with the options, for the page of settings."""
    chosen = all_ways(person.id)
    return {
        "kinds": [(kind.value, KINDS[kind], chosen[kind]) for kind in CHOSEN],
        "mail_choices": [choice.value for choice in MailChoice],
        "rhythm": rhythm_of(person.id).value,
        "rhythms": [rhythm.value for rhythm in Rhythm],
        "has_feed": queries.has_feed(person.id),
    }
