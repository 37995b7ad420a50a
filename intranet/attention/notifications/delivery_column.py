"""The delivery column in the report on who has read a publication."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from intranet.attention.notifications import queries
from intranet.attention.notifications.models import Channel, Delivery, Notification, State
from intranet.platform.core.i18n import _


def delivery_of(
    publication_id: UUID, person_ids: Collection[UUID]
) -> Mapping[UUID, tuple[str, str]]:
    """Return a tone and text for each person: the delivery of their last notification."""
    last: dict[UUID, Notification] = {}
    for notification in queries.of_publication(publication_id, person_ids):
        last[notification.person_id] = notification
    return {person_id: _said(row.deliveries) for person_id, row in last.items()}


def _said(deliveries: Sequence[Delivery]) -> tuple[str, str]:
    """Return a tone and text for the best outcome, else for why nothing was delivered."""
    states = {(row.channel, row.state): row for row in deliveries}
    if (Channel.MAIL, State.SENT) in states:
        return "ok", _("e-mail sent")
    if (Channel.PUSH, State.SENT) in states:
        return "ok", _("push notification sent")
    failed = [row for row in deliveries if row.state == State.FAILED]
    if failed:
        return "bad", _("e-mail returned") if failed[0].channel == Channel.MAIL else _(
            "push notification failed"
        )
    waiting = [row for row in deliveries if row.state == State.WAITING]
    if waiting:
        is_held = waiting[0].because == "quiet"
        return "plain", _("waiting for the person’s working hours") if is_held else _("on its way")
    if any(row.because == "never_signed_in" for row in deliveries):
        return "bad", _("has never signed in")
    return "plain", _("only on the intranet")
