"""The page about sign-in, as an administrator goes through it with a real provider."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.identity.models import ProviderState
from intranet.organisation.identity.operations.providers import switch_on
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import sign_in
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in
from tests.organisation.identity import forger as forgery
from tests.organisation.identity.helpers import come_back, go, onward, provider_of
from tests.organisation.identity.openid import SECRET

PAGE = "/admin/L01990012/sign-in/oidc"
DORLETA = "dorleta@monteclaro.example"


def form(issuer, **more):
    """What an administrator fills in."""
    fields = {"issuer": issuer, "client_id": "intranet", "secret": SECRET, "name": "Entrada"}
    return {**fields, "version": "0", "signs_out_there": "1", **more}


def read(client, path=PAGE):
    """The page in English."""
    return client.get(path, headers={"Accept-Language": "en"}).text


@pytest.fixture
def dorleta(client_of, cast):
    """The administrator's browser; the page is read in English."""
    client = client_of(cast.dorleta)
    client.submit("/language", {"lang": "en"})
    return client


def pass_test(client, visitor, issuer, **more):
    """Enter the certified provider and pass its test."""
    client.submit(PAGE, form(issuer, **more))
    come_back(client, visitor.sign_in(onward(client.submit(f"{PAGE}/test", {})), DORLETA))


def test_set_up_tested_switched_on_and_used(
    app, cast, client, *, dorleta, carles, certified, domain, visitor
):
    assert dorleta.submit(PAGE, form(certified)).status_code == 303

    back = visitor.sign_in(onward(dorleta.submit(f"{PAGE}/test", {})), DORLETA)
    assert come_back(dorleta, back).location.endswith(PAGE)
    page = read(dorleta)
    assert "Test with your account" in page
    assert page.count("test-step--passed") == 6
    assert f"{DORLETA}, verified: {DORLETA}" in page
    assert "Its clock agrees with ours." in page
    assert SECRET not in page
    assert "Another administrator has to switch this on" in page
    assert "Switch on for" not in page
    page = read(carles)
    assert "Switch on for" in page
    for action in (PAGE, f"{PAGE}/test", f"{PAGE}/on", f"{PAGE.removesuffix('oidc')}domains"):
        assert f'action="{action}"' in page

    carles.submit(f"{PAGE}/on", {"version": "1"})
    visitor.session.cookies.clear()
    assert go(client, visitor, "ana@monteclaro.example").status_code == 303
    assert is_signed_in(client)

    dorleta.submit(f"{PAGE}/off", {})
    assert is_signed_in(client)
    assert app.test_client().get("/signin/with/monteclaro").status_code == 404
    with app.app_context():
        acts = set(db.session.scalars(select(AuditLine.act)))
    assert {"provider.save", "provider.switch_on", "provider.switch_off"} <= acts


@pytest.mark.slow
def test_nothing_is_switched_on_before_its_own_test_has_passed(
    app, cast, *, dorleta, certified, domain, visitor
):
    dorleta.submit(PAGE, form(certified))
    dorleta.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
    assert "Test these settings first" in read(dorleta)

    come_back(dorleta, visitor.sign_in(onward(dorleta.submit(f"{PAGE}/test", {})), DORLETA))
    dorleta.submit(PAGE, form(certified, version="1", client_id="another"))
    dorleta.submit(f"{PAGE}/on", {"version": "2", "accepts_limits": "1"})

    assert "Test these settings first" in read(dorleta)
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT


def test_other_settings_of_one_in_use_have_to_be_tested_again(
    app, cast, *, dorleta, carles, certified, domain, visitor
):
    pass_test(dorleta, visitor, certified)
    carles.submit(f"{PAGE}/on", {"version": "1"})

    dorleta.submit(PAGE, form(certified, version="1", secret="", name="Otro nombre"))
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON
    dorleta.submit(PAGE, form(certified, version="2", secret="another"))
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT


def test_a_stored_secret_is_not_sent_to_another_address(app, cast, *, dorleta, certified):
    dorleta.submit(PAGE, form(certified))
    other = form("https://elsewhere.example", version="1", secret="")
    refused = dorleta.submit(PAGE, other)
    assert refused.status_code == 422
    assert "saved for another address" in refused.text
    with app.app_context():
        assert provider_of(cast).settings["issuer"] == certified
    assert dorleta.submit(PAGE, {**other, "secret": "another"}).status_code == 303


@pytest.mark.slow
def test_a_limit_is_accepted_before_it_is_switched_on(app, cast, *, dorleta, carles, domain):
    with forgery.forging() as forger:
        dorleta.submit(PAGE, form(forger.issuer))
        address = onward(dorleta.submit(f"{PAGE}/test", {}))
        query = "&".join(f"{name}={value}" for name, value in forger.asked(address).items())
        come_back(dorleta, f"/signin/oidc/monteclaro?{query}")
        page = read(dorleta)

    assert page.count("test-step--limited") == 1
    assert "It does not announce sign-outs." in page
    carles.submit(f"{PAGE}/on", {"version": "1"})
    assert "Read what the test found" in read(carles)
    carles.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


