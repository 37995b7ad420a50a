"""Background jobs for devices."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intranet.delivery.push.models import PushSubscription
from intranet.delivery.push.operations import TEST
from intranet.delivery.push.sending import send
from intranet.extensions import db
from intranet.organisation.accounts.letters import language_of
from intranet.platform.core.i18n import _
from intranet.platform.core.mail import in_language
from intranet.platform.core.outbox import LaterError, handler

TEST_LASTS_SECONDS = 300


@handler(TEST, reaches_out=True)
def send_test(payload: Mapping[str, Any]) -> None:
    """Send a test notification; sent twice, it is shown once, because the tag is the same."""
    row = db.session.get(PushSubscription, UUID(payload["subscription_id"]))
    if row is None:
        return
    with in_language(language_of(row.sign_in.account)):
        title, body = _("Notifications are working"), _("Notifications are reaching this device.")
    outcome = send(
        row,
        title=title,
        body=body,
        url="/me/notifications",
        tag=f"test-{row.id}",
        urgency="high",
        ttl_seconds=TEST_LASTS_SECONDS,
    )
    if outcome.may_retry:
        raise LaterError(outcome.retry_after)
