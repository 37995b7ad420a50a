"""REST: a person's notifications."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from intranet.attention.notifications import queries
from intranet.attention.notifications.forms import SeeForm
from intranet.attention.notifications.operations import see
from intranet.attention.notifications.responses import NotificationResponse, SeenResponse
from intranet.attention.notifications.view_models import NotificationRow, notification_views
from intranet.messaging.messages.serializers import instant
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.query_values import limit
from intranet.platform.core.rest import PREFIX, after_time, body, described, page, time_cursor

bp = Blueprint("notifications_api", __name__, url_prefix=PREFIX)


@bp.get("/notifications")
@described(list[NotificationResponse], query=("limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List notifications, grouped by subject, the most recent activity first."""
    found = queries.latest(person, time_cursor(), limit() + 1)
    rest = found[: limit()]
    queries.load_deliveries(rest)
    last = rest[-1] if len(found) > limit() else None
    following = after_time(last.acted_at, last.id) if last else None
    return page([notification_json(row) for row in notification_views(person, rest)], following)


@bp.patch("/notifications")
@described(SeenResponse, form=SeeForm)
@signed_in
def update(person: Person) -> ResponseReturnValue:
    """Mark the given notifications as seen, with the acts grouped in them, or all of them."""
    see(person, SeeForm.parse_exactly(body()).ids)
    return jsonify({"unseen": queries.unseen_count(person)})


def notification_json(row: NotificationRow) -> dict[str, Any]:
    """Render one row: the sentence, the words, the place, and how many acts it stands for."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "title": row.title,
        "detail": row.words,
        "place": row.place,
        "actor_id": str(row.actors[0]["id"]) if row.actors and row.actors[0] else None,
        "count": row.number,
        "url": row.path,
        "why": row.why,
        "seen": row.is_seen,
        "created_at": instant(row.created_at),
        "acted_at": instant(row.at),
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
