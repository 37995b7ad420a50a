"""The common part of the Python peers: messages in SQLite, sent as the same JSON as ours."""

import sqlite3
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from html import escape
from typing import Any

CONVERSATION = "00000000-0000-4000-8000-000000000000"
AUTHOR = {"id": CONVERSATION, "name": "Person 0", "caption": "Officer · Everybody · Bench Council"}


def arguments() -> ArgumentParser:
    """Return the parser of the arguments that every peer takes."""
    parser = ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--synchronous", choices=("NORMAL", "FULL"), required=True)
    return parser


class Store:
    """The messages of one channel. It is not thread-safe: callers must take turns."""

    def __init__(self, given: Namespace) -> None:
        """Open the database and create the table."""
        self._database = sqlite3.connect(
            given.database, isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(f"PRAGMA synchronous={given.synchronous}")
        self._database.execute(
            "CREATE TABLE messages (seq INTEGER PRIMARY KEY, client_id TEXT UNIQUE,"
            " body TEXT, html TEXT, created_at TEXT)"
        )
        self.rev = 0

    def hello(self) -> dict[str, Any]:
        """Return the greeting for a new client: the conversation and its revision."""
        return {"conversations": [{"id": CONVERSATION, "rev": self.rev}]}

    def post(self, client_id: str, body: str) -> dict[str, Any]:
        """Store a message, commit it, and return what to send to every client."""
        html = f"<p>{escape(body, quote=False)}</p>\n"
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        stored = self._database.execute(
            "INSERT INTO messages (client_id, body, html, created_at) VALUES (?, ?, ?, ?)",
            (client_id, body, html, now),
        )
        self.rev = stored.lastrowid or 0
        message = {
            "id": client_id,
            "conversation_id": CONVERSATION,
            "seq": self.rev,
            "rev": self.rev,
            "body_rev": self.rev,
            "client_id": client_id,
            "author": AUTHOR,
            "body": body,
            "html": html,
            "parent_id": None,
            "parent_seq": None,
            "reply_count": 0,
            "created_at": now,
            "edited_at": None,
            "deleted": False,
            "files": [],
            "mentions": [],
            "reactions": [],
            "pinned": False,
        }
        return {"conversation_id": CONVERSATION, "rev": self.rev, "message": message}
