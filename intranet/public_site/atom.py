"""Public content as an Atom feed.

Source: RFC 4287; the licence by RFC 4946, the next page by RFC 5005.
"""

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from intranet.platform.core.web import current_language, site_address
from intranet.public_site.labels import LICENCE, LICENCE_URL
from intranet.public_site.view_models import ShowcaseEntry

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"


def atom(
    title: str,
    entries: Sequence[ShowcaseEntry],
    *,
    path: str,
    page: str,
    following: str | None,
    changed_at: datetime,
) -> str:
    """Return a page of a feed as XML.

    Args:
        path: the path of the feed, which is its id.
        page: the path of the corresponding web page.
        following: the path of the next page of the feed.
    """
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": current_language()})
    _say(feed, "title", title)
    _say(feed, "id", site_address(path))
    _say(feed, "updated", changed_at.isoformat())
    _link(feed, "self", site_address(path), "application/atom+xml")
    _link(feed, "alternate", site_address(page), "text/html")
    _link(feed, "license", LICENCE_URL)
    if following:
        _link(feed, "next", site_address(following), "application/atom+xml")
    _say(feed, "rights", LICENCE)
    for entry in entries:
        _entry(feed, entry)
    text = tostring(feed, encoding="unicode", default_namespace=None)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _entry(feed: Element, entry: ShowcaseEntry) -> None:
    one = SubElement(feed, "entry", {"xml:lang": entry.language})
    _say(one, "title", entry.title)
    _say(one, "id", f"urn:uuid:{entry.id}")
    _say(one, "published", entry.published_at.isoformat())
    _say(one, "updated", entry.updated_at.isoformat())
    _link(one, "alternate", entry.url, "text/html")
    _link(one, "license", LICENCE_URL)
    author = SubElement(one, "author")
    _say(author, "name", entry.agency)
    _say(author, "uri", site_address(entry.agency_path))
    for code, name in entry.topics:
        SubElement(one, "category", term=code, label=_sound(name))
    _say(one, "summary", entry.summary)
    _say(one, "rights", LICENCE)


def _link(parent: Element, relation: str, address: str, media_type: str = "") -> None:
    kind = {"type": media_type} if media_type else {}
    SubElement(parent, "link", {"rel": relation, "href": address, **kind})


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _sound(text)


def _sound(text: str) -> str:
    """Remove characters that XML does not allow."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t")