@pytest.mark.slow
def test_a_failed_test_says_at_which_step_and_why(app, dorleta, domain):
    with forgery.forging() as forger:
        forger.metadata = lambda metadata: metadata.update(issuer="https://other.example")
        dorleta.submit(PAGE, form(forger.issuer))
        dorleta.submit(f"{PAGE}/test", {})
        assert "The provider calls itself “https://other.example”." in read(dorleta)

        forger.metadata = lambda _metadata: None
        forger.claims = lambda claims: claims.update(aud="other")
        address = onward(dorleta.submit(f"{PAGE}/test", {}))
        query = "&".join(f"{name}={value}" for name, value in forger.asked(address).items())
        come_back(dorleta, f"/signin/oidc/monteclaro?{query}")

    page = read(dorleta)
    assert "The answer is not meant for this site. (claim aud)" in page
    assert "Switch on for" not in page


@pytest.mark.parametrize(
    "issuer", ["http//x", "https://", "https://sso.town.example/?a=b", "https://a:b@town.example"]
)
def test_what_is_no_address_is_not_saved(app, cast, dorleta, issuer):
    answer = dorleta.submit(PAGE, form(issuer))

    assert answer.status_code == 422
    with app.app_context():
        assert not db.session.scalars(
            select(AuditLine).where(AuditLine.act == "provider.save")
        ).all()


def test_who_chose_the_provider_does_not_switch_it_on(
    app, cast, *, dorleta, carles, certified, domain, visitor
):
    pass_test(dorleta, visitor, certified)

    dorleta.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
    assert "Another administrator has to switch this on" in read(dorleta)
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT
    carles.submit(f"{PAGE}/on", {"version": "1"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


def test_what_was_set_before_it_was_kept_by_whom_is_saved_anew_first(
    app, cast, *, dorleta, carles, certified, domain, visitor
):
    pass_test(dorleta, visitor, certified)
    with app.app_context(), unit_of_work():
        provider = provider_of(cast)
        provider.set_by_id = provider.set_at = None
    assert "Save these settings again first" in read(dorleta)
    for client in (dorleta, carles):
        client.submit(f"{PAGE}/on", {"version": "1"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT

    assert dorleta.submit(PAGE, form(certified, version="1", secret="")).status_code == 303
    carles.submit(f"{PAGE}/on", {"version": "2"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


def test_nor_does_an_accomplice_who_has_just_become_an_administrator(
    app, cast, client_of, *, dorleta, carles, certified, domain, visitor
):
    with clock.freeze(clock.now() + timedelta(days=30)):
        for client, person in ((dorleta, cast.dorleta), (carles, cast.carles)):
            sign_in(client, person)
        with app.app_context(), unit_of_work():
            make_administrator(None, cast.monteclaro, cast.officer_post)
        accomplice = client_of(cast.ana)
        pass_test(dorleta, visitor, certified)
        accomplice.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
        with app.app_context():
            assert provider_of(cast).state == ProviderState.DRAFT

        pass_test(accomplice, visitor, certified, version="1", signs_out_there="")
        dorleta.submit(f"{PAGE}/on", {"version": "2", "accepts_limits": "1"})
        with app.app_context():
            assert provider_of(cast).version == 2
            assert provider_of(cast).state == ProviderState.DRAFT


def test_that_its_second_factor_counts_is_also_for_another_to_say(
    app, cast, *, dorleta, carles, certified, domain, visitor
):
    pass_test(dorleta, visitor, certified)
    carles.submit(f"{PAGE}/on", {"version": "1"})

    dorleta.submit(PAGE, form(certified, version="1", secret="", asks_second_factor="1"))
    dorleta.submit(f"{PAGE}/on", {"version": "2", "accepts_limits": "1"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT
    carles.submit(f"{PAGE}/on", {"version": "2"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


def test_one_administrator_is_enough_while_nobody_else_has_signed_in(
    app, cast, *, dorleta, certified, domain, visitor
):
    with app.app_context(), unit_of_work():
        db.session.execute(
            update(Account)
            .where(Account.person_id != cast.dorleta.id)
            .values(state=AccountState.INVITED)
        )
    pass_test(dorleta, visitor, certified)

    dorleta.submit(f"{PAGE}/on", {"version": "1"})

    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


def test_the_operator_is_the_second_person_of_an_agency_with_one_administrator(
    app, cast, *, dorleta, certified, domain, visitor
):
    pass_test(dorleta, visitor, certified)
    dorleta.submit(f"{PAGE}/on", {"version": "1"})
    with app.app_context():
        provider = provider_of(cast)
        assert provider.state == ProviderState.DRAFT
        switch_on(None, provider, version=1, accepts_limits=True)
        assert provider_of(cast).state == ProviderState.ON


def test_the_other_administrators_are_told(app, cast, *, dorleta, certified, mail):
    with app.app_context(), unit_of_work():
        make_administrator(None, cast.monteclaro, cast.head_post)

    dorleta.submit(PAGE, form(certified))

    letters = [letter for letter in mail() if "carles@" in letter["To"]]
    assert len(letters) == 1
    assert "Dorleta" in text_of(letters[0])
    assert f"{PAGE.removesuffix('/oidc')}" in text_of(letters[0])


def test_each_change_asks_for_a_confirmation(app, cast, *, dorleta, certified):
    dorleta.submit(PAGE, form(certified))
    fresh = app.test_client()
    give(fresh, DORLETA)
    for path in (PAGE, f"{PAGE}/test", f"{PAGE}/off", f"{PAGE}/on"):
        answer = fresh.submit(path, form(certified))
        assert answer.status_code == 403, path
        assert 'name="confirm_password"' in answer.text
