"""Answers that may be believed, and each forgery that may not."""

from datetime import timedelta

import pytest
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

from intranet.organisation.identity.saml import messages, service
from intranet.organisation.identity.saml.answers import question_of, read_answer
from intranet.organisation.identity.saml.keys import ProviderKeys
from intranet.organisation.identity.saml.metadata import read_metadata
from intranet.organisation.identity.saml.refusals import MessageRefusedError, RefusalReason
from tests.organisation.identity.saml.forgery import (
    ISSUER,
    compressed,
    encrypted,
    metadata,
    posted,
    xmlsec,
)
from tests.pace import within

OTHER = "https://evil.example/saml"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"


@pytest.fixture
def read(provider, theirs, keys):
    """Read an answer to the question `_q1`."""

    def reading(xml, theirs=theirs, keys=keys):
        xml = xml.encode() if isinstance(xml, str) else xml
        return read_answer(provider, theirs, keys, xml, "_q1")

    return reading


@pytest.fixture
def refusal(read):
    """RefusalReason an answer is refused."""

    def reading(xml, **more):
        with pytest.raises(MessageRefusedError) as refused:
            read(xml, **more)
        return refused.value.why

    return reading


def test_a_good_answer_says_who_signed_in(forge, read):
    made = forge(attributes={"mail": ["ana@monteclaro.example"]})

    answer = read(made.xml())

    assert answer.name == "8f2c41"
    assert answer.session == "_s1"
    assert answer.attributes == {"mail": ["ana@monteclaro.example"]}
    assert answer.assertion_id == made.id
    assert not answer.is_encrypted


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"audience": OTHER}, RefusalReason.AUDIENCE),
        ({"audience": ""}, RefusalReason.AUDIENCE),
        ({"issuer": OTHER}, RefusalReason.ISSUER),
        ({"issuer": ""}, RefusalReason.ISSUER),
        ({"recipient": OTHER}, RefusalReason.CONFIRMATION),
        ({"recipient": ""}, RefusalReason.CONFIRMATION),
        ({"confirmed_question": "_q2"}, RefusalReason.CONFIRMATION),
        ({"confirmed_question": ""}, RefusalReason.CONFIRMATION),
        ({"late": timedelta(minutes=10)}, RefusalReason.CLOCK),
        ({"late": timedelta(minutes=-10, seconds=-5)}, RefusalReason.CLOCK),
        ({"late": timedelta(days=-1)}, RefusalReason.CLOCK),
        ({"signs": "nothing"}, RefusalReason.UNSIGNED),
        ({"signs": "response"}, RefusalReason.UNSIGNED),
        ({"signature": Constants.RSA_SHA1}, RefusalReason.WEAK),
        ({"digest": Constants.SHA1}, RefusalReason.WEAK),
    ],
)
def test_an_answer_for_others_or_of_another_time_is_refused(forge, refusal, changes, why):
    assert refusal(forge(**changes).xml()) == why


def test_an_answer_to_another_address_is_refused(forge, refusal, provider):
    address = service.answers_of(provider)
    xml = forge().response().replace(f'Destination="{address}"', f'Destination="{address}.evil"')
    assert refusal(xml) == RefusalReason.ADDRESS


def test_a_clock_that_differs_by_four_minutes_is_tolerated(forge, read):
    assert read(forge(late=timedelta(minutes=4)).xml()).name == "8f2c41"


def test_a_strangers_signature_is_refused(forge, refusal, pairs):
    assert refusal(forge(pair=pairs[2]).xml()) == RefusalReason.SIGNATURE


def test_while_a_provider_changes_its_certificate_both_are_good(forge, read, refusal, pairs):
    both = read_metadata(metadata(pairs[0], pairs[1]))
    assert read(forge(pair=pairs[1]).xml(), theirs=both).name == "8f2c41"
    assert read(forge().xml(), theirs=both).name == "8f2c41"
    assert refusal(forge(pair=pairs[1]).xml()) == RefusalReason.SIGNATURE


def test_a_changed_name_breaks_the_signature(forge, refusal):
    xml = forge().response().replace("8f2c41", "8f2c42")
    assert refusal(xml) == RefusalReason.SIGNATURE


def test_an_answer_without_its_question_is_refused(forge, refusal):
    xml = forge().response()
    taken_off = xml.replace('InResponseTo="_q1"><saml:Issuer>', "><saml:Issuer>")
    assert taken_off != xml
    with pytest.raises(MessageRefusedError) as refused:
        question_of(taken_off.encode())
    assert refused.value.why == RefusalReason.UNASKED
    assert refusal(taken_off) == RefusalReason.UNASKED


