"""Sign-in by a real, certified provider: there and back, the second time, out here and there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.organisation.accounts.models import AccountState, SignIn
from intranet.organisation.accounts.operations.accounts import disable_account, enable_account
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.operations.talks_cuts import cut_of
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import ExternalIdentity, ProviderState
from intranet.organisation.identity.oidc import publishing
from intranet.organisation.identity.operations.tying_others import ask_to_untie
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD, sign_in
from tests.letters import text_of
from tests.organisation.accounts.doors import give, invite, is_signed_in
from tests.organisation.accounts.test_second_factor import set_up as set_up_factor
from tests.organisation.identity import openid
from tests.organisation.identity.helpers import come_back, go, onward, provider_of, set_up
from tests.services import free_port

ANA = "ana@monteclaro.example"


def test_what_somebody_had_before_is_not_opened_by_a_provider_alone(
    app, cast, client, *, certified, domain, visitor, mail
):
    with app.app_context():
        start_direct_message(cast.xoel, [cast.ana])
    set_up(app, cast, certified)

    go(client, visitor, ANA)

    with app.app_context():
        account = cast.account_of(cast.ana)
        cut = cut_of(account.id)
        assert cut
        assert cut.proofs == {"password": account.password_hash}
    told = [text_of(letter) for letter in mail() if letter["To"] == ANA]
    assert sum("mensajes directos anteriores" in text for text in told) == 1
    assert sum("Entrada" in text for text in told) >= 1
    client.submit("/me/waiting/talks", {"proof": PASSWORD})
    with app.app_context():
        assert cut_of(cast.account_of(cast.ana).id) is None

    go(app.test_client(), visitor, ANA)
    with app.app_context():
        assert cut_of(cast.account_of(cast.ana).id) is None


def test_the_code_of_a_second_factor_here_is_proof_enough(
    app, cast, client, client_of, *, certified, domain, visitor
):
    with app.app_context():
        start_direct_message(cast.xoel, [cast.ana])
    set_up_factor(client_of(cast.ana))
    set_up(app, cast, certified)

    assert "code" in go(client, visitor, ANA).location

    with app.app_context():
        assert cut_of(cast.account_of(cast.ana).id) is None


@pytest.mark.slow
def test_the_first_sign_in_after_other_settings_is_told(
    app, cast, client, *, certified, domain, visitor, mail
):
    set_up(app, cast, certified)
    go(client, visitor, ANA)
    go(app.test_client(), visitor, ANA)
    mail()
    with app.app_context(), unit_of_work():
        provider_of(cast).set_at = clock.now()

    for told in (True, False):
        go(app.test_client(), visitor, ANA)
        letters = [letter for letter in mail() if "Entrada" in text_of(letter)]
        assert bool(letters) == told


@pytest.mark.parametrize("is_untied", [False, True])
def test_an_account_used_by_a_provider_alone_is_reopened_as_one_in_use(
    app, cast, client, *, certified, domain, visitor, is_untied
):
    set_up(app, cast, certified)
    go(client, visitor, ANA)
    with app.app_context(), unit_of_work() as work:
        work.lock(account := cast.account_of(cast.ana))
        account.password_hash = None

    with app.app_context():
        account = cast.account_of(cast.ana)
        if is_untied:
            ask_to_untie(None, account, *queries.identities_of(account))
        enable_account(cast.dorleta, disable_account(cast.dorleta, account))
        change_sign_in_names(cast.dorleta, account, email="other@x.example", staff_number=None)

    with app.app_context():
        account = cast.account_of(cast.ana)
        assert account.state == AccountState.ACTIVE
        assert account.email == ANA, "it waits for a second person"


@pytest.mark.slow
@pytest.mark.both
def test_the_first_sign_in_ties_by_the_verified_address(
    app, cast, client, *, certified, domain, visitor
):
    set_up(app, cast, certified)

    answer = go(client, visitor, ANA)

    assert answer.status_code == 303, answer.text
    assert is_signed_in(client)
    assert "Entrada" in client.get("/me/ways").text
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))
        assert identity.subject == ANA
        acts = db.session.scalars(select(AuditLine.act).order_by(AuditLine.at)).all()
        assert acts[-2:] == ["account.tie", "sign_in.begin"]
        (device,) = db.session.scalars(select(SignIn)).all()
        assert device.by == "oidc"


@pytest.mark.slow
def test_the_second_sign_in_is_by_the_tie_even_with_another_address(
    app, cast, client, *, certified, domain, visitor
):
    set_up(app, cast, certified)
    go(client, visitor, ANA)
    with app.app_context(), unit_of_work() as work:
        work.lock(account := cast.account_of(cast.ana))
        account.email = "castro@monteclaro.example"

    again = app.test_client()
    go(again, visitor, ANA)

    assert is_signed_in(again)
    with app.app_context():
        assert len(db.session.scalars(select(ExternalIdentity)).all()) == 1


@pytest.mark.slow
def test_somebody_invited_accepts_by_signing_in(app, cast, client, *, certified, domain, visitor):
    invite(app, cast)
    set_up(app, cast, certified)

    go(client, visitor, "sabela@monteclaro.example")

    with app.app_context():
        (identity,) = db.session.scalars(select(ExternalIdentity)).all()
        assert identity.account.state == AccountState.ACTIVE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody@monteclaro.example", "no account here yet"),
        ("dorleta@monteclaro.example", "You administer your agency"),
        ("unverified", "cannot tell who you are"),
        ("elna@altamar.example", "cannot tell who you are"),
        ("bieito@vilaverde.example", "cannot tell who you are"),
    ],
)
def test_nobody_is_tied_by_an_address_that_the_agency_cannot_vouch_for(
    app, cast, client, *, certified, domain, visitor, name, words
):
    set_up(app, cast, certified)

    answer = go(client, visitor, name)

    assert answer.status_code == 403
    assert words in answer.text
    assert not is_signed_in(client)


@pytest.mark.slow
def test_a_domain_that_is_not_proven_lets_nobody_in(app, cast, client, certified, visitor):
    set_up(app, cast, certified)

    assert "cannot tell who you are" in go(client, visitor, ANA).text


def test_a_switched_off_provider_leads_nowhere(app, cast, client, *, certified, domain, visitor):
    set_up(app, cast, certified)
    back = visitor.sign_in(onward(client.get("/signin/with/monteclaro")), ANA)
    with app.app_context(), unit_of_work():
        provider_of(cast).state = ProviderState.OFF

    assert come_back(client, back).status_code == 403
    assert client.get("/signin/with/monteclaro").status_code == 404
    assert not is_signed_in(client)


def test_signing_out_here_goes_on_to_the_provider(app, cast, client, *, certified, domain, visitor):
    set_up(app, cast, certified)
    go(client, visitor, ANA)

    address = onward(client.submit("/signout", {}))

    assert not is_signed_in(client)
    answer = visitor.sign_out(address)
    assert answer.headers["Location"].startswith(f"{app.config['SETTINGS'].base_url}/signin")


@pytest.mark.slow
def test_signing_out_at_the_provider_ends_the_sign_in_here(
    app, cast, client, *, certified, domain, visitor, served
):
    set_up(app, cast, certified)
    go(client, visitor, ANA)
    other = sign_in(app.test_client(), cast.ana)
    assert is_signed_in(client)

    visitor.sign_out(f"{certified}/session/end")

    assert not is_signed_in(client)
    assert is_signed_in(other)


@pytest.mark.slow
def test_a_rotated_key_is_fetched_when_a_signature_needs_it(app, cast, client, domain, visitor):
    port = free_port()
    address = app.config["SETTINGS"].base_url
    with openid.provider(address, port=port) as issuer:
        set_up(app, cast, issuer)
    with openid.provider(address, port=port):  # the same names, other keys
        with app.app_context(), unit_of_work():
            provider_of(cast).fetched_at = clock.now() - timedelta(minutes=2)
        answer = go(client, visitor, ANA)

    assert answer.status_code == 303, answer.text


@pytest.mark.slow
def test_an_outage_leaves_people_at_work_and_administrators_a_way_in(
    app, cast, client, domain, visitor
):
    with openid.provider(app.config["SETTINGS"].base_url) as issuer:
        set_up(app, cast, issuer, is_only_way=True)
        go(client, visitor, ANA)

        waiting = app.test_client()
        back = visitor.sign_in(onward(waiting.get("/signin/with/monteclaro")), ANA)

    assert is_signed_in(client)
    answer = come_back(waiting, back)
    assert answer.status_code == 403
    assert "does not answer" in answer.text
    assert give(app.test_client(), "dorleta@monteclaro.example").status_code == 303


def test_a_provider_with_another_name_than_entered_is_not_taken(app, cast, certified):
    with app.app_context(), pytest.raises(publishing.UnusableError):
        publishing.fetch_metadata(certified + "/")
