"""Confirming with a code at a shared screen, and on paper."""

from datetime import timedelta

import pytest

from intranet.accounts.models import Account
from intranet.announcements.jobs import forget_old
from intranet.announcements.models import ConfirmationCode
from intranet.announcements.operations.recording import (
    confirm_by_code,
    make_codes,
    record_on_paper,
    undo_on_paper,
)
from intranet.audit.models import AuditLine
from intranet.core import clock
from intranet.core.errors import Forbidden, Invalid, NotFound, TooMany
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.publications.models import Acknowledgement, Publication, Recipient, Way
from intranet.publications.operations.publishing import withdraw
from tests.announcements.helpers import announce


@pytest.fixture
def sent(app, cast):
    """Carles to his subtree; Lara has a staff number and no mailbox."""
    with app.app_context():
        with unit_of_work():
            account = db.session.scalars(
                db.select(Account).where(Account.person_id == cast.lara.id)
            ).one()
            account.email, account.staff_number = None, "0417"
        return announce(cast.carles).id


def confirmed(person_id):
    return db.session.scalars(
        db.select(Acknowledgement).where(Acknowledgement.person_id == person_id)
    ).all()


def test_a_code_confirms_once_for_whom_it_was_made(app, cast, sent):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        old = make_codes(cast.carles, publication, [cast.lara.id])[cast.lara.id]
        code = make_codes(cast.carles, publication, [cast.lara.id, cast.elna.id])
        assert list(code) == [cast.lara.id]
        said = code[cast.lara.id].lower().replace("-", " ")

        def type_in(number, typed):
            return confirm_by_code(cast.carles, publication, number, typed, address="10.0.0.1")

        for number, typed in (("0417", old), ("0418", said), ("0417", "")):
            with pytest.raises(Invalid):
                type_in(number, typed)
        assert type_in(" 0417 ", said).name == "Lara Nieto"
        with pytest.raises(Invalid):
            type_in("0417", said)
        (row,) = confirmed(cast.lara.id)
        assert (row.way, row.factor, row.is_counted) == (Way.SCREEN, "code", True)
        for _try in range(4):
            with pytest.raises(Invalid):
                type_in("0417", "AAAA-AAAA")
        with pytest.raises(TooMany):
            type_in("0417", "AAAA-AAAA")
        with clock.freeze(clock.now() + timedelta(days=40)):
            forget_old()
        assert db.session.scalars(db.select(ConfirmationCode)).all() == []


def test_a_screen_that_was_handed_over_shows_one_announcement_and_nothing_else(
    app, cast, sent, client_of
):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        code = make_codes(cast.carles, publication, [cast.lara.id])[cast.lara.id]
    assert client_of(cast.xoel).get(f"/p/{sent}/screen").status_code == 404
    assert app.test_client().get("/screen").status_code == 404

    screen = client_of(cast.carles)
    screen.get("/")
    assert screen.submit(f"/p/{sent}/screen").headers["Location"] == "/screen"
    assert screen.get(f"/p/{sent}").status_code == 303  # signed out
    shown = screen.get("/screen")
    assert "las obras menores se tramitan" in shown.text
    assert "Ana Castro" not in shown.text
    wrong = screen.submit("/screen", {"staff_number": "0417", "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "0417" in wrong.text
    right = screen.submit("/screen", {"staff_number": "0417", "code": code})
    assert "Lara Nieto" in right.text
    assert screen.get(f"/p/{sent}").status_code == 303  # nobody was signed in by it

    with app.app_context():
        withdraw(cast.carles, db.session.get_one(Publication, sent), "Era un error.")
    assert screen.get("/screen").status_code == 404


def test_paper_is_written_down_by_a_head_marked_and_undone_within_a_day(app, cast, sent):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        post_id = db.session.scalars(
            db.select(Recipient.post_id).where(Recipient.person_id == cast.lara.id)
        ).one()
        with pytest.raises(NotFound):
            record_on_paper(cast.nadia, publication, cast.lara.id, post_id)
        with pytest.raises(NotFound):
            record_on_paper(cast.carles, publication, cast.elna.id, cast.innovation_post.id)
        with pytest.raises(Forbidden):
            record_on_paper(cast.carles, publication, cast.carles.id, cast.head_post.id)
        record_on_paper(cast.ana, publication, cast.lara.id, post_id)  # the acting head
        (row,) = confirmed(cast.lara.id)
        assert (row.way, row.recorded_by_id) == (Way.PAPER, cast.ana.id)

        with pytest.raises(NotFound):
            undo_on_paper(cast.carles, publication, cast.lara.id, post_id)
        undo_on_paper(cast.ana, publication, cast.lara.id, post_id)
        assert confirmed(cast.lara.id) == []
        record_on_paper(cast.ana, publication, cast.lara.id, post_id)
        with clock.freeze(clock.now() + timedelta(hours=24)), pytest.raises(Forbidden):
            undo_on_paper(cast.ana, publication, cast.lara.id, post_id)
        acts = db.session.scalars(
            db.select(AuditLine.act).where(AuditLine.actor_id == cast.ana.id).order_by(AuditLine.id)
        ).all()
        assert acts == [
            *("acknowledgement.record", "acknowledgement.withdraw", "acknowledgement.record")
        ]


def test_the_sheet_names_who_has_no_mailbox_and_shows_codes_once(app, cast, sent, client_of):
    client = client_of(cast.carles)
    sheet = client.get(f"/p/{sent}/sheet")
    assert "Lara Nieto" in sheet.text
    assert "Xoel Pardo" not in sheet.text
    assert "las obras menores se tramitan" in sheet.text
    assert "<svg" in sheet.text
    assert "style=" not in sheet.text
    assert "Xoel Pardo" in client.get(f"/p/{sent}/sheet?show=all").text
    assert "code-strip__code" in client.submit(f"/p/{sent}/sheet").text
    assert "code-strip__code" not in client.get(f"/p/{sent}/sheet").text
    assert client_of(cast.xoel).get(f"/p/{sent}/sheet").status_code == 404
