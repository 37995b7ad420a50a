"""Response models of notifications."""

from typing import Literal

from pydantic import AwareDatetime

from intranet.platform.core.responses import ResponseModel


class DeliveryResponse(ResponseModel):
    """A delivery of a notification by mail or push."""

    channel: Literal["mail", "push"]
    state: Literal["waiting", "digest", "sent", "failed", "left_out"]
    because: str
    at: AwareDatetime | None


class NotificationResponse(ResponseModel):
    """Notifications of one subject, and how many acts they stand for."""

    id: str
    kind: str
    title: str
    detail: str
    place: str
    url: str
    why: str
    created_at: AwareDatetime
    acted_at: AwareDatetime
    actor_id: str | None
    count: int
    seen: bool
    deliveries: list[DeliveryResponse]


class SeenResponse(ResponseModel):
    """How many notifications are still unseen."""

    unseen: int
