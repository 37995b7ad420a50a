"""Sockets: events from clients and pushes to people. The only importer of Flask-SocketIO."""

from intranet.delivery.realtime.audience import (
    FoundReaders,
    Readers,
    finds_guests,
    finds_readers,
    finds_who_reads,
)
from intranet.delivery.realtime.calls import asked_events, on, on_connect, unwatch, watch
from intranet.delivery.realtime.pushing import (
    close_sign_in,
    once_together,
    push,
    push_to,
    push_to_watchers,
)
from intranet.delivery.realtime.server import init_app, shut_down

__all__ = [
    "FoundReaders",
    "Readers",
    "asked_events",
    "close_sign_in",
    "finds_guests",
    "finds_readers",
    "finds_who_reads",
    "init_app",
    "on",
    "on_connect",
    "once_together",
    "push",
    "push_to",
    "push_to_watchers",
    "shut_down",
    "unwatch",
    "watch",
]
