"""A text of ours as strangers read it: with its own files, and without ways into the house."""

import re
from collections.abc import Collection
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from markupsafe import Markup

from intranet.delivery.files.models import File
from intranet.delivery.files.showing import ShownFile, ShownPicture, shown_file, shown_picture
from intranet.platform.core.web import site_address
from intranet.publishing.publications.media import Part, arranged, role_of
from intranet.publishing.publications.models import FileRole, PublicationFile

_FILE = re.compile(r'(?P<name> (?:href|src)=")/files/(?P<id>[0-9a-f-]{36})(?=")')
_LINK = re.compile(r"<a\b(?P<attributes>[^>]*)>(?P<inside>.*?)</a>", re.DOTALL)
_ADDRESS = re.compile(r' href="([^"]*)"')
FILES = "/open/files/"
SHOWN = "/open/"


def served_at(file: File) -> str:
    """Where a file is served to strangers."""
    return f"{FILES}{file.id}"


def outward(html: str, file_ids: Collection[str]) -> Markup:
    """Cleaned HTML of ours for strangers: links to pages that they cannot read are mere words.

    Args:
        html: of a version, as it was rendered and cleaned.
        file_ids: of the files that are shown with it.
    """

    def address(found: re.Match[str]) -> str:
        known = found["id"] in file_ids
        return f"{found['name']}{FILES}{found['id']}" if known else found[0]

    return Markup(_LINK.sub(_link, _FILE.sub(address, html)))  # noqa: S704 - cleaned, less links


def parts(html: str, files: Collection[PublicationFile], own: str) -> list[Part]:
    """The same with its pictures, galleries and videos where they stand.

    Args:
        own: the language of whoever published it.
    """
    ids = {str(held.file_id) for held in files}
    return [
        replace(part, html=outward(part.html, ids)) if part.html else part
        for part in arranged(html, list(files), own, served_at)
    ]


def attachments(files: Collection[PublicationFile]) -> list[ShownFile]:
    """The files that are not shown in the text."""
    return [
        shown_file(held.file, served_at(held.file))
        for held in files
        if role_of(held) == FileRole.ATTACHMENT
    ]


def first_picture(files: Collection[PublicationFile]) -> ShownPicture | None:
    """The picture by which others show what they link to."""
    for held in files:
        if held.file.is_image and role_of(held) != FileRole.ATTACHMENT:
            return shown_picture(held.file, served_at(held.file))
    return None


def absolute(html: str) -> str:
    """The same HTML for those who read it elsewhere: its addresses are whole."""
    return html.replace('="/open/', f'="{site_address(SHOWN)}')


def words_of(html: str) -> str:
    """What HTML of ours says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _link(found: re.Match[str]) -> str:
    address = _ADDRESS.search(found["attributes"])
    return found[0] if address and _leads_outside(unescape(address[1])) else found["inside"]


def _leads_outside(address: str) -> bool:
    """Whether strangers can follow it: not to a page of ours that is not public."""
    home = urlsplit(site_address())
    there = urlsplit(address)
    if there.scheme == "mailto":
        return True
    is_ours = not there.netloc or there.netloc.lower() == home.netloc.lower()
    return there.path.startswith(SHOWN) if is_ours else True
