"""Telling one device one thing. It waits for the push service, so it is called by jobs only."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Literal

from sqlalchemy import delete, update

from intranet.delivery.push import patience
from intranet.delivery.push.models import PushSubscription, Result
from intranet.delivery.push.protocol import seal
from intranet.extensions import db
from intranet.organisation.accounts.letters import language_of
from intranet.platform.core import clock
from intranet.platform.core.outside import Answer, NoAnswerError, NotOutsideError, post
from intranet.platform.core.unit_of_work import unit_of_work

# Push services take 4,096 bytes, of which encryption needs some; Apple's is the strictest.
PAYLOAD_BYTES = 3_072
TITLE_LIMIT = 120
LONGEST_WAIT = timedelta(hours=6)
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
Urgency = Literal["very-low", "low", "normal", "high"]


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Args:
        result: sent: the push service has it; gone: the device is no longer there, and the
            subscription is deleted; failed.
        status: what the push service answered, None where it did not.
        may_retry: whether trying again is of use.
        retry_after: how long to wait at least, where the push service says so.
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
) -> Outcome:
    """Tell a device something, and note on its row what became of it.

    Nothing is tried while its person's devices have taken too long (`patience.py`).

    Args:
        subscription: of a device whose person is told.
        title: one line, in the reader's language; cut at 120 characters.
        body: plain text; cut at a word where it is too long.
        url: the page to open, a path on this site.
        tag: what it is about: a later one with the same tag takes its place.
        urgency: `high` wakes a sleeping phone.
        ttl_seconds: for how long the push service keeps it for a device that is off.
    """
    if patience.is_spent(subscription.person_id):
        wait = patience.until_it_is_back()
        return Outcome(Result.FAILED, may_retry=True, retry_after=wait)
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
        with patience.waiting_for(subscription.person_id):
            outcome = _outcome(post(subscription.endpoint, headers, sealed.body))
    except NotOutsideError:
        outcome = Outcome(Result.FAILED)
    except NoAnswerError:
        outcome = Outcome(Result.FAILED, may_retry=True)
    _note(subscription, outcome)
    return outcome


def _topic(subscription: PushSubscription, tag: str) -> str:
    """What a later one replaces. Another for each device: its service learns of no two the same."""
    named = sha256(f"{subscription.id} {tag}".encode()).digest()
    return urlsafe_b64encode(named)[:32].decode()


def _payload(*, body: str, title: str, **facts: str) -> bytes:
    """What the service worker reads, at most 3 KB; of the body as many words as fit."""
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
    """The first words of a text, with a sign that more would follow."""
    if len(text) <= limit:
        return text
    start = text[: max(0, limit - 1)]
    whole, space, _rest = start.rpartition(" ")
    return f"{(whole if space else start).rstrip()}…"


def _outcome(answer: Answer) -> Outcome:
    status = answer.status
    if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome(Result.SENT, status)
    if status in GONE:
        return Outcome(Result.GONE, status)
    busy = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    wait = _wait(answer.headers.get("Retry-After", "")) if busy else timedelta()
    return Outcome(Result.FAILED, status, may_retry=busy, retry_after=wait)


def _wait(text: str) -> timedelta:
    """What `Retry-After` says, in seconds or as a date, within reason."""
    try:
        if text.isascii() and text.isdecimal():
            wait = timedelta(seconds=int(text[:9]))
        else:
            wait = parsedate_to_datetime(text) - clock.now()
    except (ValueError, TypeError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _note(subscription: PushSubscription, outcome: Outcome) -> None:
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
