"""Playwright's fixtures on the Chromium of this machine."""

import os

import pytest

from tools.programs import chromium


def pytest_collection_modifyitems(items):
    """Refuse a name that shadows one of Playwright's: the test would count as one in a browser."""
    shadowing = [
        item.nodeid
        for item in items
        if hasattr(item, "callspec")
        and "browser_name" in item.callspec.params
        and "browser" not in item.fixturenames
    ]
    if shadowing:
        raise pytest.UsageError(f"named like a fixture of Playwright's: {', '.join(shadowing)}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """How Chromium is started: the one found, as root without its sandbox."""
    options = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    options += ["--no-first-run", "--disable-sync", "--disable-quic"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": chromium(), "args": options}
