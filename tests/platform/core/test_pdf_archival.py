"""Documents can be archived: what PDF/A-2b asks for and can be read from a file is there.

There is no validator among our tools; veraPDF, by hand, reads more.
"""

import io
import re

import pytest
from PIL import ImageCms
from pypdf import PdfReader

from intranet.platform.core.pdf import PdfDocument

TITLE = "Expediente «Zarza» & <otros> 😀"
FORBIDDEN = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/AA",
    "/OpenAction",
    "/Encrypt",
    "/SMask",
    "/EmbeddedFiles",
}


@pytest.fixture(scope="module")
def written():
    """A document with everything that a document can have."""
    out = io.BytesIO()
    document = PdfDocument(out, title=TITLE, author="Ayuntamiento", language="es")
    document.set_footer("Pie", "Página %(page)s de")
    document.code("https://intranet.example/x")
    document.heading("Título ŀ")
    document.paragraph("¿Qué dice la ordenanza? " * 400)
    document.facts([("Código", "7F")])
    document.table([("Uno", 0.5), ("Dos", 0.5)])
    document.row(["a", "b"])
    document.end_table()
    document.strip("Ana", "Licencias", "K7-PQ")
    document.finish()
    return out.getvalue()


@pytest.fixture(scope="module")
def read(written):
    return PdfReader(io.BytesIO(written))


def everything(thing, seen):
    """Every object that is reached from one."""
    if hasattr(thing, "idnum"):
        if thing.idnum in seen:
            return
        seen.add(thing.idnum)
    found = thing.get_object()
    yield found
    if isinstance(found, dict):
        for value in found.values():
            yield from everything(value, seen)
    elif isinstance(found, list):
        for value in found:
            yield from everything(value, seen)


def test_the_metadata_say_what_the_document_is(read):
    packet = read.xmp_metadata
    raw = read.trailer["/Root"]["/Metadata"].get_object()
    assert "/Filter" not in raw
    assert b"<pdfaid:part>2</pdfaid:part>" in raw.get_data()
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in raw.get_data()
    assert packet.dc_title["x-default"] == read.metadata.title == TITLE
    assert packet.dc_creator == [read.metadata.author]
    assert packet.pdf_producer == read.metadata.producer
    created = read.metadata.creation_date
    assert created.replace(tzinfo=None) == packet.xmp_create_date.replace(tzinfo=None)


def test_the_colours_have_a_colour_space(read):
    (intent,) = read.trailer["/Root"]["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile.get_data()))
    assert "sRGB" in ImageCms.getProfileDescription(opened)


def test_every_font_that_is_used_is_embedded(read):
    fonts = 0
    for page in read.pages:
        known = page["/Resources"]["/Font"]
        used = set(re.findall(rb"(/[\w+.-]+) [\d.]+ Tf", page.get_contents().get_data()))
        assert {name.decode() for name in used} <= set(known)
        for font in known.values():
            fonts += 1
            assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()
            assert "/ToUnicode" in font.get_object()
    assert fonts


def test_nothing_is_there_that_the_standard_forbids(read):
    seen: set[int] = set()
    for found in everything(read.trailer["/Root"], seen):
        if isinstance(found, dict):
            assert not FORBIDDEN & set(found)
            assert "/LZWDecode" not in str(found.get("/Filter", ""))
            assert found.get("/CA", 1) == found.get("/ca", 1) == 1
            assert found.get("/S") != "/Transparency"
    assert "/Encrypt" not in read.trailer


def test_the_file_is_built_as_the_standard_asks(written, read):
    first, second = written.split(b"\n")[:2]
    assert first == b"%PDF-1.7"
    assert second.startswith(b"%")
    assert all(byte > 127 for byte in second[1:5])
    assert len(read.trailer["/ID"]) == 2
    assert not re.search(rb"[^\r\n]endstream", written)
    for length, content in re.findall(
        rb"/Length (\d+)\b[^>]*>>\nstream\n(.*?)\nendstream", written, re.DOTALL
    ):
        assert len(content) == int(length)
    assert read.trailer["/Root"]["/Lang"] == "es"
    assert written.rstrip().endswith(b"%%EOF")
