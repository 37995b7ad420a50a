"""Sockets: events from clients and pushes to people. The only importer of Flask-SocketIO."""

from intranet.delivery.realtime import library  # noqa: F401 - before what imports Socket.IO
from intranet.delivery.realtime.client_events import (
    client_event_names,
    on,
    on_connect,
    unwatch,
    watch,
)
from intranet.delivery.realtime.packets import EncodedObjects, as_json
from intranet.delivery.realtime.push_readers import (
    FoundReaders,
    Readers,
    finds_guests,
    finds_readers,
    register_reader_lookup,
)
from intranet.delivery.realtime.pushing import (
    cached_per_push,
    close_sign_in,
    push,
    push_to,
    push_to_watchers,
)
from intranet.delivery.realtime.server import init_app, shut_down

__all__ = [
    "EncodedObjects",
    "FoundReaders",
    "Readers",
    "as_json",
    "cached_per_push",
    "client_event_names",
    "close_sign_in",
    "finds_guests",
    "finds_readers",
    "init_app",
    "on",
    "on_connect",
    "push",
    "push_to",
    "push_to_watchers",
    "register_reader_lookup",
    "shut_down",
    "unwatch",
    "watch",
]
