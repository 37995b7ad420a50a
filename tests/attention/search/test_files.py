"""What documents say is found; what cannot be read is found by its name, and harms nobody."""

import io
import zipfile

import pytest

from intranet.attention.search import queries
from intranet.delivery.files import text as file_text
from intranet.delivery.files.extraction import MAX_CHARACTERS
from intranet.delivery.files.models import TextState
from intranet.delivery.files.operations import store_upload
from intranet.platform.core.outbox import run_due
from intranet.platform.index.models import DocumentKind
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.both

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def packed(name, content, mimetype=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr(name, content)
    return out.getvalue()


def docx(text):
    return packed(
        "word/document.xml",
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
        f"<w:p><w:r><w:t>fin</w:t></w:r></w:p></w:body></w:document>",
    )


def odt(text):
    return packed(
        "content.xml",
        f'<o:document-content xmlns:o="{OPEN}:office:1.0" xmlns:t="{OPEN}:text:1.0"><o:body>'
        f"<t:p>{text} <t:span>del</t:span><t:s/>término</t:p><t:h>fin</t:h></o:body>"
        "</o:document-content>",
        "application/vnd.oasis.opendocument.text",
    )


def pdf(text):
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R>>\n" % table
    return out + b"startxref\n%d\n%%%%EOF" % start


READABLE = {
    "informe.pdf": pdf("La dehesa boyal"),
    "informe.odt": odt("La dehesa boyal"),
    "informe.docx": docx("La dehesa boyal"),
    "informe.txt": "La dehesa boyal, año 1900".encode("cp1252"),
    "informe2.txt": "La dehesa boyal".encode("utf-16"),
}
BOMB = packed("word/document.xml", "<w>dehesa" + "x" * (70 << 20))
UNREADABLE = {
    "bomba.docx": BOMB,
    "roto.docx": docx("dehesa")[:-30],
    "cortado.docx": packed("word/document.xml", "<w:document>dehesa"),
    "entidades.docx": packed(
        "word/document.xml",
        f'<!DOCTYPE d [<!ENTITY a "dehesa">]><w:document xmlns:w="{WORD}"><w:t>&a;</w:t>'
        "</w:document>",
    ),
    "roto.pdf": b"%PDF-1.4\ndehesa",
    "otra.zip": packed("a.xml", "dehesa"),
}


@pytest.fixture
def sent(spanish_request, cast):
    """Sends files as Ana and lets what they say be read."""

    def send(files):
        room, stored = channel_of(cast.licences), []
        for name, content in files.items():
            file = store_upload(cast.ana, io.BytesIO(content), name)
            say(cast.ana, room, "", file_ids=[file.id])
            stored.append(file)
        while run_due():
            pass
        return stored

    return send


@pytest.mark.slow
def test_documents_are_found_by_what_they_say(sent, ids_found, cast):
    stored = sent(READABLE)
    assert {file.text_state for file in stored[:4]} == {TextState.READ}
    found = ids_found(cast.uxia, "dehesa boyal", DocumentKind.FILE)
    assert found == [file.id for file in reversed(stored[:4])]
    assert ids_found(cast.uxia, "boyal del termino", DocumentKind.FILE) == [stored[1].id]


@pytest.mark.slow
def test_what_cannot_be_read_says_so_and_is_found_by_its_name(sent, ids_found, cast, caplog):
    assert len(BOMB) < 200_000
    stored = sent(UNREADABLE)
    assert {file.text_state for file in stored} == {TextState.UNREADABLE}
    assert ids_found(cast.uxia, "dehesa", DocumentKind.FILE) == []
    assert ids_found(cast.uxia, "bomba", DocumentKind.FILE) == [stored[0].id]
    assert "dehesa" not in caplog.text


def test_a_long_text_is_cut_and_one_that_takes_too_long_given_up(sent, cast, monkeypatch):
    (long,) = sent({"largo.txt": b"dehesa " * MAX_CHARACTERS})
    assert len(long.text) <= MAX_CHARACTERS
    monkeypatch.setattr(file_text, "MAX_SECONDS", 0.01)
    (slow,) = sent({"lento.txt": b"dehesa"})
    assert slow.text_state == TextState.UNREADABLE


def test_files_are_found_by_beginnings_however_many_are_newer(sent, ids_found, cast, monkeypatch):
    monkeypatch.setattr(queries, "MAX_PREFIX_DOCUMENTS", 1)
    stored = sent({f"dehesa{number}.txt": b"boyal" for number in range(3)})
    found = ids_found(cast.uxia, "dehes", DocumentKind.FILE)
    assert found == [file.id for file in reversed(stored)]
