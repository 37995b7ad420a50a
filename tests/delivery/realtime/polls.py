"""What tests of clients that poll have in common."""

import threading
from contextlib import contextmanager

import requests

from tests.delivery.realtime.clients import PATIENCE, wait_until


def session_of(app, client):
    return app.extensions["realtime"]._server.eio.sockets[client.sid].queue


@contextmanager
def polling(client):
    """A poll that waits beside; its answer is what `[0]` of the list holds at the end."""
    answers: list[requests.Response] = []
    url, headers = f"{client.address}/socket.io/", client.headers
    query = {"EIO": "4", "transport": "polling", "sid": client.sid}

    def poll():
        answers.append(requests.get(url, params=query, headers=headers, timeout=PATIENCE))

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield answers
    finally:
        thread.join()


def wait_for_poll(app, client):
    wait_until(session_of(app, client).getting.locked)
