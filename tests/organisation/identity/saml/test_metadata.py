"""The provider's metadata, and ours."""

from datetime import timedelta

import pytest
from flask import g
from lxml import etree

from intranet.organisation.identity.saml import service
from intranet.organisation.identity.saml.keys import ProviderKeys, expiry_of, make_pair
from intranet.organisation.identity.saml.metadata import (
    METADATA_CHARACTERS,
    POST,
    REDIRECT,
    MetadataRefusedError,
    metadata_of,
    read_metadata,
)
from intranet.platform.core import clock
from tests.organisation.identity.saml.forgery import ISSUER, metadata, new_pair

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"


def test_metadata_say_where_to_go_and_whose_signature_is_good(app_context, pairs):
    found = read_metadata(metadata(pairs[0], pairs[1]))
    assert found.entity_id == ISSUER
    assert found.sign_in == {REDIRECT: "https://sso.monteclaro.example/sso?a=1&b=2"}
    assert found.sign_out == found.sign_out_answers
    assert found.certificates == [pairs[0].certificate, pairs[1].certificate]


def test_those_of_a_real_provider_are_read(app_context, counterpart, pairs):
    counterpart.sign_in_as("x")
    found = read_metadata(counterpart.metadata)
    assert found.entity_id == f"{counterpart.address}/metadata"
    assert set(found.sign_in) == {REDIRECT, POST}
    assert found.certificates == [pairs[0].certificate]


def several(pair):
    one = metadata(pair)
    return f'<md:EntitiesDescriptor xmlns:md="{MD[1:-1]}">{one}{one}</md:EntitiesDescriptor>'


BAD = {
    "no XML": (lambda _pair: "x", "not readable"),
    "a document type": (lambda pair: "<!DOCTYPE x>" + metadata(pair), "not readable"),
    "other XML": (lambda _pair: "<a/>", "no identity provider"),
    "two providers": (several, "several providers"),
    "no certificate": (lambda _pair: metadata(), "no certificate"),
    "many certificates": (lambda pair: metadata(*[pair] * 7), "no certificate"),
    "no base 64": (lambda pair: metadata(pair).replace("MII", "!!!", 1), "cannot be read"),
    "a script": (lambda pair: metadata(pair).replace("https://sso", "javascript://sso"), "https:"),
    "no address": (lambda pair: metadata(pair).replace("SingleSignOnService", "X"), "lack"),
    "no name": (lambda pair: metadata(pair).replace(f'entityID="{ISSUER}"', ""), "lack"),
    "old": (lambda pair: metadata(pair, attributes='validUntil="2020-01-01T00:00:00Z"'), "expired"),
    "no date": (lambda pair: metadata(pair, attributes='validUntil="soon"'), "not readable"),
    "long": (lambda pair: metadata(pair) + " " * METADATA_CHARACTERS, "256 KB"),
}


@pytest.mark.parametrize("kind", BAD)
def test_metadata_that_cannot_be_used_are_refused_with_a_sentence(app_context, pairs, kind):
    g.language = "en"
    change, words = BAD[kind]
    with pytest.raises(MetadataRefusedError) as refused:
        read_metadata(change(pairs[0]))
    assert words in str(refused.value.words)


def test_a_short_key_is_refused(app_context):
    with pytest.raises(MetadataRefusedError, match="metadata"):
        read_metadata(metadata(new_pair(1024)))


def test_metadata_that_expire_later_are_refused_then(provider, pairs):
    until = (clock.now() + timedelta(days=2)).isoformat()
    provider.settings = {"metadata_text": metadata(pairs[0], attributes=f'validUntil="{until}"')}
    found = metadata_of(provider)
    assert found
    assert found.entity_id == ISSUER
    with clock.freeze(clock.now() + timedelta(days=3)), pytest.raises(MetadataRefusedError):
        metadata_of(provider)


def test_our_metadata_name_both_certificates_during_a_renewal(provider, our_pairs):
    root = etree.fromstring(service.our_metadata(provider, ProviderKeys(*our_pairs)).encode())

    uses = [key.get("use") for key in root.iter(f"{MD}KeyDescriptor")]
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/09/xmldsig#}X509Certificate")]
    assert sorted(uses) == ["encryption", "encryption", "signing", "signing"]
    assert len(set(texts)) == 2
    # Which comes first matters to providers that take only one.
    assert texts[0] in our_pairs[0].certificate.replace("\n", "")
    assert root.get("entityID") == service.entity_of(provider)
    assert "validUntil" not in root.attrib
    role = root[0]
    assert (role.get("AuthnRequestsSigned"), role.get("WantAssertionsSigned")) == ("true", "true")


def test_our_key_is_strong_and_lasts_three_years(app_context):
    pair = make_pair()
    assert timedelta(days=1094) < expiry_of(pair.certificate) - clock.now() < timedelta(days=1096)


@pytest.mark.parametrize("base", ["https://intranet.example", "http://intranet:8000"])
def test_addresses_are_as_people_know_them_not_as_a_proxy_asks(app, provider, base):
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url=base)
    data = service.request_data(service.answers_of(provider))
    assert service.answers_of(provider).startswith(f"{base}/signin/saml/")
    assert data["https"] == ("on" if base.startswith("https") else "off")
    assert base.endswith(data["http_host"])
