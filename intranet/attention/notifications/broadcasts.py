"""Socket pushes about notifications to open pages."""

from intranet.attention.notifications.events import NotificationsAdded, Seen
from intranet.delivery.realtime.pushing import push_to


def push_new(event: NotificationsAdded) -> None:
    """Tell open pages that there is a new notification; they fetch it themselves."""
    push_to(event.person_ids, "notification:created", {})


def quieten(event: Seen) -> None:
    """Tell the person's other pages that notifications were seen."""
    push_to([event.person_id], "notification:created", {})
