"""The demonstration, served, its cast at real browsers, and everything a browser complains of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from intranet.app import create_app
from intranet.collaboration.initiatives.models import INITIATIVE
from intranet.config import Settings
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Administration, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import outbox, schema
from intranet.publishing.publications.models import VOICED, Publication
from tests.browser.visitors import DESK, House, Visitor
from tests.cast import Browser as Client
from tests.cast import sign_in
from tests.conftest import close, settings_for
from tests.delivery.realtime.clients import served
from tests.messaging.messages.helpers import channel_of, say
from tools.demo.loader import load

TOWN = "L01990012"
LEFT = "net::ERR_ABORTED"  # what was still on its way when the page was left
PASSWORD = "una-clave-para-probar"


@dataclass
class Demonstration:
    """Where it is served, who is in it, and what they look at."""

    app: Flask
    house: House

    def person(self, name: str) -> Person:
        """One of the cast, by the local part of their address."""
        with self.app.app_context():
            return self._person(name)

    def visitor(self, name: str, how: dict[str, Any] = DESK, **more: Any) -> Visitor:
        """One of the cast at a browser of their own."""
        return self.house.visitor(self.person(name), how, **more)

    def places(self) -> dict[str, str]:
        """Addresses that have ids in them, by what is there."""
        with self.app.app_context():
            licences = self._unit("Licencias")
            channel = channel_of(licences)
            ana, bieito = self._person("ana"), self._person("bieito")
            held = select(Appointment).where(Appointment.person_id == ana.id)
            appointment = db.session.scalars(held).first()
            given = select(Administration.id).where(Administration.agency.has(code=TOWN))
            assert appointment
            return {
                "channel": f"/c/{channel.id}",
                "thread": f"/c/{channel.id}/m/{self._answered(channel)}",
                "unit": f"/units/{licences.id}",
                "post": f"/posts/{appointment.post_id}",
                "other": f"/people/{bieito.id}",
                "me": f"/people/{ana.id}",
                "unit_id": str(licences.id),
                "post_id": str(appointment.post_id),
                "ana_id": str(ana.id),
                "appointment_id": str(appointment.id),
                "administration_id": str(db.session.scalar(given)),
                **self._announcements(),
            }

    def talk(self, name: str, other: str) -> str:
        """The address of the talk that two of the cast have."""
        from intranet.messaging.conversations.operations import start_direct_message

        with self.app.app_context():
            return f"/c/{start_direct_message(self._person(name), [self._person(other)]).id}"

    def file_sent(self, name: str, *lines: str) -> str:
        """The address of a file of people that one of the cast sent, already looked through."""
        client = cast("Client", sign_in(self.app.test_client(), self.person(name)))
        file = (BytesIO("\n".join(lines).encode()), "plantilla.csv")
        form = {"kind": "people", "agency": TOWN, "file": file}
        answer = client.submit("/admin/import", form, content_type="multipart/form-data")
        self._run_long()
        client.submit(f"{answer.location}/columns", {"do": "review"})
        self._run_long()
        return str(answer.location)

    def _run_long(self) -> None:
        with self.app.app_context():
            while outbox.run_due(pace=outbox.Pace.LONG):
                pass

    def says(self, name: str, address: str, text: str) -> None:
        """Let one of the cast say something in the conversation at an address."""
        with self.app.app_context():
            room = db.session.get_one(Conversation, UUID(address.removeprefix("/c/")))
            say(self._person(name), room, text)

    def _person(self, name: str) -> Person:
        who = select(Person).join(Account, Account.person_id == Person.id)
        return db.session.scalars(who.where(Account.email.startswith(f"{name}@"))).one()

    def _announcements(self) -> dict[str, str]:
        """Addresses of what Ana is to confirm, was corrected, Carles writes and Elna leads."""
        carles = self._person("carles")
        elna = self._person("elna")
        asked = select(Publication).order_by(Publication.created_at)
        rows = db.session.scalars(asked.where(Publication.kind.in_(VOICED))).all()
        led = select(Publication.id).where(
            Publication.kind == INITIATIVE, Publication.created_by_id == elna.id
        )
        return {
            "initiative": f"/initiatives/{db.session.scalars(led).one()}",
            "owed": next(
                f"/p/{row.id}" for row in rows if row.announcement.due_on and row.published_at
            ),
            "article": next(f"/p/{row.id}" for row in rows if row.conversation_id),
            "corrected": next(f"/p/{row.id}" for row in rows if row.version > 1),
            "draft": next(
                f"/p/{row.id}"
                for row in rows
                if row.created_by_id == carles.id and not row.published_at
            ),
        }

    def _unit(self, name: str) -> Unit:
        units = db.session.scalars(select(Unit).where(Unit.agency.has(code=TOWN)))
        return next(unit for unit in units if unit.name.text("es") == name)

    def _answered(self, channel: Conversation) -> int:
        """The last message of a conversation that has answers."""
        there = select(Message.seq).where(
            Message.conversation_id == channel.id, Message.reply_count > 1
        )
        return max(db.session.scalars(there))


def load_into(folder: Path) -> None:
    """Load it into an empty database in this folder, unless it is there."""
    done = folder / "done"
    if done.exists():
        return
    app = create_app(_settings(folder))
    schema.upgrade(app)
    with app.app_context():
        load(PASSWORD)
    close(app)
    done.touch()


@contextmanager
def demonstration(loaded: Path, folder: Path, browser: Browser) -> Iterator[Demonstration]:
    """Serve a copy, in this folder, of what was loaded into the other."""
    shutil.copytree(loaded, folder, dirs_exist_ok=True)
    app = create_app(_settings(folder))
    app.test_client_class = Client
    try:
        with served(app) as address:
            yield Demonstration(app, House(address, app, browser))
    finally:
        close(app)


def _settings(folder: Path) -> Settings:
    return settings_for(f"sqlite:///{folder / 'shown.sqlite'}", folder)


class Watch:
    """What a page's browser complains of, by the address that the page had."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self._allowed: set[str] = set()
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def goto(self, address: str, status: int = 200) -> None:
        """Go somewhere that answers with this status."""
        self._allowed = {address} if status >= 400 else set()
        answer = self.page.goto(address)
        if answer is None or answer.status != status:
            self._note(f"answers {answer and answer.status} instead of {status}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and not self._is_allowed(message.location.get("url", "")):
            self._note(message.text)

    def _failed(self, request: Any) -> None:
        if request.failure != LEFT:
            self._note(f"{request.url}: {request.failure}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not self._is_allowed(response.url):
            self._note(f"{response.status} {response.url}")

    def _is_allowed(self, url: str) -> bool:
        return any(url.endswith(address) for address in self._allowed)

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")
