"""Where words hide in a file: they are found there, or the file is said not to be read whole."""

import io
import zipfile
from html import escape

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text

from intranet.records.access_requests.deep_markup import PICTURES, NotReadableError
from intranet.records.access_requests.deep_text import deep_text
from intranet.records.access_requests.passages import HiddenWords
from tests.attention.search.test_files import WORD, docx, pdf

NAME = "Rosalía Ferreiro"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def packed(**parts):
    """A DOCX with more parts; `_` stands for a point, `__` for a slash in their names."""
    out = io.BytesIO(docx("Una zarza"))
    with zipfile.ZipFile(out, "a") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def xml(inner, attributes="", encoding="utf-8"):
    start = f'<?xml version="1.0" encoding="{encoding}"?><w:p xmlns:w="{WORD}"{attributes}>'
    return f"{start}{inner}</w:p>".encode(encoding)


def picture():
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def written(change):
    """A PDF that was changed by pypdf."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Una zarza"))))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def noted():
    note = Text(rect=(10, 10, 20, 20), text=NAME)
    return written(lambda writer: writer.add_annotation(page_number=0, annotation=note))


def described():
    """A PDF with an alternative text in an object that no page shows."""
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    said = DictionaryObject({NameObject("/Alt"): TextStringObject(NAME)})
    return written(lambda writer: writer._add_object(said))


def superseded():
    """A PDF whose later state no longer has the words of the page."""
    out = io.BytesIO()
    old = pdf(NAME)
    writer = PdfWriter(io.BytesIO(old), incremental=True)
    from pypdf.generic import NameObject, NullObject

    writer.pages[0][NameObject("/Contents")] = NullObject()
    writer.write(out)
    assert out.getvalue().startswith(old)
    assert NAME not in PdfReader(io.BytesIO(out.getvalue())).pages[0].extract_text()
    return out.getvalue()


def shows(content, media_type):
    return any(HiddenWords(NAME).is_in(part) for part in deep_text(content, media_type))


HALF = f"<w:r><w:t>{NAME[:6]}</w:t></w:r><w:r><w:t>{NAME[6:]}</w:t></w:r>"
FOUND = {
    "split runs": (packed(word__footer1_xml=xml(HALF)), DOCX),
    "entities": (packed(word__footer1_xml=xml("Rosal&#xED;a&#32;Ferreiro")), DOCX),
    "UTF-16": (packed(word__footer1_xml=xml(NAME, encoding="utf-16")), DOCX),
    "Latin": (packed(word__footer1_xml=xml(NAME, encoding="iso-8859-1")), DOCX),
    "comment": (packed(word__footer1_xml=xml(f"<!-- {NAME} -->")), DOCX),
    "literal": (packed(word__footer1_xml=xml(f"<![CDATA[{NAME}]]>")), DOCX),
    "instruction": (packed(word__footer1_xml=xml(f"<?x {NAME}?>")), DOCX),
    "description": (packed(word__footer1_xml=xml("", f' descr="{escape(NAME)}"')), DOCX),
    "single quotes": (packed(word__footer1_xml=xml("", f" descr='{NAME}'")), DOCX),
    "property": (packed(docProps__core_xml=xml(f"<a>{NAME}</a>")), DOCX),
    "name of a part": (packed(**{f"word__{NAME}_xml": xml("")}), DOCX),
    "text": (NAME.encode(), "text/plain"),
    "UTF-16 text": (NAME.encode("utf-16"), "text/plain"),
    "page": ("<p>Rosal<b>ía</b> Ferreiro</p>".encode(), "text/html"),
    "metadata of a picture": (b"\x89" + NAME.encode("utf-16-le"), "image/tiff"),
    "note": (noted(), PDF),
    "bookmark": (written(lambda writer: writer.add_outline_item(title=NAME, page_number=0)), PDF),
    "property of a PDF": (written(lambda writer: writer.add_metadata({"/Author": NAME})), PDF),
    "description in a PDF": (described(), PDF),
    "earlier state": (superseded(), PDF),
}


@pytest.mark.parametrize("given", FOUND.values(), ids=FOUND)
def test_words_are_found_wherever_they_hide(given):
    assert shows(*given)


def test_words_beside_a_part_are_found_though_the_directory_has_others():
    part = zipfile.ZipInfo("docProps/app.xml")
    part.extra = b"\x99\x99" + len(NAME.encode()).to_bytes(2, "little") + NAME.encode()
    out = io.BytesIO(docx("Una zarza"))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(part, xml(""))
    before, directory = out.getvalue().rsplit(NAME.encode(), 1)
    assert shows(before + b"x" * len(NAME.encode()) + directory, DOCX)


def inner():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", NAME)
    return out.getvalue()


def left_over():
    """A ZIP with a part that its directory no longer names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", NAME)
        package.writestr("b.txt", "zarza")
        package.filelist.pop(0)
        del package.NameToInfo["a.txt"]
    return out.getvalue()