def test_a_comment_in_the_name_changes_nobody(forge, read):
    """ruby-saml and others read only what stands before it: CVE-2017-11428."""
    signed = forge(name="8f2c41.evil").response()
    xml = signed.replace("8f2c41.evil", "8f2c41<!-- -->.evil")
    assert read(xml).name == "8f2c41.evil"


def test_a_comment_in_a_name_that_was_encrypted_changes_nobody(forge, read, our_pairs):
    made = forge(name="8f2c41.evil")
    assertion = made.assertion().replace("8f2c41.evil", "8f2c41<!-- -->.evil")
    xml = made.response(encrypted(assertion, our_pairs[0].certificate))
    assert read(xml).name == "8f2c41.evil"


def test_an_instruction_in_a_name_that_was_encrypted_changes_nobody(forge, refusal, our_pairs):
    made = forge(name="8f2c41.evil")
    assertion = made.assertion().replace("8f2c41.evil", "8f2c41<?x y?>.evil")
    xml = made.response(encrypted(assertion, our_pairs[0].certificate))
    assert refusal(xml) == RefusalReason.SIGNATURE


def wrapped(kind, signed, evil):
    """A forged assertion beside or around a signed one: the six forms of Somorovsky and others."""
    inner = evil.removesuffix("</saml:Assertion>")
    return {
        "before": evil + signed,
        "after": signed + evil,
        "signed within": f"{inner}{signed}</saml:Assertion>",
        "in extensions": f"<samlp:Extensions>{signed}</samlp:Extensions>{evil}",
        "signature moved": evil.replace(
            "</saml:Issuer>", f"</saml:Issuer>{signature_of(signed)}", 1
        )
        + signed.replace(signature_of(signed), ""),
        "in an object": evil.replace(
            "</saml:Issuer>",
            "</saml:Issuer>"
            + signature_of(signed).replace(
                "</ds:Signature>",
                f"<ds:Object>{signed.replace(signature_of(signed), '')}</ds:Object></ds:Signature>",
            ),
            1,
        ),
    }[kind]


def signature_of(xml):
    begin, end = xml.index("<ds:Signature"), xml.index("</ds:Signature>")
    return xml[begin : end + len("</ds:Signature>")]


WRAPPINGS = ("before", "after", "signed within", "in extensions", "signature moved", "in an object")


@pytest.mark.parametrize("same_id", [False, True])
@pytest.mark.parametrize("kind", WRAPPINGS)
def test_a_signed_assertion_does_not_lend_its_signature(forge, refusal, kind, same_id):
    signed = forge()
    evil = forge(name="dorleta", signs="nothing", **({"id": signed.id} if same_id else {}))
    xml = signed.response(wrapped(kind, signed.assertion(), evil.assertion()))
    assert refusal(xml) in {RefusalReason.SHAPE, RefusalReason.SIGNATURE, RefusalReason.UNSIGNED}


@pytest.mark.parametrize("kind", ["before", "after", "in extensions"])
def test_nor_does_one_within_a_cipher(forge, refusal, our_pairs, kind):
    signed, evil = forge(), forge(name="dorleta", signs="nothing")
    within_it = wrapped("signed within", signed.assertion(), evil.assertion())
    hidden = encrypted(within_it, our_pairs[0].certificate)
    assert refusal(signed.response(hidden)) in {RefusalReason.SHAPE, RefusalReason.SIGNATURE}
    beside = wrapped(kind, signed.assertion(), hidden)
    assert refusal(signed.response(beside)) in {RefusalReason.SHAPE, RefusalReason.SIGNATURE}


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE samlp:Response [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE samlp:Response [<!ENTITY x "dorleta">]>',
        '<!DOCTYPE samlp:Response SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE samlp:Response>",
    ],
)
def test_a_document_type_is_refused(forge, refusal, head):
    xml = head + forge().response().replace("8f2c41", "&x;" if "ENTITY" in head else "8f2c41")
    assert refusal(xml) == RefusalReason.UNREADABLE


@pytest.mark.parametrize("garbage", [b"", b"x", b"<a/>", b"\xff\xfe", b"<a>" * 100_000])
def test_garbage_is_refused(refusal, garbage):
    assert refusal(garbage) == RefusalReason.UNREADABLE


def test_an_encrypted_answer_is_read(forge, read, our_pairs):
    made = forge()
    answer = read(made.response(encrypted(made.assertion(), our_pairs[0].certificate)))
    assert (answer.name, answer.is_encrypted) == ("8f2c41", True)


def test_one_that_was_encrypted_for_our_former_or_next_certificate_is_read(forge, read, our_pairs):
    made = forge()
    xml = made.response(encrypted(made.assertion(), our_pairs[1].certificate))
    assert read(xml, keys=ProviderKeys(our_pairs[0], former=our_pairs[1])).name == "8f2c41"
    assert read(xml, keys=ProviderKeys(our_pairs[0], following=our_pairs[1])).name == "8f2c41"


