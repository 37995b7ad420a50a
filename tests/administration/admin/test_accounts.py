import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.sensitive_changes import apply_due, approve
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.offers import accept_offer, offers_to
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def invitation(**more):
    kept = {
        "name": "Sabela Novo",
        "email": "sabela@monteclaro.example",
        "staff_number": "",
        "post": "Técnico/a de Contratación",
        "kind": "acting",
        "starts_on": today().isoformat(),
        "ends_on": "",
        "basis": "",
    }
    return {**kept, **more}


def approved(app, cast):
    """The operator approves what waits for Ana, and a day goes by."""
    with app.app_context():
        (change,) = waiting_changes(cast.account_of(cast.ana).id)
        approve(None, change)
    with clock.freeze(clock.now() + timedelta(hours=25)), app.app_context():
        apply_due()


def account_of(app, email):
    with app.app_context():
        return db.session.scalar(select(Account).where(Account.email == email))


def owed(app):
    with app.app_context():
        return [row.payload for row in db.session.scalars(select(OutboxRow))]


def plain(page):
    return re.sub(r"[\w.]+@[\w.]+", "ADDRESS", page.text)


def test_somebody_new_is_invited_and_holds_their_post(app, dorleta, cast):
    page = dorleta.submit(f"{TOWN}/people/new", invitation())

    assert page.status_code == 303
    account = account_of(app, "sabela@monteclaro.example")
    assert account.state == "invited"
    with app.app_context():
        [row] = current_appointments(account.person_id)
        assert row.post.handle == cast.technician_post.handle
    assert len(owed(app)) == 1


@pytest.mark.slow
@pytest.mark.both
def test_a_known_e_mail_is_answered_like_an_unknown_one(app, dorleta, cast):
    new = dorleta.submit(f"{TOWN}/people/new", invitation())
    after_new = dorleta.get(new.location)
    known = dorleta.submit(
        f"{TOWN}/people/new",
        invitation(name="Quien Sea", email="elna@altamar.example"),
    )
    after_known = dorleta.get(known.location)

    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert "elna@altamar.example" in after_known.text
    notice = re.compile(r'class="banner[^"]*banner--ok.*?</div>', re.DOTALL)
    assert notice.findall(plain(after_known)) == notice.findall(plain(after_new)) != []
    with app.app_context():
        assert db.session.scalar(select(Person.id).where(Person.name == "Quien Sea")) is None
        held = current_appointments(cast.elna.id)
        assert [row.post.unit.agency.handle for row in held] == ["altamar"]  # until she accepts
        assert [offer.name for offer in offers_to(cast.elna)] == ["Quien Sea"]


@pytest.mark.slow
def test_who_has_no_mailbox_gets_a_link_from_the_administrators_hand(app, dorleta, cast):
    page = dorleta.submit(f"{TOWN}/people/new", invitation(email="", staff_number="A-77"))

    assert page.status_code == 200
    assert re.search(r"<code>http://\S+/\S+</code>", page.text)
    assert owed(app) == []


@pytest.mark.slow
def test_a_refused_invitation_leaves_nobody_behind(app, dorleta, cast):
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Person))
    for wrong in (
        {"post": "Alcaldía", "kind": "holder"},
        {"email": "no address"},
        {"email": "", "staff_number": ""},
        {"name": ""},
        {"starts_on": "yesterday"},
        {"ends_on": "1999-01-01"},
    ):
        page = dorleta.submit(f"{TOWN}/people/new", invitation(**wrong))
        assert page.status_code == 422, wrong
        assert 'name="name"' in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == before
    assert owed(app) == []


@pytest.mark.slow
def test_an_account_is_closed_and_opened(app, dorleta, cast, client_of):
    ana = client_of(cast.ana)
    assert ana.get("/").status_code == 200

    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/close")
    assert account_of(app, "ana@monteclaro.example").state == "disabled"
    assert ana.get("/").status_code == 303

    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/open")
    assert account_of(app, "ana@monteclaro.example").state == "active"


