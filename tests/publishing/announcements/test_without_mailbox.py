"""Confirming with a code at a shared screen, and on paper."""

from datetime import timedelta

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound, TooMany
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements.forms import PaperForm
from intranet.publishing.announcements.jobs import forget_old
from intranet.publishing.announcements.models import ConfirmationCode
from intranet.publishing.announcements.operations.recording import (
    confirm_by_code,
    make_codes,
    record_on_paper,
    undo_on_paper,
)
from intranet.publishing.publications.announcement_models import Acknowledgement, Recipient, Way
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.publishing import correct, publish, withdraw
from intranet.publishing.publications.versions import with_working_copy
from tests.delivery.files.samples import picture
from tests.publishing.announcements.helpers import announce, in_days
from tests.publishing.publications.helpers import draft


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


@pytest.mark.both
def test_a_code_confirms_once_for_whom_it_was_made(app, cast, sent):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        old = make_codes(cast.carles, publication, [cast.lara.id])[cast.lara.id]
        code = make_codes(cast.carles, publication, [cast.lara.id, cast.elna.id])
        assert list(code) == [cast.lara.id]
        said = code[cast.lara.id].lower().replace("-", " ")

        def type_in(number, typed):
            return confirm_by_code(
                cast.carles, publication, number, typed, version=1, address="10.0.0.1"
            )

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


@pytest.mark.slow
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
    typed = {"staff_number": "0417", "version": 1}
    wrong = screen.submit("/screen", {**typed, "code": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "0417" in wrong.text
    right = screen.submit("/screen", {**typed, "code": code})
    assert "Lara Nieto" in right.text
    assert screen.get(f"/p/{sent}").status_code == 303  # nobody was signed in by it

    with app.app_context():
        withdraw(cast.carles, db.session.get_one(Publication, sent), "Era un error.")
    assert screen.get("/screen").status_code == 404


@pytest.mark.slow
def test_a_screen_shows_what_hangs_on_its_announcement_and_no_other_file(app, cast, client_of):
    with app.app_context():
        with_picture = draft(cast.carles, due_on=in_days(3))
        shown, other = (
            store_upload(cast.carles, picture(), name, alternative="La plaza.").id
            for name in ("plaza.png", "other.png")
        )
        for one, file_id in ((with_picture, shown), (draft(cast.carles), other)):
            attach(cast.carles, one, file_id, None, edition=one.edition)
        sent = publish(
            cast.carles, with_picture, edition=with_working_copy(with_picture).edition
        ).id
    screen = client_of(cast.carles)
    screen.get("/")
    screen.submit(f"/p/{sent}/screen")
    assert f"/files/{shown}" in screen.get("/screen").text
    for path in ("", "/thumbnail"):
        assert screen.get(f"/files/{shown}{path}").mimetype.startswith("image/")
        assert screen.get(f"/files/{other}{path}").status_code == 303
        assert app.test_client().get(f"/files/{shown}{path}").status_code == 303

    with app.app_context():
        withdraw(cast.carles, db.session.get_one(Publication, sent), "Era un error.")
    assert screen.get(f"/files/{shown}").status_code == 303


@pytest.mark.both
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


@pytest.mark.slow
@pytest.mark.both
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


@pytest.mark.both
def test_a_code_is_of_no_use_once_it_is_confirmed_or_to_whom_the_person_is_none_of(app, cast, sent):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        code = make_codes(cast.carles, publication, [cast.lara.id])[cast.lara.id]

        def type_in(opener):
            return confirm_by_code(opener, publication, "0417", code, version=1, address="10.0.0.1")

        with unit_of_work():
            row = db.session.scalars(
                db.select(Recipient).where(Recipient.person_id == cast.lara.id)
            ).one()
            row.unit_id = cast.urban_planning.id  # above the unit for which Ana answers
        with pytest.raises(Invalid):
            type_in(cast.ana)
        assert confirmed(cast.lara.id) == []
        record_on_paper(cast.carles, publication, cast.lara.id, row.post_id)
        with pytest.raises(Invalid):
            type_in(cast.carles)


def test_at_a_screen_the_version_that_stood_there_is_confirmed(app, cast, sent, client_of):
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        code = make_codes(cast.carles, publication, [cast.lara.id])[cast.lara.id]
    screen = client_of(cast.carles)
    screen.submit(f"/p/{sent}/screen")
    typed = {"staff_number": "0417", "code": code}
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        edition = publication.edition
        correct(cast.carles, publication, "El plazo.", edition=edition, asks_again=True)

    old = screen.submit("/screen", {**typed, "version": 1})
    assert old.status_code == 403
    assert 'name="version" value="2"' in old.text
    with app.app_context():
        publication = db.session.get_one(Publication, sent)
        edition = publication.edition
        correct(cast.carles, publication, "Una coma.", edition=edition, asks_again=False)
    assert screen.submit("/screen", {**typed, "version": 2}).status_code == 200
    with app.app_context():
        (row,) = confirmed(cast.lara.id)
        assert row.version == 2


def test_a_screen_goes_dark_with_the_account_of_who_handed_it_over(app, cast, sent, client_of):
    screen = client_of(cast.carles)
    screen.submit(f"/p/{sent}/screen")
    assert screen.get("/screen").status_code == 200
    with app.app_context(), unit_of_work():
        cast.account_of(cast.carles).state = AccountState.DISABLED
    assert screen.get("/screen").status_code == 404


@pytest.mark.parametrize("row", [":".join(["-" * 36] * 2), "", "x"])
def test_a_row_of_paper_that_names_nobody_is_refused(row):
    with pytest.raises(Invalid):
        PaperForm.parse({"row": row})
