"""Load Socket.IO's library without the clients of Redis, which it has for managers of its own.

Processes here reach each other by `relay`; both clients together hold 10 MB.
"""

from intranet.platform.core.late_imports import without

with without("redis", "valkey"):
    import socketio  # noqa: F401 - here first, so that it is loaded so
