"""Texts of the intranet for the public: with their own files, without links into the intranet."""

import re
from collections.abc import Collection
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from markupsafe import Markup

from intranet.delivery.files.models import File
from intranet.delivery.files.view_models import ShownFile, ShownPicture, file_view, picture_view
from intranet.platform.core.web import site_address
from intranet.publishing.publications.media import Part, arranged, role_of
from intranet.publishing.publications.models import FileRole, PublicationFile

_FILE = re.compile(r'(?P<name> (?:href|src)=")/files/(?P<id>[0-9a-f-]{36})(?=")')
_LINK = re.compile(r"<a\b(?P<attributes>[^>]*)>(?P<inside>.*?)</a>", re.DOTALL)
_ADDRESS = re.compile(r' href="([^"]*)"')
FILES_PATH = "/open/files/"
PUBLIC_PATH = "/open/"


def served_at(file: File) -> str:
    """Return the public address of a file."""
    return f"{FILES_PATH}{file.id}"


def outward(html: str, file_ids: Collection[str]) -> Markup:
    """Return cleaned HTML for the public: links to internal pages become plain text.

    Args:
        html: HTML of a version, as rendered and cleaned.
        file_ids: ids of the files that are public with it.
    """

    def address(found: re.Match[str]) -> str:
        known = found["id"] in file_ids
        return f"{found['name']}{FILES_PATH}{found['id']}" if known else found[0]

    return Markup(_LINK.sub(_link, _FILE.sub(address, html)))  # noqa: S704 - cleaned, less links


def parts(html: str, files: Collection[PublicationFile], own: str) -> list[Part]:
    """Return the HTML in parts, with its pictures, galleries and videos in place.

    Args:
        own: the language of the publishing agency.
    """
    ids = {str(held.file_id) for held in files}
    return [
        replace(part, html=outward(part.html, ids)) if part.html else part
        for part in arranged(html, list(files), own, served_at)
    ]


def attachments(files: Collection[PublicationFile]) -> list[ShownFile]:
    """Return the files that are not part of the text."""
    return [
        file_view(held.file, served_at(held.file))
        for held in files
        if role_of(held) == FileRole.ATTACHMENT
    ]


def first_picture(files: Collection[PublicationFile]) -> ShownPicture | None:
    """Return the preview picture for links to the page."""
    for held in files:
        if held.file.is_image and role_of(held) != FileRole.ATTACHMENT:
            return picture_view(held.file, served_at(held.file))
    return None


def absolute(html: str) -> str:
    """Make the addresses in HTML absolute, for readers on other sites."""
    return html.replace('="/open/', f'="{site_address(PUBLIC_PATH)}')


def text_of_html(html: str) -> str:
    """Return the text of HTML, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _link(found: re.Match[str]) -> str:
    address = _ADDRESS.search(found["attributes"])
    return found[0] if address and _leads_outside(unescape(address[1])) else found["inside"]


def _leads_outside(address: str) -> bool:
    """Whether the public can follow an address: not to an internal page."""
    home = urlsplit(site_address())
    there = urlsplit(address)
    if there.scheme == "mailto":
        return True
    is_ours = not there.netloc or there.netloc.lower() == home.netloc.lower()
    return there.path.startswith(PUBLIC_PATH) if is_ours else True
