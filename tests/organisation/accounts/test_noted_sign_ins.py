"""ASVS 16.3.1: who signed in, and at whose account somebody was refused, stands in the chain."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.operations.signing_in import MAX_ENTRIES_PER_HOUR, sign_in
from intranet.platform.audit.models import AuditLine
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow, run_due
from tests.organisation.accounts.doors import give

ANA = "ana@monteclaro.example"
TOWN = "/admin/L01990012"


@pytest.fixture
def noted(app, cast):
    """Act, actor, subject and detail of the lines about sign-ins, the first one first."""

    def read():
        with app.app_context():
            while run_due():
                pass
            found = select(AuditLine).where(AuditLine.act.startswith("sign_in."))
            lines = db.session.scalars(found.order_by(AuditLine.number)).all()
            assert first_broken_number(cast.monteclaro.id) is None
            assert {line.agency_id for line in lines} <= {cast.monteclaro.id}
            return [(line.act, line.actor_id, line.subject_id, dict(line.detail)) for line in lines]

    return read


@pytest.mark.both
def test_a_sign_in_has_a_line(app, cast, noted):
    assert give(app.test_client(), ANA).status_code == 303
    ((act, actor, _sign_in, detail),) = noted()
    assert (act, actor) == ("sign_in.begin", cast.ana.id)
    assert detail == {"by": "password"}


def test_a_refused_one_has_a_line_that_names_the_account_and_nothing_that_was_typed(
    app, cast, noted
):
    give(app.test_client(), ANA, "una palabra secreta")
    ((act, actor, subject, detail),) = noted()
    with app.app_context():
        account_id = cast.account_of(cast.ana).id
    assert (act, actor, subject) == ("sign_in.refuse", None, account_id)
    assert {**detail, "at": ""} == {"by": "password", "count": 1, "at": ""}


@pytest.mark.slow
def test_who_guesses_does_not_fill_the_log(app, cast, noted):
    now = clock.now()
    for number in range(60):
        with clock.freeze(now + timedelta(minutes=number)):
            give(app.test_client(), ANA, "wrong", address=f"192.0.2.{number}")
    with clock.freeze(now + timedelta(hours=2)):
        lines = noted()
    assert [detail["count"] for _act, _actor, _subject, detail in lines] == [1, 5, 25]


def test_an_unknown_name_is_owed_the_same_and_leaves_no_line(app, cast, noted):
    give(app.test_client(), "nobody@monteclaro.example", "wrong")
    with app.app_context():
        (owed,) = db.session.scalars(select(OutboxRow)).all()
        assert "nobody" not in str(owed.payload)
    assert noted() == []


def test_a_program_that_signs_in_again_and_again_does_not_fill_the_log(app, cast, noted):
    with app.app_context():
        for _number in range(MAX_ENTRIES_PER_HOUR + 5):
            sign_in(cast.account_of(cast.ana), device="", is_kept=False)
    acts = [act for act, *_rest in noted()]
    assert acts.count("sign_in.begin") == MAX_ENTRIES_PER_HOUR


@pytest.mark.slow
def test_the_page_shows_sign_ins_to_who_asks_for_them(app, cast, client_of, noted):
    give(app.test_client(), ANA)
    give(app.test_client(), ANA, "wrong")
    noted()
    dorleta = client_of(cast.dorleta)
    usual = table_of(dorleta, "")
    every = table_of(dorleta, "&act=all")
    chosen = table_of(dorleta, "&act=sign_in.begin")

    assert "signed in" not in usual
    assert "A sign-in attempt was refused." in usual
    assert "signed in" in every
    assert "created the unit" in every
    assert "signed in" in chosen
    assert "Ana Castro" in chosen
    assert "created the unit" not in chosen


def table_of(client, query):
    page = client.get(f"{TOWN}/audit?lang=en{query}").text
    return page[page.index("<tbody") :]
