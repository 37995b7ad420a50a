"""Statements follow what is configured, and say what is not met."""

import csv
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, MailContent, SecondFactor
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.statements.facts import facts_of
from intranet.records.statements.kinds import STATEMENTS
from intranet.records.statements.lines import StatementState
from intranet.records.statements.models import StatementText
from intranet.records.statements.operations import write_text
from intranet.records.statements.queries import is_public, texts_of
from intranet.records.statements.security import FIXED, HIGH_ONLY, RULES, security_statement

MEASURES = 73
"""Annex II of Royal Decree 311/2022 has so many."""


def line_of(facts, part, statement="security"):
    (found,) = [
        line
        for section in STATEMENTS[statement].sections(facts)
        for line in section.lines
        if line.part == part
    ]
    return found


def test_every_measure_of_the_annex_is_there_once(app_context, cast):
    lines = [
        line for section in security_statement(facts_of(cast.monteclaro)) for line in section.lines
    ]
    codes = [line.part for line in lines]
    assert len(codes) == len(set(codes)) == MEASURES
    assert set(RULES) | set(FIXED) | HIGH_ONLY <= set(codes)
    assert all(line.words for line in lines)


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (SecondFactor.NOBODY, StatementState.NOT_MET),
        (SecondFactor.ADMINISTRATORS, StatementState.PARTLY),
        (SecondFactor.EVERYBODY, StatementState.MET),
    ],
)
def test_the_second_factor_of_the_agency_decides(app_context, cast, rule, state):
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).second_factor = rule
    assert line_of(facts_of(cast.monteclaro), "op.acc.6").state == state


def test_what_the_operator_sets_decides(app_context, cast):
    facts = facts_of(cast.monteclaro)
    open_site = replace(facts.site, base_url="http://intranet.example", clamav="", smtp_url="")
    safe = replace(
        facts.site,
        base_url="https://intranet.example",
        clamav="unix:/run/clamd",
        smtp_url="smtps://mail.example",
    )
    for part in ("mp.com.2", "op.exp.6", "mp.s.1"):
        assert line_of(replace(facts, site=open_site), part).state == StatementState.NOT_MET
        assert line_of(replace(facts, site=safe), part).state == StatementState.MET
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).mail_content = MailContent.TEXT
    texts = replace(facts_of(cast.monteclaro), site=safe)
    assert line_of(texts, "mp.s.1").state == StatementState.PARTLY


def test_one_administrator_alone_is_said(app_context, cast):
    facts = facts_of(cast.monteclaro)
    assert line_of(replace(facts, administrators=1), "op.acc.3").state == StatementState.PARTLY
    assert line_of(replace(facts, administrators=2), "op.acc.3").state == StatementState.MET


def test_every_part_is_named_once_in_its_statement(app_context, cast):
    facts = facts_of(cast.monteclaro)
    for kind in STATEMENTS.values():
        parts = [line.part for section in kind.sections(facts) for line in section.lines]
        assert len(parts) == len(set(parts))
        assert max(map(len, parts)) <= 40


def test_own_words_have_versions_and_nothing_is_lost(app_context, cast):
    town = cast.monteclaro
    write_text(cast.dorleta, town, "processing", "controller", "El Ayuntamiento.", number=0)
    write_text(cast.dorleta, town, "processing", "controller", "La alcaldía.", number=1)
    with pytest.raises(Conflict):
        write_text(cast.dorleta, town, "processing", "controller", "Tarde.", number=1)

    assert texts_of(town.id, "processing")["controller"].body == "La alcaldía."
    assert texts_of(cast.altamar.id, "processing") == {}
    bodies = db.session.scalars(select(StatementText.body).order_by(StatementText.number)).all()
    assert bodies == ["El Ayuntamiento.", "La alcaldía."]
    acts = db.session.scalars(select(AuditLine.act).where(AuditLine.agency_id == town.id)).all()
    assert acts.count("statement.write") == 2


def test_only_administrators_of_the_agency_write(app_context, cast):
    give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.RECORDS)
    for other in (cast.nadia, cast.ana, cast.guillem):
        with pytest.raises(Forbidden):
            write_text(other, cast.monteclaro, "processing", "controller", "No.", number=0)
    with pytest.raises(NotFound):
        write_text(cast.dorleta, cast.monteclaro, "processing", "nothing", "No.", number=0)
    with pytest.raises(NotFound):
        write_text(cast.dorleta, cast.monteclaro, "other", "controller", "No.", number=0)
    with pytest.raises(Invalid):
        write_text(cast.dorleta, cast.monteclaro, "processing", "dpo", "x" * 4_001, number=0)


def test_the_pages_show_lines_and_take_words(app, cast, client_of):
    dorleta = client_of(cast.dorleta)
    top = f"/admin/{cast.monteclaro.code}/statements"
    assert dorleta.get(top).status_code == 200
    for name in STATEMENTS:
        assert dorleta.get(f"{top}/{name}").status_code == 200
    assert dorleta.get(f"{top}/nothing").status_code == 404

    sent = {"part": "controller", "body": "<b>Ayuntamiento</b>", "number": "0"}
    assert dorleta.submit(f"{top}/processing", sent).status_code == 303
    page = dorleta.get(f"{top}/processing").text
    assert "&lt;b&gt;Ayuntamiento&lt;/b&gt;" in page
    late = dorleta.submit(f"{top}/processing", {**sent, "body": "Mío, tarde."})
    assert late.status_code == 409
    assert "Mío, tarde." in late.text  # nothing typed is lost

    for odd in ("\x00", "🎉" * 5_000, ["a", "b"]):
        refused = dorleta.submit(f"{top}/processing", {**sent, "body": odd, "number": "1"})
        assert refused.status_code in {303, 409, 422}
        odd_part = dorleta.submit(f"{top}/processing", {**sent, "part": odd})
        assert odd_part.status_code in {404, 409, 422}
    assert client_of(cast.ana).get(top).status_code == 404
    assert client_of(cast.guillem).get(top).status_code == 404


def test_the_document_can_be_archived_and_holds_the_words(app, cast, client_of):
    dorleta = client_of(cast.dorleta)
    top = f"/admin/{cast.monteclaro.code}/statements/security"
    dorleta.submit(top, {"part": "org.1", "body": "Política de 2026.", "number": "0"})

    answer = dorleta.get(f"{top}/statement.pdf")

    assert answer.mimetype == "application/pdf"
    read = PdfReader(BytesIO(answer.data))
    words = " ".join(page.extract_text() for page in read.pages)
    assert "Política de 2026." in words
    assert b"pdfaid:part" in answer.data
    with open("intranet/records/statements/data/ens.csv", encoding="utf-8") as source:  # noqa: PTH123 - as it is
        codes = [row["code"] for row in csv.DictReader(source)]
    assert all(code in words for code in codes)


def test_the_accessibility_statement_is_public_once_somebody_can_be_asked(app, cast, client):
    address = f"/open/{cast.monteclaro.code}/accessibility"
    assert client.get(address).status_code == 404
    assert client.get("/open/NOTHING/accessibility").status_code == 404

    with app.app_context():
        town = cast.monteclaro
        write_text(cast.dorleta, town, "accessibility", "contact", "Tel. 010", number=0)
        assert is_public(town.id)

    page = client.get(address)
    assert page.status_code == 200
    assert "Tel. 010" in page.text
    assert cast.dorleta.name not in page.text
    assert "Set-Cookie" not in page.headers

    with app.app_context():
        write_text(cast.dorleta, cast.monteclaro, "accessibility", "contact", "", number=1)
    assert client.get(address).status_code == 404
