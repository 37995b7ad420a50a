"""Public content for programs: Atom, JSON, CSV, DCAT, and the sitemap.

All of it may be used under the licence that each response names.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request
from flask.typing import ResponseReturnValue

from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import current_language, site_address
from intranet.public_site import exports, public_content
from intranet.public_site.atom import atom
from intranet.public_site.blueprint import answer, bp, data
from intranet.public_site.kinds import kind_in
from intranet.public_site.labels import LICENCE_URL
from intranet.public_site.metadata import described_dataset
from intranet.public_site.view_models import entries_of, path_of

FEED_PAGE_SIZE = 50
JSON_PAGE_SIZE, CSV_PAGE_SIZE = 100, 500
SITEMAP_PART_SIZE = 2_000
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
ROBOTS = """User-agent: *
Allow: /open
Allow: /static/
Disallow: /

Sitemap: {sitemap}
"""


@bp.get("/open/feed.atom")
def feed() -> ResponseReturnValue:
    """Return the feed of all agencies."""
    return _feed(None, _("Published by administrations"), "/open/feed.atom", "/open")


@bp.get("/open/<code>/feed.atom")
def agency_feed(code: str) -> ResponseReturnValue:
    """Return the feed of an agency."""
    agency, _profile = public_content.get_agency(code)
    name = agency.name.text(current_language(), agency.language)
    title = _("Published by %(agency)s", agency=name)
    return _feed(agency, title, f"/open/{code}/feed.atom", f"/open/{code}")


@bp.get("/open/initiatives.json", defaults={"folder": "initiatives"})
@bp.get("/open/articles.json", defaults={"folder": "articles"})
def as_json(folder: str) -> ResponseReturnValue:
    """Return content of a kind as JSON, a hundred items per page.

    `agency` limits it to an agency; `after` is the id of the last item of the previous page.
    """
    shown = public_content.in_order_with_texts(
        kind_in(folder), agency=_agency(), after=_after(), limit=JSON_PAGE_SIZE + 1
    )
    following = _following(f"/open/{folder}.json", shown, JSON_PAGE_SIZE)
    page = shown[:JSON_PAGE_SIZE]
    body = exports.as_json(exports.listed(page, public_content.users_of(page), following=following))
    return _licensed(
        data(body, "application/json", public_content.changed_at(_agency())), following
    )


@bp.get("/open/initiatives.csv", defaults={"folder": "initiatives"})
@bp.get("/open/articles.csv", defaults={"folder": "articles"})
def as_csv(folder: str) -> ResponseReturnValue:
    """Return content of a kind as CSV, five hundred items per page."""
    shown = public_content.in_order(
        kind_in(folder), agency=_agency(), after=_after(), limit=CSV_PAGE_SIZE + 1
    )
    following = _following(f"/open/{folder}.csv", shown, CSV_PAGE_SIZE)
    page = shown[:CSV_PAGE_SIZE]
    body = "".join(exports.lines(page, public_content.users_of(page)))
    response = data(body, "text/csv", public_content.changed_at(_agency()))
    response.headers["Content-Disposition"] = f'attachment; filename="{folder}.csv"'
    return _licensed(response, following)


@bp.get("/open/catalogue.jsonld")
def dataset() -> ResponseReturnValue:
    """Return the description of the open data as DCAT-AP."""
    body = exports.as_json(described_dataset(_agency()))
    return _licensed(data(body, "application/ld+json"), None)


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Let search engines index the public site and nothing else."""
    return answer(ROBOTS.format(sitemap=site_address("/open/sitemap.xml")), "text/plain")


@bp.get("/open/sitemap.xml")
def sitemaps() -> ResponseReturnValue:
    """Return the index of the sitemap's parts."""
    root = Element("sitemapindex", xmlns=SITEMAP)
    for first in public_content.part_starts(SITEMAP_PART_SIZE):
        _say(root, "sitemap", site_address(f"/open/sitemap/{first}.xml"))
    return answer(_xml(root), "application/xml", public_content.changed_at())


@bp.get("/open/sitemap/<uuid:first>.xml")
def sitemap(first: UUID) -> ResponseReturnValue:
    """Return a part of the sitemap: each page in each of its languages."""
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for place in public_content.part(first, SITEMAP_PART_SIZE):
        there = site_address(path_of(place.kind, place.id))
        for language in place.languages:
            url = _say(root, "url", f"{there}?lang={language}")
            SubElement(url, "lastmod").text = place.shown_at.isoformat()
            for other in place.languages if len(place.languages) > 1 else ():
                link = {"rel": "alternate", "hreflang": other, "href": f"{there}?lang={other}"}
                SubElement(url, "xhtml:link", link)
    return answer(_xml(root), "application/xml", public_content.changed_at())


def _feed(agency: Agency | None, title: str, path: str, page: str) -> Response:
    shown = public_content.newest(
        agency=agency, before=read_time(request.args.get("before", "")), limit=FEED_PAGE_SIZE + 1
    )
    entries = entries_of(shown[:FEED_PAGE_SIZE])
    following = None
    if len(shown) > FEED_PAGE_SIZE:
        place = after_time(entries[-1].updated_at, entries[-1].id)
        following = f"{path}?{urlencode({'before': place})}"
    changed = public_content.changed_at(agency) or LONG_AGO
    body = atom(title, entries, path=path, page=page, following=following, changed_at=changed)
    return _licensed(data(body, "application/atom+xml", changed), None)


def _following(path: str, shown: list[public_content.ShowcasedVersion], limit: int) -> str | None:
    if len(shown) <= limit:
        return None
    code = printable(request.args.get("agency", ""), 40)
    of_agency = f"agency={code}&" if code else ""
    return site_address(f"{path}?{of_agency}after={shown[limit - 1].id}")


def _agency() -> Agency | None:
    code = printable(request.args.get("agency", ""), 40)
    return public_content.get_agency(code)[0] if code else None


def _after() -> UUID | None:
    """Return the id of the last item of the previous page.

    Raises:
        NotFound: the value is not an id.
    """
    text = request.args.get("after", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _licensed(response: Response, following: str | None) -> Response:
    links = [f'<{LICENCE_URL}>; rel="license"']
    if following:
        links.append(f'<{following}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return response


def _say(root: Element, name: str, address: str) -> Element:
    child = SubElement(root, name)
    SubElement(child, "loc").text = address
    return child


def _xml(root: Element) -> str:
    text = tostring(root, encoding="unicode", default_namespace=None)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'
