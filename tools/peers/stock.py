"""The stock peer: Flask-SocketIO as its documentation shows it, on gevent or on threads."""

import os
import sys

if "gevent" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import threading
from typing import Any

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

from tools.peers.store import Store, arguments


def main() -> None:
    """Serve until the process is stopped."""
    parser = arguments()
    parser.add_argument("--mode", choices=("gevent", "threading"), required=True)
    given = parser.parse_args()
    store = Store(given)
    lock = threading.Lock()
    app = Flask(__name__)
    sockets = SocketIO(app, async_mode=given.mode, transports=["websocket"])

    def connect() -> None:
        join_room("channel")
        emit("hello", store.hello())

    def post(data: dict[str, Any]) -> dict[str, Any]:
        with lock:  # what is stored later must not be told sooner
            told = store.post(data["client_id"], data["body"])
            emit("message:posted", told, to="channel")
        return {"ok": True, "message": told["message"]}

    sockets.on_event("connect", connect)
    sockets.on_event("message:post", post)
    # Where one of Flask's commands is above it, Flask would serve nothing.
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    print(f"Serving on http://127.0.0.1:{given.port}", flush=True)
    quiet = {"allow_unsafe_werkzeug": True} if given.mode == "threading" else {"backlog": 512}
    sockets.run(app, host="127.0.0.1", port=given.port, **quiet)


main()
