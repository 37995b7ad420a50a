"""People sign in by the password that their agency's directory knows, and nobody else does."""

import re
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState, SignIn
from intranet.organisation.identity.ldap.signing_in import claims_of
from intranet.organisation.identity.models import ExternalIdentity, Provider
from intranet.platform.core.errors import Unavailable
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.organisation.identity.ldap.helpers import followed
from tests.organisation.identity.ldap.slapd import PEOPLE

SECRET = "la clave del directorio"


@pytest.fixture
def ana_email(app, cast, provider_id, slapd):
    """The address of Ana, whom the directory knows as well, with another password."""
    email = email_of(app, cast.ana)
    slapd.add_person("ana", "Ana Castro", mail=email, userPassword=SECRET)
    return email


def email_of(app, person):
    """The address of somebody."""
    with app.app_context():
        email = select(Account.email).where(Account.person_id == person.id)
        return db.session.scalars(email).one()


@pytest.fixture
def enter(app):
    """Sign in by the form, with a browser of its own."""

    def enter(name, password):
        client = app.test_client()
        return client, client.submit("/signin", {"email": name, "password": password})

    return enter


def change(provider_id, **settings):
    """Change what is set of the directory."""
    with unit_of_work() as work:
        provider = work.locked(Provider, provider_id)
        provider.settings = {**provider.settings, **settings}


def test_the_password_of_the_directory_lets_in_and_ties(app, enter, ana_email, provider_id):
    client, answer = enter(ana_email, SECRET)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Ana Castro" in client.get("/me/settings").text
    with app.app_context():
        [row] = db.session.scalars(select(SignIn)).all()
        assert row.by == "ldap"
        [identity] = db.session.scalars(select(ExternalIdentity)).all()
        assert (identity.account_id, identity.provider_id) == (row.account_id, provider_id)


@pytest.mark.slow
def test_a_tie_that_the_directory_made_unseen_is_told_when_it_is_first_used(
    app, cast, enter, ana_email, *, provider_id, mail
):
    with app.app_context():
        followed(cast, db.session.get_one(Provider, provider_id))
    mail()
    for told in (True, False):
        assert enter(ana_email, SECRET)[1].status_code == 303
        letters = [letter for letter in mail() if "Directorio" in text_of(letter)]
        assert len(letters) == told


def test_the_password_of_this_site_still_lets_in(app, enter, ana_email):
    assert enter(ana_email, PASSWORD)[1].status_code == 303
    with app.app_context():
        assert db.session.scalar(select(SignIn.by)) == "password"


def test_a_name_in_the_directory_with_the_short_name_of_the_agency_is_known(enter, ana_email):
    assert enter("ana@monteclaro", SECRET)[1].status_code == 303
    assert enter("ana@altamar", SECRET)[1].status_code == 401


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ana@monteclaro", "wrong"),
        ("nobody@monteclaro", SECRET),
        ("nobody@monteclaro.example", SECRET),
        ("*@monteclaro", SECRET),
        ("*)(uid=*@monteclaro", SECRET),
        ("ana)(objectClass=*@monteclaro", SECRET),
        (r"\2a@monteclaro", SECRET),
        ("ana\x00@monteclaro", SECRET),
    ],
)
def test_a_wrong_password_and_a_crafted_name_are_refused_alike(enter, ana_email, name, password):
    known = enter(ana_email, "wrong")[1]
    answer = enter(name, password)[1]
    assert answer.status_code in {401, 422}
    if answer.status_code == 401:
        alert = re.compile(r'role="alert".*?</div>', re.DOTALL)
        assert alert.findall(answer.text) == alert.findall(known.text)


def test_an_empty_password_is_never_sent(provider, ana_email):
    assert claims_of(provider, "ana", "") is None
    claims = claims_of(provider, "ana", SECRET)
    assert claims is not None
    assert claims.email == ana_email


def test_an_unknown_name_takes_as_long_as_a_wrong_password(provider, ana_email, slapd):

    def seconds(name):
        begun = time.perf_counter()
        assert claims_of(provider, name, "wrong") is None
        return time.perf_counter() - begun

    known = min(seconds("ana") for _ in range(5))
    unknown = min(seconds("nobody") for _ in range(5))
    assert 1 / 3 < unknown / known < 3