def test_nobody_closes_their_own_account(app, dorleta, cast):
    page = dorleta.submit(f"{TOWN}/people/{cast.dorleta.id}/account/close", follow_redirects=True)

    assert account_of(app, "dorleta@monteclaro.example").state == "active"
    assert "banner--bad" in page.text


def test_an_invitation_is_sent_again_and_withdrawn(app, dorleta, cast):
    dorleta.submit(f"{TOWN}/people/new", invitation())
    person = account_of(app, "sabela@monteclaro.example").person_id

    assert dorleta.submit(f"{TOWN}/people/{person}/invitation").status_code == 303
    assert dorleta.submit(f"{TOWN}/people/{person}/invitation/withdraw").status_code == 303
    acts = dorleta.get(f"{TOWN}/audit?act=account.withdraw_invitation").text
    assert "Sabela Novo" in acts


@pytest.mark.both
def test_a_lost_second_factor_is_taken_away_once_a_second_person_approves(app, dorleta, cast):
    with app.app_context(), unit_of_work():
        account = cast.account_of(cast.ana)
        account.totp_secret, account.totp_confirmed_at = "A" * 32, clock.now()
    assert "second-factor" in dorleta.get(f"{TOWN}/people/{cast.ana.id}").text

    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/second-factor")
    assert account_of(app, "ana@monteclaro.example").has_second_factor
    approved(app, cast)

    assert not account_of(app, "ana@monteclaro.example").has_second_factor


@pytest.mark.slow
def test_a_name_and_sign_in_are_corrected(app, dorleta, cast):
    form = {"name": "Ana Castro Pena", "email": "ana.castro@monteclaro.example", "version": "1"}
    page = dorleta.submit(f"{TOWN}/people/{cast.ana.id}", form)

    assert page.status_code == 303
    page = dorleta.get(f"{TOWN}/people/{cast.ana.id}").text
    assert "Ana Castro Pena" in page
    assert "ana.castro@monteclaro.example" in page
    approved(app, cast)
    assert account_of(app, "ana.castro@monteclaro.example").person_id == cast.ana.id
    taken = {**form, "email": "carles@monteclaro.example", "version": "2"}
    assert dorleta.submit(f"{TOWN}/people/{cast.ana.id}", taken).status_code == 422


@pytest.mark.slow
def test_another_agencys_person_is_only_appointed_here(app, dorleta, cast):
    dorleta.submit(f"{TOWN}/people/new", invitation(email="elna@altamar.example"))
    where = f"{TOWN}/people/{cast.elna.id}"
    assert dorleta.get(where).status_code == 404
    with app.app_context():
        accept_offer(cast.elna, offers_to(cast.elna)[0].id)

    dorleta.get(where)  # shows what the invitation said, once
    page = dorleta.get(where)

    assert "elna@altamar.example" not in page.text
    assert "Innovació" not in page.text
    form = {"name": "Otro Nombre", "version": "1"}
    assert dorleta.submit(where, form).status_code == 404
    assert dorleta.submit(f"{where}/account/close").status_code == 404
    assert dorleta.submit(f"{where}/invitation").status_code == 404
    assert dorleta.submit(f"{where}/account", {"email": "x@y.example"}).status_code == 404


@pytest.mark.both
def test_people_are_found_by_name_address_and_state(dorleta, cast):
    assert "Uxía Lema" in dorleta.get(f"{TOWN}/people?q=uxia").text
    assert "Uxía Lema" in dorleta.get(f"{TOWN}/people?q=uxia@monteclaro.example").text
    closed = dorleta.get(f"{TOWN}/people?access=disabled").text
    assert "Lara Nieto" in closed
    assert "Uxía Lema" not in closed
    assert "Elna Puig" not in dorleta.get(f"{TOWN}/people?q=elna").text
