"""The page about sign-in, as an administrator goes through it with a real provider."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.identity.models import ProviderState
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.unit_of_work import unit_of_work
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


def test_set_up_tested_switched_on_and_used(
    app, cast, client, *, dorleta, certified, domain, visitor
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
    assert "Switch on for" in page
    for action in (PAGE, f"{PAGE}/test", f"{PAGE}/on", f"{PAGE.removesuffix('oidc')}domains"):
        assert f'action="{action}"' in page

    dorleta.submit(f"{PAGE}/on", {"version": "1"})
    visitor.session.cookies.clear()
    assert go(client, visitor, "ana@monteclaro.example").status_code == 303
    assert is_signed_in(client)

    dorleta.submit(f"{PAGE}/off", {})
    assert is_signed_in(client)
    assert app.test_client().get("/signin/with/monteclaro").status_code == 404
    with app.app_context():
        acts = set(db.session.scalars(select(AuditLine.act)))
    assert {"provider.save", "provider.switch_on", "provider.switch_off"} <= acts


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
    app, cast, *, dorleta, certified, domain, visitor
):
    dorleta.submit(PAGE, form(certified))
    come_back(dorleta, visitor.sign_in(onward(dorleta.submit(f"{PAGE}/test", {})), DORLETA))
    dorleta.submit(f"{PAGE}/on", {"version": "1"})

    dorleta.submit(PAGE, form(certified, version="1", secret="", name="Otro nombre"))
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON
    dorleta.submit(PAGE, form(certified, version="2", secret="another"))
    with app.app_context():
        assert provider_of(cast).state == ProviderState.DRAFT


def test_a_limit_is_accepted_before_it_is_switched_on(app, cast, *, dorleta, domain):
    with forgery.forging() as forger:
        dorleta.submit(PAGE, form(forger.issuer))
        address = onward(dorleta.submit(f"{PAGE}/test", {}))
        query = "&".join(f"{name}={value}" for name, value in forger.asked(address).items())
        come_back(dorleta, f"/signin/oidc/monteclaro?{query}")
        page = read(dorleta)

    assert page.count("test-step--limited") == 1
    assert "It does not announce sign-outs." in page
    dorleta.submit(f"{PAGE}/on", {"version": "1"})
    assert "Read what the test found" in read(dorleta)
    dorleta.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
    with app.app_context():
        assert provider_of(cast).state == ProviderState.ON


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
