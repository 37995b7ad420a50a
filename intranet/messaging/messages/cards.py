"""Title cards for links to our own pages: what each reader may see of the page.

A message stores only the bare address, so no push and no copy reveals a title. The card is made
when a reader loads the message, under the access rule of the page. Without access the plain address
stays.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from intranet.organisation.people.models import Person
from intranet.platform.core.allowed_hosts import KnownHosts
from intranet.platform.core.web import settings

CARDS_PER_MESSAGE = 3
CARDS_PER_REQUEST = 100
ADDRESS_CHARACTERS = 300

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TARGET = re.compile(rf"/([a-z]+)/({_ID})(?:/m/([0-9]{{1,15}}))?/?")
_QUOTATION = re.compile(r"<blockquote>(?:(?!<blockquote>).)*?</blockquote>", re.DOTALL)
_HREF = re.compile(r'<a (?![^>]*class="mention)(?:[^>]*? )?href="([^"]+)"')


@dataclass(frozen=True)
class LinkTarget:
    """The page that a link of ours leads to: section, id, and a message's sequence number."""

    section: str
    id: str
    seq: int | None = None

    @property
    def path(self) -> str:
        """Return the address of the page, without the rest of the link."""
        return f"/{self.section}/{self.id}" + (f"/m/{self.seq}" if self.seq else "")


@dataclass(frozen=True)
class LinkCard:
    """A title card of a page for one reader: icon, title, kind, place and state."""

    path: str
    icon: str
    title: str
    about: tuple[str, ...]
    state: str = ""
    tone: str = "plain"
    language: str | None = None


Find = Callable[[Person, Collection[LinkTarget]], Mapping[LinkTarget, LinkCard]]
_finders: dict[str, Find] = {}


def finds_cards(*sections: str) -> Callable[[Find], Find]:
    """Register a function that returns the cards of pages in these folders, in few queries."""

    def register(find: Find) -> Find:
        _finders.update(dict.fromkeys(sections, find))
        return find

    return register


def cards_for(reader: Person, targets: Iterable[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    """Return the cards of these pages, as far as the reader may see them.

    The number of queries does not grow with the number of targets.
    """
    wanted = dict.fromkeys(targets)
    by_finder: dict[Find, list[LinkTarget]] = {}
    for target in wanted:
        by_finder.setdefault(_finders[target.section], []).append(target)
    found: dict[LinkTarget, LinkCard] = {}
    for find, some in by_finder.items():
        found |= find(reader, some)
    return {target: found[target] for target in wanted if target in found}


def targets_in(html: str) -> list[LinkTarget]:
    """List the own pages that a message links to, in order, each once, up to the limit.

    Links inside a quotation do not count.
    """
    while "<blockquote>" in html and (outside := _QUOTATION.sub("", html)) != html:
        html = outside
    if "href=" not in html:
        return []
    known = KnownHosts(settings())
    found = (target_of(unescape(href), known) for href in _HREF.findall(html))
    return list(dict.fromkeys(target for target in found if target))[:CARDS_PER_MESSAGE]


def target_of(address: str, known: KnownHosts | None = None) -> LinkTarget | None:
    """Parse an address; None unless it is one of ours and its page has a card."""
    if len(address) > ADDRESS_CHARACTERS:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc or parts.scheme:
        known = known or KnownHosts(settings())
        if parts.scheme not in {"http", "https"} or not known.knows(parts.netloc):
            return None
    page = _TARGET.fullmatch(parts.path)
    if page is None or page[1] not in _finders or (page[3] and page[1] != "c"):
        return None
    return LinkTarget(page[1], page[2], int(page[3]) if page[3] else None)
