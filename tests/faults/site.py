"""A site on a database of its own, and the process that serves it, to be killed and started."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from intranet.app import create_app
from intranet.config import read_settings
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages import queries
from intranet.messaging.messages.serializers import message_json
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account, AccountState, SignIn, Token
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    appoint,
    appoint_all,
)
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core import clock, schema
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.conftest import close
from tests.delivery.realtime.clients import drain
from tests.faults.history import Row
from tests.messaging.messages.helpers import channel_of
from tests.services import PostgreSQL, Redis, free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
MEMBERS = ("ana", "carles", "xoel", "uxia", "nadia")
LEAVER = "iria"
OUTSIDER = "bieito"
KEPT_FOR = timedelta(days=90)


@dataclass
class Stage:
    """A new unit with its channel, for one run: five members, one of whom the right will end."""

    conversation_id: str
    appointment_id: str
    post_id: UUID


@dataclass
class Site:
    """What is served, and by what it stands."""

    folder: Path
    database_url: str
    redis: Redis | None = None
    postgresql: PostgreSQL | None = None
    command: tuple[str, ...] = ("-m", "intranet")
    code: Path = ROOT
    port: int = field(default_factory=free_port)
    process: Any = None
    cookies: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    app: Flask | None = None
    stages: int = 0
    elsewhere: str = ""
    """Another conversation, in which Ana may write."""

    smtp_url: str = ""
    """Where its mails go; else into a folder."""
    base_url: str = ""
    """How people reach it, where that is not the process itself."""
    is_front: bool = False
    """Whether it is one of several, so that one process is enough."""

    @property
    def workers(self) -> int:
        """How many processes serve."""
        return 2 if self.redis and not self.is_front else 1

    @property
    def settings(self) -> dict[str, str]:
        """Its settings, as in the environment."""
        found = {
            "INTRANET_DATA_DIR": str(self.folder),
            "INTRANET_DATABASE_URL": self.database_url,
            "INTRANET_SECRET_KEY": "the same in all processes, and long",
            "INTRANET_POSTS_PER_10S": "100000",
            "INTRANET_BASE_URL": self.base_url or f"http://127.0.0.1:{self.port}",
        }
        if self.smtp_url:
            found["INTRANET_SMTP_URL"] = self.smtp_url
        return found | ({"INTRANET_REDIS_URL": self.redis.url} if self.redis else {})

    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the processes say."""
        return self.folder / "server.log"

    def logged(self) -> int:
        """How long the log is."""
        return len(self.log.read_text(errors="replace")) if self.log.exists() else 0

    def complaints(self, since: int) -> list[str]:
        """The last line of each traceback that the processes logged since a place in the log."""
        found: list[str] = []
        depth = None
        for line in self.log.read_text(errors="replace")[since:].splitlines():
            if line.lstrip().startswith("Traceback "):
                depth = len(line) - len(line.lstrip())
            elif depth is not None and line[: depth + 1].strip():
                depth = None
                found.append(line.strip()[:200])
        return found

    def start(self) -> None:
        """Start the server as a user would, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, *self.command, "serve", "--empty", "--no-browser"),
                    *(f"--port={self.port}", f"--workers={self.workers}"),
                ],
                cwd=self.code,
                env={**os.environ, **self.settings, "FAULTS_SWITCH": str(self.switch)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if line.startswith("Serving on "):
                    return
        finally:
            watchdog.cancel()
        raise AssertionError("the server did not start:\n" + self.log.read_text()[-2000:])

    def kill(self) -> int:
        """End it without a word, with all that it started; give its number."""
        self.process.kill()
        return self._gone()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self._gone()

    def _gone(self) -> int:
        self.process.wait(30)
        self.process.stdout.close()
        return int(self.process.pid)

    def worker_pids(self) -> list[int]:
        """The processes that serve, below the one that was started."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(one) for one in children.read_text().split()]

    @property
    def switch(self) -> Path:
        """The file that says what the served processes are to do wrong, where they listen to it."""
        return self.folder / "switch"

    def let_go(self) -> None:
        """Stop serving, and close what the tests hold of it."""
        self.stop()
        if self.app:
            close(self.app)
            self.app = None

    @contextmanager
    def house(self) -> Iterator[Flask]:
        """The application beside the served one, on the same database."""
        if self.app is None:
            self.app = create_app(read_settings(self.settings))
        with self.app.app_context():
            yield self.app
            db.session.remove()

    def fill(self) -> None:
        """Make the tables and the people, and let each be signed in."""
        app = create_app(read_settings(self.settings))
        schema.upgrade(app)
        self.app = app
        with self.house():
            self.ids = {name: row_id for name, (_kind, row_id) in casting.build().items()}
            licences = db.session.get_one(Unit, self.ids["licences"])
            self.elsewhere = str(channel_of(licences).id)
            for name in (*MEMBERS, LEAVER, OUTSIDER):
                self.cookies[name] = _device(self.ids[name])
            self.token = token_of(self.ids["dorleta"])
        drain(app)

    def new_stage(self) -> Stage:
        """A unit of its own for a run.

        It is made beside the served processes, which learn of it from the database.
        """
        self.stages += 1
        name = f"Unidad {self.stages}"
        with self.house():
            root = db.session.get_one(Unit, self.ids["town_hall"])
            unit = create_unit(None, root, Localized({"es": name}))
            new = PostSpec(unit=unit, title=Localized({"es": f"Puesto {name}"}), places=100)
            post = create_post(None, new)
            made = [self._appoint(post, self.ids[who]) for who in (*MEMBERS, LEAVER)]
            return Stage(str(channel_of(unit).id), str(made[-1].id), post.id)

    def add_crowd(self, stage: Stage, number: int) -> list[str]:
        """So many more people of the unit, signed in; their names."""
        names = [f"crowd-{one}" for one in range(number)]
        with self.house():
            town = db.session.get_one(Agency, self.ids["monteclaro"])
            post = db.session.get_one(Post, stage.post_id)
            new = [name for name in names if name not in self.ids]
            made = create_people(None, town, [(name, ProfileContents()) for name in new])
            with unit_of_work() as work:
                work.add(
                    *(
                        Account(
                            person_id=person.id,
                            home_agency_id=town.id,
                            email=f"{person.name}@monteclaro.example",
                            state=AccountState.ACTIVE,
                        )
                        for person in made
                    )
                )
            self.ids |= {person.name: person.id for person in made}
            self.cookies |= {person.name: _device(person.id) for person in made}
            held = [db.session.get_one(Person, self.ids[name]) for name in names]
            appoint_all(
                None,
                town,
                [
                    AppointmentSpec(post=post, person=person, starts_on=casting.LONG_AGO)
                    for person in held
                ],
            )
        return names

    def talk_of(self, *names: str) -> str:
        """The direct talk of some people; its id."""
        with self.house():
            people = [db.session.get_one(Person, self.ids[name]) for name in names]
            return str(start_direct_message(people[0], people[1:]).id)

    def _appoint(self, post: Post, person_id: UUID) -> Appointment:
        person = db.session.get_one(Person, person_id)
        return appoint(None, post, person, starts_on=casting.LONG_AGO)

    def forget_connections(self) -> None:
        """Let go of the database beside the served processes, as it is about to be another."""
        drain(self.app)
        with self.house():
            db.session.remove()
            db.engine.dispose()

    def rev(self, conversation_id: str) -> int:
        """The conversation's revision, as the database has it."""
        with self.house():
            return db.session.get_one(Conversation, UUID(conversation_id)).rev

    def rows(self, conversation_id: str) -> list[Row]:
        """The conversation as the database has it."""
        with self.house():
            found = queries.after(UUID(conversation_id), 0, 1_000_000)
            return [Row(str(row.client_id), message_json(row)) for row in found]


def _device(person_id: UUID) -> str:
    account = db.session.query(Account).filter(Account.person_id == person_id).one()
    secret = new_secret()
    with unit_of_work() as work:
        work.add(
            SignIn(
                account_id=account.id,
                token_hash=hash_of(secret),
                is_kept=True,
                last_used_at=clock.now(),
                expires_at=clock.now() + KEPT_FOR,
            )
        )
    return f"{cookie_name()}={secret}"


def token_of(person_id: UUID) -> str:
    account = db.session.query(Account).filter(Account.person_id == person_id).one()
    secret = new_secret()
    with unit_of_work() as work:
        work.add(
            Token(
                account_id=account.id,
                name="faults",
                token_hash=hash_of(secret),
                scopes=["read", "write", "admin"],
                expires_at=clock.now() + KEPT_FOR,
            )
        )
    return secret
