"""Signing in with a real provider of SAML, as a person's browser goes."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState, OneUse, SignIn
from intranet.organisation.identity.models import ExternalIdentity
from intranet.organisation.identity.saml import messages
from intranet.organisation.identity.saml.keys import announce_next, take_up_next
from intranet.organisation.identity.saml.service import addresses_of
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity.saml.forgery import Forgery, metadata, posted
from tests.organisation.identity.saml.helpers import (
    ANA,
    ELSEWHERE,
    HERE,
    go,
    onward,
    post_back,
    provider_of,
    set_up,
    tied,
)
from tests.organisation.identity.saml.provider import answer_in


@pytest.mark.slow
@pytest.mark.both
def test_the_first_sign_in_ties_and_the_second_knows(app, cast, monteclaro, client):
    first = go(client, monteclaro)

    assert (first.status_code, first.location) == (303, "/people")
    assert is_signed_in(client)
    assert tied(app, cast) == [("8f2c41", "Ana Castro")]
    again = app.test_client()
    monteclaro.sign_in_as("8f2c41", session="_s2", attributes={"mail": "new@elsewhere.example"})
    assert go(again, monteclaro).status_code == 303
    assert is_signed_in(again)
    with app.app_context():
        assert db.session.scalars(select(SignIn.by)).all() == ["saml", "saml"]


def test_the_question_is_signed_and_asks_for_a_lasting_name(monteclaro, client, app, cast):
    address = onward(client.get("/signin/with/monteclaro"))
    asked = parse_qs(urlsplit(address).query)

    assert set(asked) == {"SAMLRequest", "SigAlg", "Signature"}
    monteclaro.answer_to(address)
    said = monteclaro.open("/asked").text
    assert "nameid-format:persistent" in said
    assert "ForceAuthn" not in said
    tampered = address.replace("SAMLRequest=", "SAMLRequest=x", 1)
    assert monteclaro.open(tampered).status == 400


def test_an_encrypted_answer_signs_in(app, cast, monteclaro, client):
    monteclaro.sign_in_as("8f2c41", attributes=ANA, encrypted=True)
    assert go(client, monteclaro).status_code == 303
    assert is_signed_in(client)


def test_a_provider_that_takes_only_posts_gets_a_form(app, cast, counterpart, client):
    counterpart.sign_in_as("8f2c41", attributes=ANA, onlyPost=True)
    set_up(app, cast, metadata_text=counterpart.metadata, verifies_email=True)
    counterpart.know(client.get(f"{HERE}/metadata").text)

    page = client.get("/signin/with/monteclaro")

    assert "http-equiv" not in page.text
    assert "form-action https: http:" in page.headers["Content-Security-Policy"]
    (address,) = re.findall(r'action="(http[^"]+)"', page.text)
    (question,) = re.findall(r'name="SAMLRequest" value="([^"]+)"', page.text)
    said = counterpart.post(address, urlencode({"SAMLRequest": question}).encode())
    assert post_back(client, answer_in(said)).status_code == 303
    assert is_signed_in(client)


def test_the_same_answer_signs_in_once(app, monteclaro, client):
    text = monteclaro.answer_to(onward(client.get("/signin/with/monteclaro")))
    assert post_back(client, text).status_code == 303

    again = post_back(client, text)

    assert again.status_code == 403
    assert "diez minutos" in again.text
    assert post_back(app.test_client(), text).status_code == 403


def test_an_answer_is_taken_up_only_in_the_browser_that_asked(app, monteclaro, client):
    """Else somebody could sign others in as themselves, and read what they write."""
    text = monteclaro.answer_to(onward(client.get("/signin/with/monteclaro")))
    victim = app.test_client()
    victim.get("/signin/with/monteclaro")

    assert post_back(victim, text).status_code == 403
    assert not is_signed_in(victim)


def test_an_answer_that_was_posted_is_taken_up_once(app, monteclaro, client):
    text = monteclaro.answer_to(onward(client.get("/signin/with/monteclaro")))
    kept = app.test_client().post(HERE, data={"SAMLResponse": text}, headers=ELSEWHERE)
    assert client.get(kept.location).status_code == 303
    assert client.get(kept.location).status_code == 403


def test_an_answer_after_ten_minutes_is_refused(monteclaro, client):
    text = monteclaro.answer_to(onward(client.get("/signin/with/monteclaro")))
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        assert post_back(client, text).status_code == 403


def test_two_sign_ins_at_once_in_one_browser_both_arrive(monteclaro, client):
    first = onward(client.get("/signin/with/monteclaro"))
    second = onward(client.get("/signin/with/monteclaro"))
    assert post_back(client, monteclaro.answer_to(second)).status_code == 303
    assert post_back(client, monteclaro.answer_to(first)).status_code == 303


@pytest.mark.parametrize("state", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_relay_state_leads_nowhere(monteclaro, client, state):
    text = monteclaro.answer_to(onward(client.get("/signin/with/monteclaro")))
    assert post_back(client, text, RelayState=state).location == "/"


def test_nobody_is_tied_by_an_address_that_people_may_change(app, cast, counterpart, client):
    counterpart.sign_in_as("8f2c41", attributes=ANA)
    set_up(app, cast, metadata_text=counterpart.metadata, verifies_email=False)
    counterpart.know(client.get(f"{HERE}/metadata").text)
    assert go(client, counterpart).status_code == 403
    assert tied(app, cast) == []


@pytest.mark.parametrize(
    "mail", ["dorleta@monteclaro.example", "guillem@altamar.example", "nobody@monteclaro.example"]
)
def test_an_address_ties_neither_administrators_nor_others_people(
    app, cast, monteclaro, client, mail
):
    monteclaro.sign_in_as("8f2c41", attributes={"mail": mail})
    assert go(client, monteclaro).status_code == 403
    assert not is_signed_in(client)
    assert tied(app, cast) == []


@pytest.mark.slow
def test_the_address_is_never_the_name(app, cast, monteclaro, client):
    monteclaro.sign_in_as(ANA["mail"], attributes=ANA)
    refused = go(client, monteclaro)
    assert refused.status_code == 403
    assert "nombre permanente" in refused.text


@pytest.mark.parametrize("kind", ["transient", "emailAddress", "unspecified"])
def test_a_name_that_does_not_last_is_refused(app, monteclaro, client, kind):
    version = "1.1" if kind == "emailAddress" else "2.0"
    form = f"urn:oasis:names:tc:SAML:{version}:nameid-format:{kind}"
    monteclaro.sign_in_as("8f2c41", attributes=ANA, format=form)
    assert go(client, monteclaro).status_code == 403


def test_an_attribute_can_be_the_name_and_is_stored_as_a_hash(app, cast, counterpart, client):
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    person = {"attributes": {**ANA, "dni": "00000014Z"}, "format": transient}
    counterpart.sign_in_as("_x1", **person)
    set_up(
        app,
        cast,
        metadata_text=counterpart.metadata,
        verifies_email=True,
        subject_attribute="dni",
    )
    counterpart.know(client.get(f"{HERE}/metadata").text)

    assert go(client, counterpart).status_code == 303
    counterpart.sign_in_as("_x2", **person)
    assert go(app.test_client(), counterpart).status_code == 303

    ((subject, name),) = tied(app, cast)
    assert (name, len(subject)) == ("Ana Castro", 64)
    counterpart.sign_in_as("_x3", attributes=ANA, format=transient)
    assert go(app.test_client(), counterpart).status_code == 403


def test_an_account_that_has_ended_is_not_let_in(app, cast, monteclaro, client):
    assert go(client, monteclaro).status_code == 303
    with app.app_context(), unit_of_work():
        cast.account_of(cast.ana).state = AccountState.DISABLED

    later = app.test_client()

    assert go(later, monteclaro).status_code == 403
    assert not is_signed_in(later)
    assert not is_signed_in(client)


def test_a_renewal_never_breaks_signing_in(app, cast, monteclaro, client):
    with app.app_context():
        announce_next(None, provider_of(cast))
    both = client.get(f"{HERE}/metadata").text
    assert go(client, monteclaro).status_code == 303  # the provider has not looked yet
    with app.app_context():
        take_up_next(None, provider_of(cast))
    monteclaro.sign_in_as("8f2c41", attributes=ANA, encrypted=True)
    assert both.count("X509Certificate>") == 8
    refused = monteclaro.open(onward(app.test_client().get("/signin/with/monteclaro")))
    assert refused.status == 400  # it knows only the former one
    monteclaro.know(client.get(f"{HERE}/metadata").text)
    assert go(app.test_client(), monteclaro).status_code == 303


def test_a_forged_answer_uses_nothing_up_and_grows_nothing(app, cast, client, pairs):
    set_up(app, cast, metadata_text=metadata(pairs[0]), verifies_email=True)
    with app.app_context():
        ours = addresses_of("monteclaro")
    forged = Forgery(pairs[0], "_never", ours.metadata, ours.answers)
    for _number in range(3):
        assert post_back(client, posted(forged.xml())).status_code == 403
    with app.app_context():
        assert db.session.scalar(select(func.count(OneUse.key))) == 0


@pytest.mark.parametrize("body", [{}, {"SAMLResponse": "x"}, {"SAMLResponse": "A" * 300_000}])
def test_garbage_is_refused_with_a_page(app, monteclaro, client, body):
    answer = app.test_client().post(HERE, data=body, headers=ELSEWHERE)
    assert answer.status_code == 403
    assert "h1" in answer.text


def test_a_large_file_is_refused_before_it_is_stored(app, monteclaro):
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="answer.xml"\r\n\r\n'
    answer = app.test_client().post(
        HERE,
        data=head + b"x" * 2_000_000,
        content_type="multipart/form-data; boundary=x",
        headers=ELSEWHERE,
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("hours", [0, 1])
def test_confirming_takes_a_fresh_sign_in_there(app, cast, client_of, pairs, hours):
    set_up(app, cast, metadata_text=metadata(pairs[0]))
    with app.app_context(), unit_of_work() as work:
        provider = provider_of(cast)
        account = cast.account_of(cast.ana)
        work.add(ExternalIdentity(provider=provider, account=account, subject="8f2c41"))
        confirming, ours = f"/me/confirm/with/{provider.id}", addresses_of("monteclaro")
    ana = client_of(cast.ana)
    (asked,) = parse_qs(urlsplit(onward(ana.get(confirming))).query)["SAMLRequest"]
    question = messages.parsed(messages.inflated(asked), "AuthnRequest")
    assert question.get("ForceAuthn") == "true"

    before = timedelta(hours=-hours)
    forged = Forgery(
        pairs[0], question.get("ID"), ours.metadata, ours.answers, authenticated=before
    )

    assert post_back(ana, posted(forged.xml())).status_code == (403 if hours else 200)


@pytest.mark.parametrize("path", ["/metadata", "/arrival", "/sign-out", ""])
def test_an_agency_without_a_provider_has_no_addresses(client, path):
    for handle in ("monteclaro", "nobody"):
        address = f"/signin/saml/{handle}{path}"
        asked = client.get(address) if path else client.post(address, data={"SAMLResponse": "x"})
        assert asked.status_code == 404
