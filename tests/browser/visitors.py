"""People at a browser, and short ways to what they see in a conversation."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests import cast as casting

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
        """Somebody at a browser of their own, signed in."""
        context = self.browser.new_context(
            base_url=self.address, locale="en-GB", reduced_motion="reduce", **{**how, **more}
        )
        client = casting.sign_in(self.app.test_client(), person)
        with self.app.app_context():
            cookie = client.get_cookie(casting.cookie_name())
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
        return self.settle()

    def settle(self) -> "Visitor":
        """Wait until the page is live."""
        self.page.locator("html[data-connection=online]").wait_for(state="attached")
        return self

    def write(self, text: str, *, into: str = WRITE) -> None:
        """Send a message by keyboard."""
        self.page.fill(into, text)
        self.page.press(into, "Enter")

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
