"""What axe and Lighthouse find on a page."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tools.programs import chromium, node, node_program

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


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
    url: str, *, cookie: str = "", categories: tuple[str, ...] = ("accessibility", "best-practices")
) -> tuple[dict[str, int], list[str]]:
    """Lighthouse's scores for a page, 0 to 100, and what kept them from 100.

    Args:
        cookie: the header `Cookie` of who is signed in.
        categories: Lighthouse's own names.
    """
    flags = ["--headless=new", "--disable-gpu", "--disable-background-networking"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [
        *(node(), node_program("lighthouse"), url, "--quiet", "--output=json"),
        *("--only-categories=" + ",".join(categories), f"--chrome-flags={' '.join(flags)}"),
        *("--throttling-method=provided", "--disable-full-page-screenshot"),  # no figures of speed
        *("--extra-headers", json.dumps({"Cookie": cookie} if cookie else {})),
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "CHROME_PATH": chromium()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse failed: {done.stderr}")
    report = json.loads(done.stdout)
    scores = {
        name: round((category["score"] or 0) * 100)
        for name, category in report["categories"].items()
    }
    faults = [
        f"{audit['id']}: {audit['title']}"
        for audit in report["audits"].values()
        if audit["score"] is not None and audit["score"] < 1
    ]
    return scores, faults
