"""People at a browser, and short ways to what they see in a conversation."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    expect,
)
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.delivery.realtime.clients import PATIENCE

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
WITHOUT_SCRIPT: dict[str, Any] = {**DESK, "java_script_enabled": False}
WRITE = ".conversation__foot textarea"
THREAD_WRITE = "message-thread textarea"


@dataclass
class House:
    """Where the site is served, and who may come."""

    address: str
    app: Any
    browser: Browser

    def visitor(self, person: Any, how: dict[str, Any] = DESK, **more: Any) -> "Visitor":
        """Somebody at a browser of their own, signed in, who reads English.

        Without a service worker, which is beside the point and fetches what it keeps each time.
        """
        settings = {"reduced_motion": "reduce", "service_workers": "block", **how, **more}
        context = self.browser.new_context(base_url=self.address, locale="en-GB", **settings)
        context.set_default_timeout(PATIENCE * 1_000)
        client = casting.sign_in(self.app.test_client(), person)
        with self.app.app_context():
            with unit_of_work():  # the site is at work on the same database
                account = db.session.scalars(
                    select(Account).where(Account.person_id == person.id)
                ).one()
                account.locale = "en"
            cookie = client.get_cookie(cookie_name())
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        return Visitor(context, context.new_page())


class Visitor:
    """A person's page, and what went wrong on it."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        """Keep what breaks the content policy; lost connections are part of some tests."""
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def open(self, conversation: Any) -> "Visitor":
        """Go to a conversation and wait until it is live."""
        self.page.goto(f"/c/{conversation.id}")
        return self.watch()

    def watch(self) -> "Visitor":
        """Wait until the conversation is told also what goes only to open screens."""
        self.page.locator("message-log[data-watched]").first.wait_for(state="attached")
        return self.settle()

    def settle(self) -> "Visitor":
        """Wait until the page is live."""
        self.page.locator("html[data-connection=online]").wait_for(state="attached")
        return self

    def write(self, text: str, *, into: str = WRITE) -> None:
        """Send a message by keyboard."""
        self.page.fill(into, text)
        self.page.press(into, "Enter")

    def attach(self, *files: tuple[str, str, bytes]) -> None:
        """Add files (name, media type, bytes) to the message, and wait until they are there."""
        self.page.set_input_files(
            ".conversation__foot .composer__attach",
            [FilePayload(name=name, mimeType=kind, buffer=held) for name, kind, held in files],
        )
        self.wait_for_files(len(files))

    def wait_for_files(self, count: int = 1) -> None:
        """Wait until files that were added are uploaded."""
        expect(self.page.locator(".upload")).to_have_count(count)
        expect(self.page.locator(".upload progress:visible")).to_have_count(0)

    def message(self, text: str) -> Locator:
        """The newest message in the log that says so."""
        return self.page.locator("message-log .message", has_text=text).last

    def reply(self, text: str) -> Locator:
        """A message in the open thread."""
        return self.page.locator("message-thread .message", has_text=text).last

    def choose(self, message: Locator, action: str) -> None:
        """Do something with a message by its toolbar or the menu there."""
        message.hover()
        button = message.locator(f"[data-action={action}]").last
        if not button.is_visible():
            message.locator(".message__tools summary").click()
        button.click()

    def unread(self) -> str:
        """What the rail counts; empty for nothing."""
        badge = self.page.locator("unread-total .count")
        return badge.inner_text().split()[0] if badge.is_visible() else ""
