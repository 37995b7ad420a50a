"""What another process has ended ends on the sockets of this one: a command, or a worker of jobs.

Where there is Redis it says so at once, as far as it is there. The database always knows.
"""

import logging
import threading
from datetime import datetime, timedelta

from flask import Flask

from intranet.accounts.credentials import ended_since
from intranet.core import clock
from intranet.realtime.connections import Connections

log = logging.getLogger(__name__)

LOOKS_EVERY_SECONDS = 1
LATE = timedelta(seconds=15)
"""So long after it was noted may an end be committed, or the clock of a machine be behind."""


class Ends:
    """Looks in the database each second, while somebody is connected."""

    def __init__(self, app: Flask, connections: Connections, stopped: threading.Event) -> None:
        """Take whose sockets are to be closed, and by what it is told to stop."""
        self._app = app
        self._connections = connections
        self._stopped = stopped

    def follow(self) -> None:
        """Close the sockets of sign-ins and tokens soon after they have ended."""
        since = clock.now()
        while not self._stopped.wait(LOOKS_EVERY_SECONDS):
            try:
                since = self._look(since)
            except Exception:
                log.exception("who has ended")

    def _look(self, since: datetime) -> datetime:
        now = clock.now()
        if self._connections.everybody():
            with self._app.app_context():
                ended = ended_since(since - LATE)
            for credential_id in ended:
                for connection in self._connections.of_credential(credential_id):
                    connection.end_sign_in("ended")
        return now
