"""Set up the library: Flask-SocketIO, with our queue and our WebSocket below it."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from intranet.delivery.realtime.delayed_tasks import Delayed
from intranet.delivery.realtime.limits import FRAME_BYTES
from intranet.delivery.realtime.manager import Manager
from intranet.delivery.realtime.pings import Pings
from intranet.delivery.realtime.session import Session
from intranet.delivery.realtime.transport import WebSocket


def make_server(app: Flask, async_mode: str) -> Any:
    """Create the Socket.IO server of an application."""
    quiet = logging.getLogger("intranet.delivery.realtime.socketio_setup")
    quiet.setLevel(logging.ERROR)  # below that it logs what people write
    server = SocketIO(
        app,
        async_mode=async_mode,
        async_handlers=False,  # answer in order, except catching up
        client_manager=Manager(),
        cors_allowed_origins=[],  # `Gate` checks origins
        http_compression=False,  # it would compress each reader's copy
        max_http_buffer_size=FRAME_BYTES,
        manage_session=False,
        logger=quiet,
        engineio_logger=quiet,
    ).server
    engine = server.eio
    Pings(engine)
    run = engine.start_background_task
    unidentified: Delayed[Session] = Delayed(run, engine.sleep, Session.look)
    leaving: Delayed[Session] = Delayed(run, engine.sleep, Session.shut)
    engine._async = {  # noqa: SLF001 - the table of this server alone; named in tests/delivery/realtime
        **engine._async,  # noqa: SLF001 - see above
        "queue": partial(Session, unidentified=unidentified.add, leaving=leaving.add),
        "websocket": partial(_websocket, run),
    }
    return server


def _websocket(
    run: Callable[[Callable[[], None]], object],
    handler: Callable[[WebSocket], object],
    _server: object,
) -> WebSocket:
    return WebSocket(handler, run=run)
