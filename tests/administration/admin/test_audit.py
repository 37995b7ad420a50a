import ast
import csv
import io
import re

import pytest
from sqlalchemy import update

from intranet.administration.admin.audit_acts import act_names
from intranet.administration.admin.audit_facts import LEFT_OUT
from intranet.administration.admin.audit_kinds import KINDS
from intranet.administration.admin.audit_sentences import SENTENCES
from intranet.administration.admin.labels import detail_names, detail_values
from intranet.bootstrap.places import RESOURCES as ROOT
from intranet.extensions import db
from intranet.organisation.agencies.operations.units import create_unit
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.spreadsheet import harmless
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.admin.recorded_acts import recorded_acts
from tests.collaboration.groups.helpers import group_of

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def test_the_log_says_who_did_what(app, dorleta, cast):
    form = {"name_es": "Disciplina", "parent": "URB"}
    dorleta.submit(f"{TOWN}/units/new", form)

    page = dorleta.get(f"{TOWN}/audit?lang=en").text

    assert "Dorleta Aguirre" in page
    assert "<b>Dorleta Aguirre</b> created the unit “<b>Disciplina</b>”." in page


@pytest.mark.both
def test_the_log_is_filtered(dorleta, cast):
    page = dorleta.get(f"{TOWN}/audit?act=unit.create&lang=en").text
    assert "Licencias" in page
    assert "Lara Nieto" not in page
    assert "banner--ok" not in page
    nothing = dorleta.get(f"{TOWN}/audit?from=2001-01-01&to=2001-01-02").text
    assert "<tbody>" not in nothing
    assert dorleta.get(f"{TOWN}/audit?from=soon&person=x&before=y").status_code == 200


@pytest.mark.both
def test_the_chain_is_checked(app, dorleta, cast):
    assert "banner--ok" in dorleta.get(f"{TOWN}/audit?check=1").text
    with app.app_context(), unit_of_work():
        db.session.execute(
            update(AuditLine)
            .where(AuditLine.agency_id == cast.monteclaro.id, AuditLine.number == 3)
            .values(act="nothing.happened")
        )
    page = dorleta.get(f"{TOWN}/audit?check=1&lang=en").text
    assert "banner--bad" in page
    assert "line 3" in page


def test_the_download_holds_every_line_and_no_formula(app, dorleta, cast):
    with app.app_context():
        create_unit(None, cast.town_hall, Localized(es="=1+1"), code="@cmd")

    page = dorleta.submit(f"{TOWN}/audit/export")

    assert page.headers["Content-Disposition"].startswith("attachment;")
    text = page.data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["act"] == "audit.export"
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\tx", "\rx"])
def test_a_cell_is_never_a_formula(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("x=1") == "x=1"


@pytest.mark.slow
def test_every_act_that_is_recorded_has_a_name_and_a_sentence(app):
    acts = recorded_acts(ROOT / "intranet")
    assert {"unit.end", "role.give", "mandate.end", "group.archive", "sign_in.displace"} <= acts
    assert {"moderation.hidden", "post.change", "acknowledgement.record"} <= acts

    with app.test_request_context():
        named = set(act_names())
    assert set(SENTENCES) == acts
    assert named == acts
    assert {act.partition(".")[0] for act in acts} <= {
        thing for _label, things in KINDS.values() for thing in things
    }


@pytest.mark.parametrize("language", ["es", "ca", "gl", "eu"])
def test_every_sentence_is_said_in_the_language_of_the_reader(app, language):
    with app.test_request_context(f"/?lang={language}"):
        for act, text in SENTENCES.items():
            assert str(text) != text._args[0], act
            assert "%(who)s" in str(text) or "%(who)s" not in text._args[0], act


def entries_in(page):
    return re.findall(r'data-label="What happened\?">(.*?)</td>', page)


@pytest.mark.slow
def test_the_log_is_filtered_by_a_person(app, dorleta, cast, client_of):
    person = f"{TOWN}/people/{cast.ana.id}"
    version = re.findall(r'name="version" value="(\d+)"', dorleta.get(person).text)[0]
    renamed = {"name": "Ana <i>Castro</i>", "email": "ana@monteclaro.example", "version": version}
    assert dorleta.submit(person, renamed).status_code == 303

    by_name = entries_in(dorleta.get(f"{TOWN}/audit?lang=en&person=ana").text)
    by_id = entries_in(dorleta.get(f"{TOWN}/audit?lang=en&person={cast.ana.id}").text)
    by_author = entries_in(dorleta.get(f"{TOWN}/audit?lang=en&person=dorleta").text)

    said = "<b>Dorleta Aguirre</b> corrected <b>Ana &lt;i&gt;Castro&lt;/i&gt;</b>’s name."
    assert by_name == by_id
    assert said in by_id
    assert all("Castro" in entry for entry in by_id)
    assert said in by_author
    assert entries_in(dorleta.get(f"{TOWN}/audit?lang=en&person=zzz").text) == []


def detail_keys():
    """The keys of each `detail={...}` that a line of the log is recorded with."""
    for path in (ROOT / "intranet").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or "record" not in ast.unparse(call.func):
                continue
            for given in call.keywords:
                if given.arg == "detail" and isinstance(given.value, ast.Dict):
                    yield from (ast.literal_eval(key) for key in given.value.keys if key)


@pytest.mark.slow
def test_each_detail_has_a_name_in_the_readers_language(app):
    keys = set(detail_keys()) - {"before", "after", *LEFT_OUT}

    with app.test_request_context():
        assert len(keys) > 15
        assert keys - set(detail_names()) == set()


def test_the_reach_of_a_new_group_is_told_in_words(app, dorleta, cast):
    with app.app_context():
        group_of(cast.carles, "Padrón")

    page = dorleta.get(f"{TOWN}/audit?act=group.create&lang=gl").text

    with app.test_request_context("/?lang=gl"):
        assert f"{detail_names()['reach']}:" in page
        assert str(detail_values()["reach"]["network"]) in page