CHANGED = (
    "<w:t>Rosal</w:t><w:del><w:delText>i</w:delText></w:del><w:ins><w:t>ía Ferreiro</w:t></w:ins>"
)
UNREAD = {
    "tracked changes": (packed(word__footer1_xml=xml(CHANGED)), DOCX),
    "entity of its own": (
        packed(word__footer1_xml='<!DOCTYPE a [<!ENTITY b "Rosal">]><a>&b;ía Ferreiro</a>'),
        DOCX,
    ),
    "wrong encoding": (packed(word__footer1_xml=NAME.encode("latin-1")), DOCX),
    "embedded object": (packed(word__embeddings__oleObject1_bin=b"\0\1\2"), DOCX),
    "ZIP within a ZIP": (packed(word__inner_zip=inner()), DOCX),
    "unknown part": (packed(a_xyz=b"\0\1\2"), DOCX),
    "left over": (left_over(), "application/zip"),
    "old document": (b"\xd0\xcf\x11\xe0" + b"\0" * 64, "application/msword"),
    "rich text": (rb"{\rtf1 Rosal\'eda Ferreiro}", "application/rtf"),
    "mail": (b"Content-Transfer-Encoding: base64\n\nUm9zYWzDrWE=", "text/plain"),
    "attachment": (written(lambda writer: writer.add_attachment("a.txt", NAME.encode())), PDF),
    "locked": (written(lambda writer: writer.encrypt("clave")), PDF),
    "damaged": (pdf(NAME)[:90], PDF),
    "no known kind": (b"\0\1\2", "application/octet-stream"),
}


@pytest.mark.parametrize("given", UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_whole_is_refused(given):
    with pytest.raises(Exception) as refused:  # noqa: PT011 - a damaged one fails in any way
        list(deep_text(*given))
    assert not isinstance(refused.value, AssertionError)
    if given[1] == DOCX and given is not UNREAD["wrong encoding"]:
        assert isinstance(refused.value, NotReadableError)


def scanned():
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "PDF")
    return out.getvalue()


SEEN = {
    "picture": (picture(), "image/png"),
    "sound": (b"\0\1\2", "audio/mpeg"),
    "picture in a document": (packed(word__media__image1_png=picture()), DOCX),
    "scan": (scanned(), PDF),
    "picture in a page": (b'<img src="data:image/png;base64,AAAA">', "text/html"),
}


@pytest.mark.parametrize("given", SEEN.values(), ids=SEEN)
def test_pictures_and_scans_are_said(given):
    assert PICTURES in deep_text(*given)


@pytest.mark.parametrize(
    "given", [(pdf("Una zarza"), PDF), (packed(), DOCX), (b"zarza", "text/plain")]
)
def test_what_has_none_is_read_whole(given):
    parts = list(deep_text(*given))
    assert PICTURES not in parts
    assert any("zarza" in part for part in parts)
