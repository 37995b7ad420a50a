"""Signing out here and there with a real provider of SAML, and what strangers send."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity.saml.helpers import ANA, ELSEWHERE, HERE, go, onward


def test_signing_out_here_signs_out_there(app, monteclaro, client):
    go(client, monteclaro)

    there = monteclaro.open(onward(client.submit("/signout")))
    assert not is_signed_in(client)
    asked = monteclaro.open("/asked").text
    assert "8f2c41" in asked
    assert "<samlp:SessionIndex>_s1</samlp:SessionIndex>" in asked
    here = there.location[there.location.index("/signin") :]
    back = client.get(here)

    assert (back.status_code, back.location) == (303, "/signin")
    assert "Entrada" in client.get("/signin").text
    assert client.get(here).status_code == 403  # once


@pytest.mark.both
def test_signing_out_there_signs_out_here(app, monteclaro, client):
    go(client, monteclaro)
    other = app.test_client()
    monteclaro.sign_in_as("8f2c41", session="_s2", attributes=ANA)
    go(other, monteclaro)
    monteclaro.sign_in_as("8f2c41", session="_s1", attributes=ANA)
    asked = monteclaro.open("/sign-out").location

    answer = app.test_client().get(asked, headers=ELSEWHERE)  # a frame, say: without our cookies

    assert not is_signed_in(client)
    assert is_signed_in(other)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["RelayState"] == ["theirs"]
    assert monteclaro.open(answer.location).text == "signed out everywhere"
    assert app.test_client().get(asked).status_code == 403


def test_a_stranger_signs_nobody_out(app, monteclaro, client):
    go(client, monteclaro)
    asked = monteclaro.open("/sign-out").location
    parts = urlsplit(asked)
    query = parse_qs(parts.query)
    unsigned = f"{parts.path}?" + "&".join(
        part for part in parts.query.split("&") if not part.startswith(("Signature=", "SigAlg="))
    )

    for forged in (
        unsigned,
        asked.replace("Signature=", "Signature=AAAA"),
        asked.replace("rsa-sha256", "rsa-sha1"),
        asked.replace("RelayState=theirs", "RelayState=ours"),
        f"{parts.path}?SAML%52equest={query['SAMLRequest'][0][:40]}&{parts.query}",
    ):
        assert app.test_client().get(forged).status_code == 403, forged
    assert is_signed_in(client)


def test_a_long_query_is_refused(app, monteclaro, client):
    assert client.get(f"{HERE}/sign-out?SAMLRequest={'A' * 5000}").status_code == 403