def test_one_that_was_encrypted_for_somebody_else_is_refused(forge, refusal, pairs):
    made = forge()
    xml = made.response(encrypted(made.assertion(), pairs[2].certificate))
    assert refusal(xml) == RefusalReason.ENCRYPTION


def test_a_key_sent_with_an_old_padding_is_refused(forge, refusal, our_pairs):
    made = forge()
    hidden = encrypted(
        made.assertion(), our_pairs[0].certificate, transport=xmlsec.Transform.RSA_PKCS1
    )
    assert refusal(made.response(hidden)) == RefusalReason.WEAK


def test_encryption_alone_is_no_signature(forge, refusal, our_pairs):
    made = forge(signs="nothing")
    xml = made.response(encrypted(made.assertion(), our_pairs[0].certificate))
    assert refusal(xml) == RefusalReason.UNSIGNED


REFERENCES = ("file:///dev/zero", "/dev/zero", "http://127.0.0.1:9/x", "", "#other", "#xpointer(/)")


@pytest.mark.parametrize("address", REFERENCES)
def test_a_signature_refers_to_nothing_but_what_it_stands_in(forge, refusal, address):
    """xmlsec would read it, /dev/zero without end, before it looks at the signature."""
    made = forge()
    xml = made.response()
    changed = xml.replace(f'URI="#{made.id}"', f'URI="{address}"')
    assert changed != xml
    assert within(2, refusal, changed) == RefusalReason.SHAPE


def test_a_second_reference_is_refused(forge, refusal):
    xml = forge().response()
    second = '<ds:Reference URI="file:///dev/zero"><ds:DigestMethod Algorithm="{}"/></ds:Reference>'
    changed = xml.replace("</ds:SignedInfo>", second.format(SHA1) + "</ds:SignedInfo>")
    assert within(2, refusal, changed) == RefusalReason.SHAPE


def test_a_cipher_refers_to_nothing_outside(forge, refusal, our_pairs):
    made = forge()
    hidden = encrypted(made.assertion(), our_pairs[0].certificate)
    begin, end = hidden.index("<xenc:CipherValue>"), hidden.index("</xenc:CipherValue>")
    value = hidden[begin : end + len("</xenc:CipherValue>")]
    changed = hidden.replace(value, '<xenc:CipherReference URI="/dev/zero"/>')
    assert within(2, refusal, made.response(changed)) == RefusalReason.SHAPE


@pytest.mark.parametrize("algorithm", ["xslt", "xpath", "base64", "other"])
def test_a_signature_is_not_of_what_a_program_makes_of_it(forge, refusal, algorithm):
    address = {
        "xslt": "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "xpath": "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "base64": "http://www.w3.org/2000/09/xmldsig#base64",
        "other": "urn:x",
    }[algorithm]
    xml = forge().response()
    changed = xml.replace("http://www.w3.org/2000/09/xmldsig#enveloped-signature", address)
    assert changed != xml
    assert refusal(changed) == RefusalReason.WEAK


@pytest.mark.parametrize("signature", ["hmac-sha256", "hmac-sha1"])
def test_a_certificate_is_not_taken_for_a_shared_secret(forge, refusal, signature):
    algorithm = f"http://www.w3.org/2001/04/xmldsig-more#{signature}"
    xml = forge().response().replace(Constants.RSA_SHA256, algorithm)
    assert refusal(xml) == RefusalReason.WEAK


def test_what_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(MessageRefusedError) as refused:
        messages.decoded(posted(b"x" * 200_000))
    assert refused.value.why == RefusalReason.LARGE


@pytest.mark.slow
def test_what_inflates_without_end_is_refused_early():
    text = compressed(b"<a>" + b" " * 200_000_000)
    assert len(text) < 300_000
    with pytest.raises(MessageRefusedError) as refused:
        within(1, messages.inflated, text)
    assert refused.value.why == RefusalReason.LARGE


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é"])
def test_what_is_not_compressed_is_refused(text):
    with pytest.raises(MessageRefusedError):
        messages.parsed(messages.inflated(text), "LogoutRequest")


def test_the_library_itself_would_take_an_answer_without_its_question(
    forge, provider, theirs, keys
):
    """If this fails, the library has become stricter and `answers` may become shorter."""
    from onelogin.saml2.response import OneLogin_Saml2_Response

    xml = forge(confirmed_question="", audience="", recipient="").response()
    xml = xml.replace('InResponseTo="_q1"><saml:Issuer>', "><saml:Issuer>")
    response = OneLogin_Saml2_Response(
        service.to_read(provider, theirs, keys.current), Utils.b64encode(xml)
    )
    data = service.request_data(service.answers_of(provider))
    assert response.is_valid(data, "_q1"), response.get_error()
    assert response.get_issuers() == [ISSUER]
