"""Message counters for `/metrics`."""

from prometheus_client import Counter

from intranet.messaging.messages.events import MessagePosted

posted = Counter("intranet_messages_posted", "Messages stored")


def count_posted(_event: MessagePosted) -> None:
    """Count a message that is stored."""
    posted.inc()
