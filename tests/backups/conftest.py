"""A server in a process of its own, which can be killed and started again on the same port."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from intranet.app import create_app
from intranet.config import read_settings
from intranet.extensions import db
from intranet.messaging.messages import queries
from intranet.messaging.messages.serializers import message_json
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.platform.core import clock, schema
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.backups.talkers import Talker
from tests.conftest import close
from tests.delivery.realtime.clients import drain
from tests.messaging.messages.helpers import channel_of
from tests.services import free_port

TALKERS = 20
START_SECONDS = 90


@dataclass
class Site:
    """A site on a database of its own, and the process that serves it."""

    settings: dict[str, str]
    port: int
    process: Any = None
    conversation_id: str = ""
    cookies: list[str] = field(default_factory=list)

    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server as a user would, and wait until it answers."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "intranet",
                "serve",
                "--empty",
                "--no-browser",
                f"--port={self.port}",
            ],
            env={**os.environ, **self.settings, "INTRANET_POSTS_PER_10S": "100000"},
            stdout=subprocess.PIPE,
            text=True,
        )
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        for line in self.process.stdout:
            if line.startswith("Serving on "):
                watchdog.cancel()
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """End it without a word, with all that it started."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stored(self) -> list[dict[str, Any]]:
        """The conversation as the database has it."""
        app = create_app(read_settings(self.settings))
        with app.app_context():
            rows = queries.after(UUID(self.conversation_id), 0, 1_000_000)
            found = [message_json(row) for row in rows]
        close(app)
        return found

    def talkers(self) -> list[Talker]:
        """As many as there are devices; every other is a program from before there were epochs."""
        return [
            Talker(self.address, cookie, self.conversation_id, knows_epochs=number % 2 == 0)
            for number, cookie in enumerate(self.cookies)
        ]


@pytest.fixture
def site(new_database_url, tmp_path):
    """The cast's house, served, with twenty devices signed in that talk in one channel."""
    made = Site(
        {
            "INTRANET_DATA_DIR": str(tmp_path),
            "INTRANET_DATABASE_URL": new_database_url(),
        },
        free_port(),
    )
    fill(made)
    yield made
    stop(made)


def stop(made: Site) -> None:
    """Ask it to end."""
    if made.process and made.process.poll() is None:
        made.process.terminate()
        made.process.wait(15)
        made.process.stdout.close()


def fill(site: Site) -> None:
    """Migrate, build the cast, and sign twenty devices in."""
    app = create_app(read_settings(site.settings))
    schema.upgrade(app)
    with app.app_context():
        ids = casting.build()
        cast = casting.Cast(app, ids)
        site.conversation_id = str(channel_of(cast.urban_planning).id)
        people = [cast.ana, cast.carles, cast.xoel, cast.uxia]
        site.cookies = [_device(people[number % len(people)]) for number in range(TALKERS)]
    drain(app)
    close(app)


def _device(person) -> str:
    account = db.session.query(Account).filter(Account.person_id == person.id).one()
    secret = new_secret()
    with unit_of_work() as work:
        work.add(
            SignIn(
                account_id=account.id,
                token_hash=hash_of(secret),
                last_used_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=1),
            )
        )
    return f"{cookie_name()}={secret}"
