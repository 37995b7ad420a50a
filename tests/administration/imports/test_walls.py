"""What an import tells of other agencies, and of two who handle the same one at once."""

import subprocess
import sys

import pytest
from sqlalchemy import select, text

from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.jobs import apply as apply_job
from intranet.administration.imports.models import Import, ImportLine
from intranet.administration.imports.operations import discard, forget
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.platform.core.errors import Conflict
from intranet.platform.core.subprocesses import EXIT_TOO_MUCH
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import fates, stage, table, xlsx


def test_no_dry_run_tells_whether_an_e_mail_is_somebody_s_elsewhere(app_context, cast):
    with unit_of_work():
        ana = db.session.scalars(select(Account).where(Account.person_id == cast.ana.id)).one()
        ana.staff_number = "4711"
    elna = db.session.scalars(select(Account.email).where(Account.person_id == cast.elna.id)).one()
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    told = [
        fates(
            "people", "name;email;staff_number;post_code", f"Ana Castro;{email};4711;", scope=scope
        )
        for email in (elna, "nobody@nowhere.example")
    ]
    assert told[0] == told[1] == ["unchanged"]


@pytest.mark.both
def test_what_somebody_has_just_begun_to_apply_is_not_thrown_away(app_context, cast):
    scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
    line = f"Noa Rey;noa@x.example;{cast.officer_post.code}"
    row = stage("people", table("name;email;post_code", line), scope)
    db.session.commit()
    with db.engine.begin() as another:
        another.execute(text("UPDATE imports SET state = 'applying'"))
    with pytest.raises(Conflict):
        discard(cast.dorleta, row)
    assert db.session.scalars(select(ImportLine)).all()
    with db.engine.begin() as another:
        another.execute(text("UPDATE imports SET state = 'applied'"))
    import_id = row.id
    discard(cast.dorleta, row)
    assert db.session.get(Import, import_id) is None
    forget(import_id)
    apply_job({"import_id": str(import_id)})  # asked for twice: there is nothing to do


def test_a_sheet_that_unpacks_to_more_than_it_may_is_too_large(tmp_path):
    sheet, made = tmp_path / "a.xlsx", tmp_path / "made"
    sheet.write_bytes(xlsx([["name", "y" * 200]] * 100).getvalue())
    told = []
    for most in (5_000, 50_000):
        program = (
            "import sys; from intranet.administration.imports import sheet_process as p; "
            f"p.WRITTEN_BYTES = {most}; sys.exit(p.main(sys.argv[1]))"
        )
        with made.open("wb") as out:
            done = subprocess.run([sys.executable, "-c", program, sheet], stdout=out, check=False)
        assert made.stat().st_size <= most
        told.append(done.returncode)
    assert told == [EXIT_TOO_MUCH, 0]