def test_an_address_of_two_entries_ties_nobody(app, enter, ana_email, slapd):
    slapd.add_person("mallory", "Mallory Pons", mail=ana_email, userPassword="mallory's own")
    answer = enter("mallory@monteclaro", "mallory's own")[1]
    assert answer.status_code == 403
    assert not is_anybody_tied(app)


def is_anybody_tied(app):
    """Whether an identity of the directory belongs to an account."""
    with app.app_context():
        return db.session.scalar(select(ExternalIdentity.id)) is not None


def test_another_entry_with_the_address_does_not_get_the_account(enter, ana_email, slapd):
    enter(ana_email, SECRET)
    slapd.delete(f"uid=ana,{PEOPLE}")
    slapd.add_person("ana", "Ana Nueva", mail=ana_email, userPassword="the new Ana's")
    assert enter(ana_email, "the new Ana's")[1].status_code == 401
    assert enter("ana@monteclaro", "the new Ana's")[1].status_code == 403


def test_a_person_who_was_renamed_there_is_the_same_here(app, enter, ana_email, slapd):
    enter(ana_email, SECRET)
    dn = slapd.rename(f"uid=ana,{PEOPLE}", "ana.castro")
    slapd.change(dn, {"mail": ["ana.castro@monteclaro.example"]})
    assert enter(ana_email, SECRET)[1].status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(SignIn.account_id).distinct()).all()) == 1


def test_administrators_are_not_tied_by_an_address(app, enter, cast, provider_id, slapd):
    email = email_of(app, cast.dorleta)
    slapd.add_person("dorleta", "Dorleta Aguirre", mail=email, userPassword="invented there")
    assert enter(email, "invented there")[1].status_code == 403
    assert enter(email, PASSWORD)[1].status_code == 303


def test_an_administrator_connects_the_account_that_is_signed_in(
    cast, client_of, enter, provider_id, slapd
):
    slapd.add_person("dorleta", "Dorleta Aguirre", userPassword=SECRET)
    address = f"/me/directory/{provider_id}/tie?next=/me/ways"
    client = client_of(cast.dorleta)
    assert client.get(address).status_code == 200
    wrong = {"name": "dorleta", "directory_password": "wrong"}
    assert client.submit(address, wrong).status_code == 422
    answer = client.submit(address, {**wrong, "directory_password": SECRET})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/ways")
    assert enter("dorleta@monteclaro", SECRET)[1].status_code == 303
    stranger = client_of(cast.guillem)
    assert stranger.get(address).status_code == 404
    assert stranger.submit(address, wrong).status_code == 404


def test_only_those_in_the_group_or_in_a_group_of_it_are_let_in(
    app, enter, ana_email, slapd, provider_id
):
    inner = slapd.add_group("inner", [f"uid=ana,{PEOPLE}"])
    outer = slapd.add_group("outer", [inner])
    slapd.change(inner, {"member": [f"uid=ana,{PEOPLE}", outer]})
    other = slapd.add_group("other", [f"uid=nobody,{PEOPLE}", outer])
    with app.app_context():
        change(provider_id, group=outer)
    assert enter(ana_email, SECRET)[1].status_code == 303
    slapd.change(inner, {"member": [f"uid=nobody,{PEOPLE}"]})
    assert enter(ana_email, SECRET)[1].status_code == 403
    with app.app_context():
        change(provider_id, group=other)
    assert enter(ana_email, SECRET)[1].status_code == 403


def test_starttls_comes_before_the_password(app, enter, ana_email, slapd, provider_id):
    with app.app_context():
        change(provider_id, port=slapd.port, security="starttls")
    assert enter(ana_email, SECRET)[1].status_code == 303


@pytest.mark.parametrize(
    "given", [{"authority": ""}, {"host": "127.0.0.1"}, {"host": "ip6-localhost"}]
)
def test_a_certificate_that_does_not_fit_stops_before_the_password(
    app, enter, ana_email, provider_id, given
):
    with app.app_context():
        change(provider_id, **given)
    answer = enter(ana_email, SECRET)[1]
    assert answer.status_code == 503
    assert not is_anybody_tied(app)


