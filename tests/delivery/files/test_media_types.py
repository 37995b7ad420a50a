"""What a file is follows from its content."""

import io
import zipfile

import pytest

from intranet.delivery.files.media_types import is_shown, media_type_of, served_type

UNKNOWN = "application/octet-stream"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        (b"\xef\xbb\xbf  \n<ScRiPt>alert(1)</ScRiPt>", "text/html"),
        (b"hello <img src=x onerror=alert(1)>", "text/html"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "image/svg+xml"),
        (b"<!-- a --><s:svg xmlns:s='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b'<?xml version="1.0"?><note/>', "application/xml"),
        (b"BM is how this text begins", "text/plain"),
        (b"MZ too", "text/plain"),
        ("Contratación; 1.200 €\n".encode(), "text/plain"),
        ("Contratación; 1.200\n".encode("latin-1"), "text/plain"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "application/x-executable"),
        ("<script>alert(1)</script>".encode("utf-16"), UNKNOWN),
        (bytes(100), UNKNOWN),
    ],
)
def test_content_decides(content, media_type):
    assert media_type_of(content) == media_type


def test_only_pictures_are_shown_and_only_harmless_kinds_keep_their_type():
    assert is_shown("image/png")
    assert not is_shown("image/svg+xml")
    assert not is_shown("application/pdf")
    assert served_type("image/png") == "image/png"
    assert served_type("application/pdf") == "application/pdf"
    for dangerous in ("text/html", "image/svg+xml", "application/xml", "application/x-executable"):
        assert served_type(dangerous) == UNKNOWN


def test_an_office_document_is_known_without_being_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", b"0" * 20_000_000)
    head = out.getvalue()[:8192]

    assert media_type_of(head) in {
        "application/vnd.oasis.opendocument.text",
        "application/zip",
    }
