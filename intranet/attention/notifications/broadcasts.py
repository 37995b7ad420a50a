"""What open screens are told of notifications."""

from intranet.attention.notifications.events import Seen, Told
from intranet.delivery.realtime.pushing import push_to


def ring(event: Told) -> None:
    """Let the bells of open pages ring; what it is they ask for themselves."""
    push_to(event.person_ids, "notification:created", {})


def quieten(event: Seen) -> None:
    """Let one's other pages know that one has looked."""
    push_to([event.person_id], "notification:created", {})
