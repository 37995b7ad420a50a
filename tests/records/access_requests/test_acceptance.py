"""A citizen's request about a matter: found, read, redacted, exported; the words are nowhere."""

import base64
import csv
import io
import json
import zipfile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from intranet.delivery.files.extraction import text_of
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.outbox import OutboxRow
from intranet.records.access_requests.hiding import HiddenParts
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessPackage,
    FoundKind,
    PackageState,
)
from intranet.records.access_requests.operations.deciding import decide, open_finding, set_file
from intranet.records.access_requests.operations.exporting import (
    faults_of,
    get_package,
    request_package,
)
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.redacting import begin_reasons, hide
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.passages import HiddenWords
from intranet.records.access_requests.queries import findings_of
from intranet.records.access_requests.schema import FORMAT, PackagedItem
from intranet.records.packages.reading import Package
from tests.records.access_requests.conftest import SECRETS, work_off
from tests.stored import everything

pytestmark = pytest.mark.both

DERIVED = (
    *("access_requests", "access_searches", "access_findings", "access_reasons"),
    *("access_redactions", "access_packages", "access_notices", "outbox", "audit_lines"),
    "notifications",
)


def find_text(thing, words):
    """The first text of a thing with these words, and where they stand."""
    for text in thing.everything():
        for start, end in text.squeezed.ranges(HiddenWords(words)):
            return text, (start, end)
    return None


def hide_all(officer, asked):
    """Hide each secret where it is first read, and everywhere."""
    reason = begin_reasons(officer, asked.agency)[0]
    for words in SECRETS:
        for finding in findings_of(asked):
            if found := find_text(open_finding(officer, finding), words):
                text, place = found
                hide(officer, finding, text.sha256, place, reason.id, everywhere=True)
                break


def include_all(officer, asked):
    """Include everything; files that hold hidden words as text only."""
    for finding in findings_of(asked):
        thing = open_finding(officer, finding)
        if finding.kind == FoundKind.FILE:
            parts = HiddenParts.of(asked)
            as_text = any(parts.is_in(text) for text in thing.sections[0].texts)
            set_file(officer, finding, as_text=as_text, has_looked=False)
        decide(officer, finding, AccessDecision.INCLUDED, "", thing.digest)


def exported(officer, asked, **options):
    """The finished package as an open ZIP."""
    package = request_package(officer, asked, **options)
    work_off()
    db.session.rollback()
    made = db.session.get_one(AccessPackage, package.id)
    assert made.state == PackageState.READY, made.refused
    file = get_package(officer, asked, package.id)
    with storage().open(file.key) as source:
        return zipfile.ZipFile(io.BytesIO(source.read()))


def shows(text, words):
    return HiddenWords(words).is_in(text)


def test_words_that_were_hidden_are_nowhere_in_what_goes_out(app, planted, officer, asked, cast):
    before = everything(app)
    made = search(officer, asked, '"obra menor"')
    assert made.added == 6  # two days of channels, an announcement, three files
    hide_all(officer, asked)
    include_all(officer, asked)
    assert not faults_of(Outgoing.of(asked))

    package = exported(officer, asked, with_envelope=True)

    for name in package.namelist():
        content = package.read(name)
        text = content.decode(errors="replace")
        if name.endswith(".pdf"):
            text = text_of(io.BytesIO(content), "application/pdf")
        for words in SECRETS:
            assert not shows(text, words), name
            assert not shows(name, words)
            assert base64.b64encode(words.encode())[:-4] not in content
    names = package.namelist()
    assert sum(name.startswith("files/") for name in names) == 3
    assert {"index.html", "results.csv", "data/items.jsonl", "eni/expediente.xml"} <= set(names)
    filed = PdfReader(io.BytesIO(package.read("filed/0001.pdf")))
    assert filed.xmp_metadata
    assert "<pdfaid:part>2<" in filed.xmp_metadata.stream.get_data().decode()
    assert "[…]" in "".join(page.extract_text() for page in filed.pages)
    assert any("sin nada que ocultar" in package.read(n).decode("latin-1") for n in names)

    # Elsewhere nothing was changed, and nothing that was made of it has the words.
    after = everything(app)
    for table in ("messages", "message_versions", "message_forwards", "publication_versions"):
        assert after[table] == before[table]
    for table in DERIVED:
        rows = "\n".join(row for row in after[table] if row not in before[table])
        for words in SECRETS:
            assert not shows(rows, words), table


def test_other_agencies_words_are_not_found(planted, officer, asked, cast):
    search(officer, asked, "Altamar")
    assert not findings_of(asked)


def test_the_package_is_signed_and_fits_its_schema(planted, officer, asked, cast, tmp_path):
    search(officer, asked, '"obra menor"')
    hide_all(officer, asked)
    include_all(officer, asked)
    package = exported(officer, asked)
    path = tmp_path / "package.zip"
    path.write_bytes(package.fp.getvalue())
    with Package(path, FORMAT) as opened:
        opened.verify()
        head = opened.manifest["audit_log"]
        line = db.session.scalars(
            select(AuditLine).where(
                AuditLine.agency_id == cast.monteclaro.id, AuditLine.number == head["number"]
            )
        ).one()
        assert line.hash == head["hash"]
        items = [PackagedItem.model_validate(row) for row in opened.lines("data/items.jsonl")]
    assert len(items) == 6
    assert all(item.decision == "included" for item in items)
    versions = [text for item in items for part in item.parts for text in part.texts]
    assert any(text.role == "version" and "█████" in text.text for text in versions)
    rows = list(csv.reader(io.StringIO(package.read("results.csv").decode()), delimiter=";"))
    assert len(rows) == 7
    assert json.loads(package.read("manifest.json"))["counts"]["included"] == 6


def test_nothing_is_left_in_the_outbox(planted, officer, asked):
    search(officer, asked, '"obra menor"')
    hide_all(officer, asked)
    include_all(officer, asked)
    request_package(officer, asked)
    for row in db.session.scalars(select(OutboxRow)):
        for words in SECRETS:
            assert not shows(json.dumps(row.payload), words)
