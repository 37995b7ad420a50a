"""Hidden words: found however they are written, refused wherever they are left."""

import io
import json
import zipfile
from base64 import b64encode

import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.records.access_requests.checking import what_shows
from intranet.records.access_requests.hiding import BAR, HiddenParts
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessPackage,
    AccessRedaction,
    FoundKind,
    PackageState,
)
from intranet.records.access_requests.operations.deciding import decide, open_finding, set_file
from intranet.records.access_requests.operations.exporting import faults_of, request_package
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.redacting import (
    begin_reasons,
    end_reason,
    hide,
    hide_everywhere,
    hide_words,
    show,
)
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.passages import HiddenWords, Squeezed
from intranet.records.access_requests.queries import findings_of
from tests.attention.search.test_files import WORD, docx, pdf
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import work_off

LONG = "Rosalía Ferreiro"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (LONG, "vino ROSALIA   ferreiro"),
        (LONG, "vino Rosali\u0301a\n> Ferreiro hoy"),
        (LONG, "**Rosalía** _Ferreiro_"),
        (LONG, "informe_RosalíaFerreiro_2026.pdf"),
        (LONG, "Rosa\u200blía Ferrei\u00adro"),
        ("600 123 456", "tel:600123456;"),
        ("600 123 456", "600-12-34-56"),
        ("Ana", "habló ANA."),
        ("Müßig", "MÜSSIG"),
    ],
)
def test_the_same_words_are_found_however_they_are_written(words, text):
    [(start, end)] = Squeezed.of(text).ranges(HiddenWords(words))
    assert Squeezed.of(text[start:end]).letters == Squeezed.of(words).letters


@pytest.mark.parametrize(
    ("words", "text"),
    [("Ana", "mañana"), ("Gil", "vigilante"), ("14", "el 14"), ("!?", "¿qué?!"), (LONG, "Rosalía")],
)
def test_other_words_are_not_taken_for_them(words, text):
    assert list(Squeezed.of(text).ranges(HiddenWords(words))) == []


def test_the_end_takes_its_accents_along():
    text = "Jose\u0301, hola"
    [(start, end)] = Squeezed.of(text).ranges(HiddenWords("José"))
    assert text[start:end] == "Jose\u0301"


@pytest.fixture
def message(officer, cast):
    """A message about a bramble with a name, and its request's finding."""
    said = say(cast.ana, channel_of(cast.licences), f"La zarza la cortó {LONG}. Avisa a {LONG}.")
    work_off()
    return said


@pytest.fixture
def finding(asked, officer, message):
    search(officer, asked, "zarza")
    [found] = findings_of(asked)
    return found


@pytest.fixture
def reason(officer, cast):
    return begin_reasons(officer, cast.monteclaro)[0]


def body(officer, finding):
    return open_finding(officer, finding).sections[0].texts[0]


def include(officer, finding):
    decide(officer, finding, AccessDecision.INCLUDED, "", open_finding(officer, finding).digest)


def faults(asked):
    return faults_of(Outgoing.of(asked))


@pytest.mark.both
def test_what_is_left_of_hidden_words_blocks_the_package(asked, officer, finding, reason):
    text = body(officer, finding)
    start = text.text.index(LONG)
    hide(officer, finding, text.sha256, (start, start + len(LONG)), reason.id)
    include(officer, finding)
    assert faults(asked) == [("1", "left")]
    with pytest.raises(Conflict):
        request_package(officer, asked)
    redaction = db.session.scalars(select(AccessRedaction)).one()
    assert hide_everywhere(officer, redaction) == 1
    assert faults(asked) == []
    shown = HiddenParts.of(asked).words(body(officer, finding))
    assert shown == f"La zarza la cortó {BAR} [{reason.name}]. Avisa a {BAR} [{reason.name}]."


@pytest.mark.both
def test_an_edit_moves_hidden_words_into_a_version(officer, finding, reason, message, cast):
    asked = finding.request
    text = body(officer, finding)
    hide_words(officer, finding, text.sha256, LONG, reason.id, everywhere=True)
    include(officer, finding)
    edit_message(cast.ana, message, f"La zarza, otra vez {LONG}", body_rev=message.body_rev)
    assert set(faults(asked)) == {("1", "changed"), ("1", "left")}

    parts = HiddenParts.of(asked)
    now, version = open_finding(officer, finding).sections[0].texts
    assert LONG in parts.words(now)
    assert LONG not in parts.words(version)
    with pytest.raises(Conflict):
        decide(officer, finding, AccessDecision.INCLUDED, "", "0" * 64)
    hide_words(officer, finding, now.sha256, LONG, reason.id)
    include(officer, finding)
    assert faults(asked) == []


@pytest.mark.both
def test_what_its_author_deletes_does_not_go_out(officer, finding, reason, message, cast):
    asked = finding.request
    text = body(officer, finding)
    hide_words(officer, finding, text.sha256, LONG, reason.id)
    include(officer, finding)
    delete_message(cast.ana, message)
    assert set(faults(asked)) == {("", "lost"), ("1", "changed")}
    redactions = db.session.scalars(select(AccessRedaction)).all()
    for redaction in redactions:
        show(officer, asked, redaction.id)
    decide(
        officer,
        finding,
        AccessDecision.LEFT_OUT,
        "Borrado",
        open_finding(officer, finding).digest,
    )
    assert faults(asked) == [("", "nothing")]


