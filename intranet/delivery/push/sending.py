"""Send one notification to one device. It waits for the push service, so only jobs call it."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Literal

from sqlalchemy import delete, update

from intranet.delivery.push import time_budget
from intranet.delivery.push.models import PushSubscription, Result
from intranet.delivery.push.protocol import seal
from intranet.extensions import db
from intranet.organisation.accounts.letters import language_of
from intranet.platform.core import clock
from intranet.platform.core.https_client import (
    NoAnswerError,
    NotOutsideError,
    OutsideResponse,
    post,
)
from intranet.platform.core.unit_of_work import unit_of_work

# Push services accept 4,096 bytes, of which encryption needs some; Apple's is the strictest.
PAYLOAD_BYTES = 3_072
TITLE_LIMIT = 120
MAX_WAIT = timedelta(hours=6)
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
Urgency = Literal["very-low", "low", "normal", "high"]


@dataclass(frozen=True)
class PushOutcome:
    """The outcome of sending to a device.

    Args:
        result: sent: the push service has it; gone: the device is no longer there, and the
            subscription is deleted; failed.
        status: the HTTP status of the push service, None if it did not answer.
        may_retry: whether trying again is of use.
        retry_after: the least time to wait, if the push service says so.
    """

    result: Result
    status: int | None = None
    may_retry: bool = False
    retry_after: timedelta = timedelta()


def send(
    subscription: PushSubscription,
    *,
    title: str,
    body: str,
    url: str,
    tag: str,
    urgency: Urgency = "normal",
    ttl_seconds: int = 24 * 3600,
) -> PushOutcome:
    """Notify a device, and store the outcome on its row.

    Nothing is sent while its person's devices have taken too long (`time_budget.py`).

    Args:
        subscription: the device.
        title: one line, in the reader's language; cut at 120 characters.
        body: plain text; cut at a word if it is too long.
        url: the page to open, a path on this site.
        tag: the subject: a later notification with the same tag replaces it.
        urgency: `high` wakes a sleeping phone.
        ttl_seconds: how long the push service keeps it for a device that is off.
    """
    if time_budget.is_spent(subscription.person_id):
        wait = time_budget.until_it_is_back()
        return PushOutcome(Result.FAILED, may_retry=True, retry_after=wait)
    language = language_of(subscription.sign_in.account)
    text = _payload(title=title, body=body, url=url, tag=tag, lang=language)
    sealed = seal(text, subscription.endpoint, subscription.public_key, subscription.auth_secret)
    headers = {
        **sealed.headers,
        "TTL": str(ttl_seconds),
        "Urgency": urgency,
        "Topic": _topic(subscription, tag),
    }
    try:
        with time_budget.waiting_for(subscription.person_id):
            outcome = _outcome(post(subscription.endpoint, headers, sealed.body))
    except NotOutsideError:
        outcome = PushOutcome(Result.FAILED)
    except NoAnswerError:
        outcome = PushOutcome(Result.FAILED, may_retry=True)
    _note(subscription, outcome)
    return outcome


def _topic(subscription: PushSubscription, tag: str) -> str:
    """Return the topic, by which a push replaces an earlier one with the same tag on a device.

    It differs from device to device, so that a push service cannot tell which devices got the same
    notification.
    """
    named = sha256(f"{subscription.id} {tag}".encode()).digest()
    return urlsafe_b64encode(named)[:32].decode()


def _payload(*, body: str, title: str, **facts: str) -> bytes:
    """Build the JSON for the service worker, at most 3 KB, with as much of the body as fits."""
    facts["title"] = _cut(" ".join(title.split()), TITLE_LIMIT)
    spare = PAYLOAD_BYTES - len(_json({**facts, "body": ""}))
    shown = body.strip()
    limit = len(shown)
    while limit > 0 and len(_json({**facts, "body": shown})) > PAYLOAD_BYTES:
        limit = min(limit, spare) * 9 // 10
        shown = _cut(body.strip(), limit)
    return _json({**facts, "body": shown})


def _json(facts: dict[str, str]) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")


def _cut(text: str, limit: int) -> str:
    """Return the first words of a text, with an ellipsis if it was cut."""
    if len(text) <= limit:
        return text
    start = text[: max(0, limit - 1)]
    whole, space, _rest = start.rpartition(" ")
    return f"{(whole if space else start).rstrip()}…"


def _outcome(answer: OutsideResponse) -> PushOutcome:
    status = answer.status
    if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
        return PushOutcome(Result.SENT, status)
    if status in GONE:
        return PushOutcome(Result.GONE, status)
    busy = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    wait = _wait(answer.headers.get("Retry-After", "")) if busy else timedelta()
    return PushOutcome(Result.FAILED, status, may_retry=busy, retry_after=wait)


def _wait(text: str) -> timedelta:
    """Parse `Retry-After`, in seconds or as a date, up to a limit."""
    try:
        if text.isascii() and text.isdecimal():
            wait = timedelta(seconds=int(text[:9]))
        else:
            wait = parsedate_to_datetime(text) - clock.now()
    except (ValueError, TypeError):
        return timedelta()
    return min(max(wait, timedelta()), MAX_WAIT)


def _note(subscription: PushSubscription, outcome: PushOutcome) -> None:
    this = PushSubscription.id == subscription.id
    failures = 0 if outcome.result == Result.SENT else PushSubscription.failures + 1
    with unit_of_work():
        if outcome.result == Result.GONE:
            db.session.execute(delete(PushSubscription).where(this))
            return
        db.session.execute(
            update(PushSubscription)
            .where(this)
            .values(
                last_result=outcome.result,
                last_status=outcome.status,
                last_at=clock.now(),
                failures=failures,
            )
        )
