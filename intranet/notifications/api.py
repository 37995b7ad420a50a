"""REST: what one was told."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.core.query_values import limit
from intranet.core.rest import PREFIX, after_time, body, described, page, time_cursor
from intranet.messages.serializers import instant
from intranet.notifications import queries
from intranet.notifications.forms import SeeForm
from intranet.notifications.operations import see
from intranet.notifications.shown import Shown, shown
from intranet.people.models import Person

bp = Blueprint("notifications_api", __name__, url_prefix=PREFIX)


@bp.get("/notifications")
@described("[Notification]", query=("limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """What one was told, the newest first, with why and by which ways it went."""
    found = queries.latest(person, time_cursor(), limit() + 1)
    rest = found[: limit()]
    last = rest[-1] if len(found) > limit() else None
    following = after_time(last.created_at, last.id) if last else None
    return page([notification_json(row) for row in shown(person, rest)], following)


@bp.patch("/notifications")
@described("Seen", form=SeeForm)
@signed_in
def update(person: Person) -> ResponseReturnValue:
    """Note that one has looked at these, or at all."""
    see(person, SeeForm.parse_exactly(body()).ids)
    return jsonify({"unseen": queries.unseen_count(person)})


def notification_json(row: Shown) -> dict[str, Any]:
    """One of them."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "title": row.title,
        "detail": row.detail,
        "url": row.path,
        "why": row.why,
        "seen": row.is_seen,
        "created_at": instant(row.at),
        "deliveries": [
            {
                "channel": way.channel,
                "state": way.state,
                "because": way.because,
                "at": instant(way.at) if way.at else None,
            }
            for way in row.ways
        ],
    }
