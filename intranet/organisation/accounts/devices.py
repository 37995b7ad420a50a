"""Browsers that have signed in to an account before, and device names from the user agent."""

import re
import secrets
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from intranet.platform.core.web import settings

COOKIE = "device"
MAX_ACCOUNTS = 5
MAX_NAME_LENGTH = 120

_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)


def device_name(user_agent: str) -> str:
    """Return the name of a device for the list of sign-ins: "Firefox · Windows"."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    if name := " · ".join(part for part in found if part):
        return name
    first, _, _ = user_agent.partition("/")
    plain = "".join(char for char in first if char.isprintable())
    return plain.strip()[:MAX_NAME_LENGTH]


def known_device(cookie: str | None, account_id: UUID | None) -> str | None:
    """Return the device's id, if its cookie proves an earlier sign-in to this account."""
    device, accounts = _read(cookie)
    return device if account_id is not None and account_id.hex in accounts else None


def remember(cookie: str | None, account_id: UUID) -> str:
    """Return the cookie's value once this device has signed in to the account as well."""
    device, accounts = _read(cookie)
    others = [other for other in accounts if other != account_id.hex]
    kept = [account_id.hex, *others][:MAX_ACCOUNTS]
    return str(_serializer().dumps([device or secrets.token_hex(8), kept]))


def _read(cookie: str | None) -> tuple[str | None, list[str]]:
    try:
        device, accounts = _serializer().loads(cookie or "")
        return str(device), [str(account) for account in accounts]
    except (BadSignature, TypeError, ValueError):
        return None, []


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="known device")


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), "")
