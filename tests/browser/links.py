"""Following every link of a site by GET, and trying where its forms would go."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

FOLLOWED = {"a": "href", "link": "href", "img": "src", "script": "src", "use": "href"}
BY_SCRIPT = ("data-side", "hx-get")
OF_ONE_KIND = 6  # pages of one rule of routing, of which there are thousands
REFUSALS = 400


class Page(HTMLParser):
    """What a page leads to: addresses to get, addresses of forms that write, names within."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.posts: list[str] = []
        self.ids: set[str] = set()
        self._patterns = 0  # how deep within <template>, whose addresses scripts complete
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what leads somewhere."""
        self._patterns += tag == "template"
        if self._patterns:
            return
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        if "hidden" in given:
            return
        if address := given.get(FOLLOWED.get(tag, "")):
            self.links.append(address)
        self.links += [given[name] for name in BY_SCRIPT if given.get(name)]
        if tag == "form":
            writes = given.get("method", "get").lower() == "post"
            (self.posts if writes else self.links).append(given.get("action", ""))
        if "formaction" in given:
            self.posts.append(given["formaction"])

    def handle_endtag(self, tag: str) -> None:
        """A pattern may have ended."""
        self._patterns -= tag == "template"


def broken_links(app: Flask, client: FlaskClient, *, start: str, most: int) -> dict[str, list[str]]:
    """What does not answer as it should, with the page that leads there.

    Followed are links within the site, at most so many pages; of pages of one kind, a few. Of
    forms that write, only that there is somebody to take them.
    """
    router = app.url_map.bind("localhost")
    broken: dict[str, list[str]] = {}
    kinds: Counter[str] = Counter()
    seen, waiting = {start}, deque([(start, "")])
    pages: dict[str, Page] = {}
    while waiting and len(pages) < most:
        address, where = waiting.popleft()
        with client.get(address) as answer:
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            if answer.status_code >= REFUSALS:
                broken.setdefault(where, []).append(f"{answer.status_code} {address}")
                continue
            to = answer.headers.get("Location")
        pages[address] = page = Page(text)
        for link in [*page.links, *([to] if to else [])]:
            target, fragment = urldefrag(urljoin(address, link))
            if fragment and target == urldefrag(address)[0] and fragment not in page.ids:
                broken.setdefault(address, []).append(f"#{fragment}")
            if urlsplit(target).netloc or not target.startswith("/") or target in seen:
                continue
            kind = kind_of(router, target)
            kinds[kind] += 1
            if kinds[kind] <= OF_ONE_KIND:
                seen.add(target)
                waiting.append((target, address))
        for action in page.posts:
            try:
                router.match(urlsplit(urljoin(address, action)).path, method="POST")
            except HTTPException as refusal:
                broken.setdefault(address, []).append(f"{refusal.code} POST {action}")
    return broken


def kind_of(router: Any, address: str) -> str:
    path = urlsplit(address).path
    try:
        endpoint, _values = router.match(path, method="GET")
    except HTTPException:
        return re.sub(r"[0-9a-f-]{36}", "", path)
    return f"{endpoint} {path}" if endpoint in ("static", "asset") else str(endpoint)
