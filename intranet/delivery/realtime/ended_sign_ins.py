"""Close sockets whose sign-in or token was ended by another process, such as a command.

With Redis this is announced at once; the database is polled as well, since it always knows.
"""

import logging
import threading
from datetime import datetime, timedelta

from flask import Flask

from intranet.delivery.realtime.connections import Connections
from intranet.organisation.accounts.credentials import ended_since
from intranet.platform.core import clock

log = logging.getLogger(__name__)

POLL_INTERVAL_SECONDS = 1
COMMIT_LAG = timedelta(seconds=15)
"""Tolerance for late commits and for clocks of other machines that are behind."""


class EndedSignInPoller:
    """Polls for ended credentials each second while sockets are open."""

    def __init__(self, app: Flask, connections: Connections, stopped: threading.Event) -> None:
        """Remember the connections to close and the event that stops polling."""
        self._app = app
        self._connections = connections
        self._stopped = stopped

    def follow(self) -> None:
        """Close the sockets of credentials soon after they have ended."""
        since = clock.now()
        while not self._stopped.wait(POLL_INTERVAL_SECONDS):
            try:
                since = self._look(since)
            except Exception:
                log.exception("who has ended")

    def _look(self, since: datetime) -> datetime:
        now = clock.now()
        if self._connections.everybody():
            with self._app.app_context():
                ended = ended_since(since - COMMIT_LAG)
            for credential_id in ended:
                for connection in self._connections.of_credential(credential_id):
                    connection.end_sign_in("ended")
        return now