@pytest.mark.both
def test_typed_words_are_hidden_without_a_pointer(officer, finding, reason, cast):
    text = body(officer, finding)
    with pytest.raises(Invalid):
        hide_words(officer, finding, text.sha256, "no está", reason.id)
    with pytest.raises(Invalid):
        hide_words(officer, finding, text.sha256, "  ", reason.id)
    with pytest.raises(Conflict):
        hide_words(officer, finding, "0" * 64, LONG, reason.id)
    with pytest.raises(Invalid):
        hide(officer, finding, text.sha256, (3, 3), reason.id)
    assert hide_words(officer, finding, text.sha256, "rosalia ferreiro", reason.id) == 2


@pytest.mark.both
def test_reasons_are_the_agencys_own_and_the_last_one_stays(officer, finding, cast):
    offered = begin_reasons(officer, cast.monteclaro)
    for row in offered[1:]:
        end_reason(officer, cast.monteclaro, row.id)
    with pytest.raises(Invalid):
        end_reason(officer, cast.monteclaro, offered[0].id)
    text = body(officer, finding)
    with pytest.raises(Invalid):
        hide(officer, finding, text.sha256, (0, 2), offered[1].id)
    with pytest.raises(NotFound):
        begin_reasons(cast.dorleta, cast.monteclaro)


def with_properties(content):
    """A PDF with a name in its properties only."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_metadata({"/Author": LONG})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_comment(content):
    """A DOCX with a name in a comment only, split into two runs."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as packed:
        first, last = LONG[:4], LONG[4:]
        packed.writestr(
            "word/comments.xml",
            f'<w:comments xmlns:w="{WORD}"><w:t>{first}</w:t><w:t>{last}</w:t></w:comments>',
        )
    return out.getvalue()


@pytest.mark.both
@pytest.mark.parametrize(
    "given",
    [
        ("plano.pdf", with_properties(pdf("Una zarza")), "hidden_in_file"),
        ("ficha.docx", with_comment(docx("Una zarza")), "hidden_in_file"),
        ("ficha.docx", docx(f"Una zarza de {LONG}"), "hidden_in_file"),
        ("limpio.pdf", pdf("Una zarza"), None),
    ],
    ids=["properties", "comment", "text", "clean"],
)
def test_a_file_goes_out_as_it_is_only_without_hidden_words(officer, finding, reason, cast, given):
    asked, (name, content, why) = finding.request, given
    text = body(officer, finding)
    hide_words(officer, finding, text.sha256, LONG, reason.id)
    include(officer, finding)
    file = store_upload(cast.ana, io.BytesIO(content), name)
    say(cast.ana, channel_of(cast.licences), "El archivo del ramaje", file_ids=[file.id])
    work_off()
    search(officer, asked, "ramaje")
    for row in findings_of(asked):
        if row.kind == FoundKind.FILE:
            if why == "hidden_in_file":
                set_file(officer, row, as_text=False, has_looked=True)
            thing = open_finding(officer, row)
            for part in thing.sections[0].texts:
                if HiddenWords(LONG).is_in(part.text):
                    hide_words(officer, row, part.sha256, LONG, reason.id)
        include(officer, row)

    if early := faults(asked):  # the text of the file has them
        assert [fault[1] for fault in early] == [why]
        with pytest.raises(Conflict):
            request_package(officer, asked)
        return
    package_id = request_package(officer, asked).id
    work_off()
    db.session.rollback()
    package = db.session.get_one(AccessPackage, package_id)
    if why is None:
        assert package.state == PackageState.READY, package.refused
    else:
        assert package.state == PackageState.REFUSED
        assert [fault[1] for fault in package.refused] == [why]
        assert package.file_id is None


FORMS = {
    "page.html": f"<p>{LONG}</p>",
    "marked.html": "<p>Rosa<b>lía</b> Ferreiro</p>",
    "entities.html": "<p>Rosal&iacute;a&#32;Ferreiro</p>",
    "data.json": json.dumps({"a": LONG}),
    "text.txt": LONG.upper(),
    "coded.txt": f"x{b64encode(f'zz{LONG}zz'.encode()).decode()}",
    "files/1.docx": docx(LONG),
    "files/2.pdf": pdf(LONG.encode("latin-1").decode("latin-1")),
    "files/3.bin": b"nada",
    f"files/{LONG}.txt": "nada",
    "clean.html": "<p>Rosalía y Ferreiro</p>",
}


def test_the_last_look_sees_words_in_every_form(app_context, tmp_path):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in FORMS.items():
            package.writestr(name, content)
    kinds = {"files/1.docx": "application/zip", "files/2.pdf": "application/pdf"}
    kinds["files/3.bin"] = "application/octet-stream"  # nobody knows what it shows
    shows = list(what_shows(str(path), [HiddenWords(LONG)], {}, kinds))
    assert shows == [name for name in FORMS if name != "clean.html"]


def test_our_own_words_are_no_leak_but_one_more_is(app_context, tmp_path):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("index.html", "<p>Datos de salud</p>")
        package.writestr("item.html", "<p>Datos de salud</p><p>su salud</p>")
    frames = {"index.html": {"salud": 1}, "item.html": {"salud": 1}}
    assert list(what_shows(str(path), [HiddenWords("salud")], frames, {})) == ["item.html"]
