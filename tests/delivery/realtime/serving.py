"""What gunicorn serves in tests of sockets: the house, with events that make much or little."""

import signal
import threading
from uuid import UUID

from intranet.platform.core.memory import loading
from intranet.platform.core.shutdown import stop

with loading():  # as `serve` does
    from intranet.app import create_app
    from intranet.delivery.realtime import Readers, close_sign_in, on, push, push_to

    app = create_app()
_before = signal.getsignal(signal.SIGTERM)


def _stop(number, frame):
    """As the worker classes of `cli.gunicorn_server` do."""
    threading.Thread(target=stop, daemon=True).start()
    if callable(_before):
        _before(number, frame)


signal.signal(signal.SIGTERM, _stop)


@on("test:nothing", scope="read")
def nothing(_person, _data):
    return None


@on("test:push")
def push_many(_person, data):
    """Push so many times so many characters to some people; a number says which it is."""
    for number in range(data["times"]):
        payload = {"number": number, "fill": "x" * data.get("size", 0)}
        push_to(data["people"], "test:pushed", payload)


@on("test:push_readers")
def push_readers(_person, data):
    push(Readers(UUID(data["key"]), data["version"]), "test:pushed", {"number": data["number"]})


@on("test:end")
def end(_person, data):
    close_sign_in(data["id"])
