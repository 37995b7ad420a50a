"""A real mail server, and what comes to it."""

import threading
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.platform.core.outbox import run_due
from tests.services import free_port


class Letterbox:
    """A mail server that keeps what it is given, and can be told to refuse."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.connections: set[tuple[str, int]] = set()
        self.refuses = False
        self.unknown: dict[str, str] = {}
        self.url = ""
        self.arrived = threading.Event()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if address in self.unknown:
            return self.unknown[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.connections.add(session.peer)
        if self.refuses:
            return "451 Not now"
        message = message_from_bytes(envelope.original_content, policy=default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        self.arrived.set()
        return "250 OK"


@pytest.fixture
def letterbox():
    """A real SMTP server, and what came to it."""
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


@pytest.fixture
def mail(app, letterbox):
    """Does what the outbox owes, and gives the letters that came of it."""
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], smtp_url=letterbox.url, mail_from="intranet@monteclaro.example"
    )

    def deliver() -> list[EmailMessage]:
        letterbox.letters.clear()
        with app.app_context():
            while run_due():
                pass
        return list(letterbox.letters)

    return deliver
