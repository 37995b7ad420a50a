"""REST endpoints for scheduled messages."""

from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, Field

from intranet.delivery.files.serializers import file_json
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.messages import endpoints
from intranet.messaging.messages.forms import FILES_LIMIT, as_list
from intranet.messaging.messages.responses import MessageResponse, ScheduledMessageResponse
from intranet.messaging.messages.scheduled import ScheduledMessage, get_scheduled, scheduled_by
from intranet.messaging.messages.scheduling import (
    MessagePlan,
    change_scheduled,
    delete_scheduled,
    schedule_message,
    send_now,
)
from intranet.messaging.messages.serializers import instant
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.sender_notes import moment
from intranet.platform.core import clock
from intranet.platform.core.parsing import EmptyIsNone, Form, Instant, Text
from intranet.platform.core.rest import PREFIX, body, described, idempotent, page, part
from intranet.platform.core.web import settings

bp = Blueprint("scheduled_api", __name__, url_prefix=PREFIX)


class ScheduleMessage(Form):
    """A message to post at `send_at`. `client_id` is the sender's own, as for posting."""

    conversation_id: UUID
    client_id: UUID
    send_at: Instant
    body: Text = ""
    parent_id: Annotated[UUID | None, EmptyIsNone] = None
    post_id: Annotated[UUID | None, EmptyIsNone] = None
    file_ids: Annotated[list[UUID], BeforeValidator(as_list)] = Field(
        default_factory=list, max_length=FILES_LIMIT
    )


class ChangeScheduled(Form):
    """A new text or time; omitted fields stay."""

    body: Text | None = None
    send_at: Instant | None = None


@bp.get("/scheduled_messages")
@described(list[ScheduledMessageResponse], query=("limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List your scheduled messages, the soonest first, and those that were not sent."""
    rows, following = part(scheduled_by(person), lambda row: str(row.id))
    return page([scheduled_json(row) for row in rows], following)


@bp.post("/conversations/<uuid:conversation_id>/scheduled_messages")
@described(ScheduledMessageResponse, form=ScheduleMessage)
@signed_in
def create(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Schedule a message, once per `client_id`."""
    form = ScheduleMessage.parse_exactly(body(), conversation_id=conversation_id)
    get_conversation(person, conversation_id)
    return idempotent(person.id, lambda: (_scheduled(person, form), 201))


@bp.get("/scheduled_messages/<uuid:scheduled_id>")
@described(ScheduledMessageResponse)
@signed_in
def show(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Return one of your scheduled messages."""
    return jsonify(scheduled_json(get_scheduled(person, scheduled_id)))


@bp.patch("/scheduled_messages/<uuid:scheduled_id>")
@described(ScheduledMessageResponse, form=ChangeScheduled)
@signed_in
def update(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Change the text or the time of a scheduled message, or schedule one that was not sent."""
    row = get_scheduled(person, scheduled_id)
    form = ChangeScheduled.parse_exactly(body())
    return jsonify(
        scheduled_json(change_scheduled(person, row, body=form.body, send_at=form.send_at))
    )


@bp.delete("/scheduled_messages/<uuid:scheduled_id>")
@described(None, status=204)
@signed_in
def delete(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Delete a scheduled message."""
    delete_scheduled(person, get_scheduled(person, scheduled_id))
    return "", 204


@bp.post("/scheduled_messages/<uuid:scheduled_id>/send")
@described(MessageResponse)
@signed_in
def send(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Post a scheduled message now."""
    row = get_scheduled(person, scheduled_id)

    def sent() -> tuple[dict[str, Any], int]:
        message = send_now(person, row, posts_per_10s=settings().posts_per_10s)
        return endpoints.acknowledged(message)["message"], 201

    return idempotent(person.id, sent)


def scheduled_json(row: ScheduledMessage) -> dict[str, Any]:
    """Return a scheduled message for its author; `when` is its time in words."""
    return {
        "id": str(row.id),
        "conversation_id": str(row.conversation_id),
        "parent_id": str(row.parent_id) if row.parent_id else None,
        "post_id": str(row.post_id) if row.post_id else None,
        "client_id": str(row.client_id),
        "body": row.body,
        "files": [file_json(held.file) for held in row.files],
        "send_at": instant(row.send_at),
        "when": moment(row.send_at, clock.now()),
        "created_at": instant(row.created_at),
        "failed_at": instant(row.failed_at),
        "failure": row.failure.value if row.failure else None,
    }


def _scheduled(person: Person, form: ScheduleMessage) -> dict[str, Any]:
    plan = MessagePlan(
        body=form.body,
        send_at=form.send_at,
        client_id=form.client_id,
        parent_id=form.parent_id,
        post_id=form.post_id,
        file_ids=form.file_ids,
    )
    return scheduled_json(schedule_message(person, form.conversation_id, plan))