@pytest.mark.slow
def test_when_the_directory_is_away_others_hear_it_and_those_inside_stay(
    app, enter, ana_email, slapd, cast
):
    client, _answer = enter(ana_email, SECRET)
    slapd.stop()
    for _attempt in range(8):
        answer = enter("xoel@monteclaro", SECRET)[1]
        assert answer.status_code == 503, "what was not checked is not counted as wrong"
    assert "does not answer" in answer.text or "no responde" in answer.text
    assert client.get("/me/ways").status_code == 200
    assert enter(email_of(app, cast.dorleta), PASSWORD)[1].status_code == 303
    slapd.start()
    assert enter(ana_email, SECRET)[1].status_code == 303


@pytest.mark.slow
def test_a_silent_directory_holds_nobody_for_long(provider, ana_email, slapd):
    slapd.fall_silent()
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        claims_of(provider, "ana", SECRET)
    assert time.monotonic() - begun < 12


def test_a_closed_account_is_not_opened_by_the_directory(app, enter, ana_email):
    enter(ana_email, SECRET)
    with app.app_context(), unit_of_work():
        account = db.session.scalars(select(Account).where(Account.email == ana_email)).one()
        account.state = AccountState.DISABLED
    assert enter(ana_email, SECRET)[1].status_code == 403


@pytest.mark.slow
def test_guesses_at_the_directory_are_slowed_down(enter, ana_email):
    answers = [enter("ana@monteclaro", f"wrong {number}")[1].status_code for number in range(8)]
    assert answers[:5] == [401] * 5
    assert 429 in answers[5:]


def test_the_password_is_not_kept(app, enter, ana_email, caplog):
    before = password_hash(app, ana_email)
    enter(ana_email, SECRET)
    enter(ana_email, "wrong " + SECRET)
    assert password_hash(app, ana_email) == before
    assert SECRET not in caplog.text


def password_hash(app, email):
    """What is stored of somebody's own password."""
    with app.app_context():
        return db.session.scalar(select(Account.password_hash).where(Account.email == email))


@pytest.mark.slow
def test_the_only_way_leaves_administrators_their_password(
    app, enter, ana_email, cast, provider_id
):
    with app.app_context(), unit_of_work() as work:
        work.locked(Provider, provider_id).is_only_way = True
    assert enter(ana_email, PASSWORD)[1].status_code == 401
    assert enter(ana_email, SECRET)[1].status_code == 303
    assert enter(email_of(app, cast.dorleta), PASSWORD)[1].status_code == 303


@pytest.mark.slow
def test_a_sensitive_change_is_confirmed_by_the_password_of_the_directory(
    app, enter, ana_email, provider_id
):
    client, _answer = enter(ana_email, SECRET)
    with app.app_context(), unit_of_work():
        account = db.session.scalars(select(Account).where(Account.email == ana_email)).one()
        account.password_hash = None
    page = client.submit(f"/me/ways/{provider_id}/tie")
    assert "confirm_password" in page.text
    assert "/me/confirm/with/" not in page.text
    assert client.get(f"/me/confirm/with/{provider_id}").status_code == 404
    fields = {"confirms": "1", "confirm_password": "wrong"}
    wrong = client.submit(f"/me/ways/{provider_id}/tie", fields)
    assert wrong.status_code == 422
    fields["confirm_password"] = SECRET
    assert client.submit(f"/me/ways/{provider_id}/tie", fields).status_code == 303


def test_the_directory_of_one_agency_lets_nobody_of_another_in(
    app, enter, slapd, cast, provider_id
):
    email = email_of(app, cast.elna)
    slapd.add_person("elna", "Elna Otra", mail=email, userPassword=SECRET)
    assert enter("elna@monteclaro", SECRET)[1].status_code == 403
    assert enter(email, SECRET)[1].status_code in {401, 403}


def test_an_address_inside_is_asked_only_if_the_operator_names_it(app, provider, ana_email, slapd):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reaches_inside=False)
    with pytest.raises(Unavailable):
        claims_of(provider, "ana", SECRET)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], identity_hosts="localhost")
    assert claims_of(provider, "ana", SECRET)
