"""What axe and Lighthouse find on a page."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import websocket
from playwright.sync_api import Page

from tools.programs import chromium, node, node_program

LISTENS = "DevTools listening on "
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LIGHTHOUSE = Path(__file__).parent / "lighthouse.mjs"


def axe_findings(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Each violation of WCAG or good practice on the page as it is now, with its element.

    Args:
        rules: only these of axe's, where little has changed since all were tried.
    """
    # Evaluated, not inserted: the page's own content policy would refuse a script.
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE.read_text(encoding='utf-8')}; undefined")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']}: {element['html'][:200]}"
        for violation in result["violations"]
        for element in violation["nodes"]
    ]


def lighthouse_findings(
    urls: list[str],
    *,
    cookie: str = "",
    categories: tuple[str, ...] = ("accessibility", "best-practices"),
) -> list[tuple[dict[str, int], list[str]]]:
    """Lighthouse's scores for each page, 0 to 100, and what kept them from 100.

    Args:
        urls: pages of one site.
        cookie: `NAME=VALUE` of who is signed in there.
        categories: Lighthouse's own names.
    """
    module = Path(node_program("lighthouse")).resolve().parents[1] / "core" / "index.js"
    with _chromium(urls[0], cookie) as port:
        command = [node(), str(LIGHTHOUSE), str(module), str(port), ",".join(categories), *urls]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse failed: {done.stderr}")
    return [_said(json.loads(line)) for line in done.stdout.splitlines()]


def _said(report: dict[str, Any]) -> tuple[dict[str, int], list[str]]:
    scores = {
        name: round((category["score"] or 0) * 100)
        for name, category in report["categories"].items()
    }
    faults = [
        f"{audit['id']}: {audit['title']}: {audit.get('details', {}).get('items')}"
        for audit in report["audits"].values()
        if audit["score"] is not None and audit["score"] < 1
    ]
    return scores, faults


@contextmanager
def _chromium(url: str, cookie: str) -> Iterator[int]:
    """A browser with that cookie; gives the port at which it is driven.

    Lighthouse can send a header of its own, but not when a page opens a WebSocket.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        options = ["--headless", "--disable-gpu", "--disable-background-networking"]
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        options += ["--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen([chromium(), *options], stderr=subprocess.PIPE, text=True)
        address = ""
        try:
            said = iter(process.stderr or ())
            address = next(line for line in said if line.startswith(LISTENS))
            address = address.removeprefix(LISTENS).strip()
            if cookie:
                name, value = cookie.split("=", 1)
                signed_in = {"name": name, "value": value, "url": url}
                _ask(address, "Storage.setCookies", cookies=[signed_in])
            yield urlsplit(address).port or 0
        finally:
            if address:
                _ask(address, "Browser.close")  # the process may be a script, and not pass it on
            process.terminate()
            process.communicate()


def _ask(address: str, method: str, **parameters: Any) -> None:
    """Let a browser do one thing by its protocol."""
    connection = websocket.create_connection(address, suppress_origin=True)
    connection.send(json.dumps({"id": 1, "method": method, "params": parameters}))
    answer = json.loads(connection.recv())
    connection.close()
    if "error" in answer:
        raise RuntimeError(f"{method}: {answer['error']}")
