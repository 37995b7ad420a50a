"""Domains of agencies: claimed by anybody, proven by their owner, by one agency alone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import dns.message
import dns.resolver
import dns.rrset
import pytest

from intranet.organisation.identity import queries
from intranet.organisation.identity.operations import domains
from intranet.organisation.identity.operations.domains import (
    claim_domain,
    prove_by_code,
    prove_by_dns,
    prove_by_operator,
    send_code,
)
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from tests.letters import text_of


@pytest.fixture
def zone(monkeypatch) -> Iterator[dict[str, list[str]]]:
    """A name server of the tests' own: TXT records by domain."""
    records: dict[str, list[str]] = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                wire, asker = server.recvfrom(4096)
                if not wire:
                    return
                question = dns.message.from_wire(wire)
                answer = dns.message.make_response(question)
                name = question.question[0].name
                if texts := records.get(name.to_text(omit_final_dot=True)):
                    quoted = [f'"{text}"' for text in texts]
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
                server.sendto(answer.to_wire(), asker)

    thread = threading.Thread(target=serve)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    yield records
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
        ender.sendto(b"", server.getsockname())
    thread.join()
    server.close()


@pytest.mark.parametrize(
    "text",
    [
        "gmail.com",
        "GMAIL.com.",
        "@hotmail.es",
        "tenant.onmicrosoft.com",
        "",
        "town",
        "a b.es",
        "x..es",
    ],
)
def test_what_nobody_owns_cannot_be_claimed(app_context, cast, text):
    with pytest.raises(Invalid):
        claim_domain(None, cast.monteclaro, text)


def test_a_domain_is_kept_as_the_dns_writes_it(app_context, cast):
    assert claim_domain(None, cast.monteclaro, " @Peñascal.Example. ").domain == (
        "xn--peascal-5za.example"
    )


def test_a_claim_alone_proves_nothing(app_context, cast):
    claim_domain(cast.dorleta, cast.monteclaro, "monteclaro.example")

    assert not queries.has_proven(cast.monteclaro.id, "ana@monteclaro.example")


def test_the_record_in_the_dns_proves_it(app_context, cast, zone):
    row = claim_domain(cast.dorleta, cast.monteclaro, "monteclaro.example")
    zone["monteclaro.example"] = ["v=spf1 -all", "intranet-domain=of somebody else"]
    with pytest.raises(Conflict):
        prove_by_dns(cast.dorleta, row)

    zone["monteclaro.example"].append(domains.txt_record(row))
    prove_by_dns(cast.dorleta, row)

    assert queries.has_proven(cast.monteclaro.id, "ana@monteclaro.example")
    assert not queries.has_proven(cast.monteclaro.id, "ana@sub.monteclaro.example")
    assert not queries.has_proven(cast.altamar.id, "ana@monteclaro.example")


def test_a_name_server_without_an_answer_is_a_refusal(app_context, cast, zone):
    with pytest.raises(Conflict):
        prove_by_dns(None, claim_domain(None, cast.monteclaro, "monteclaro.example"))


@pytest.mark.both
def test_one_agency_proves_a_domain(app_context, cast):
    prove_by_operator(cast.monteclaro, "shared.example")

    with pytest.raises(Conflict):
        prove_by_operator(cast.altamar, "shared.example")


def test_the_code_in_the_owners_mailbox_proves_it(app, cast, mail):
    with app.app_context():
        row = claim_domain(cast.dorleta, cast.monteclaro, "monteclaro.example")
        with pytest.raises(Invalid):
            send_code(cast.dorleta, row, "ana")
        send_code(cast.dorleta, row, "postmaster")
    (letter,) = [each for each in mail() if each["To"] == "postmaster@monteclaro.example"]
    code = next(line for line in text_of(letter).splitlines() if len(line) > 30 and " " not in line)

    with app.app_context():
        row = queries.domains_of(cast.monteclaro.id)[0]
        with pytest.raises(Invalid):
            prove_by_code(cast.dorleta, row, "another code")
        prove_by_code(cast.dorleta, row, code)
        assert queries.has_proven(cast.monteclaro.id, "ana@monteclaro.example")
        with pytest.raises(Invalid):
            prove_by_code(cast.dorleta, row, code)


def test_only_administrators_of_the_agency_may_claim(app_context, cast):
    for person in (cast.ana, cast.guillem):
        with pytest.raises(Forbidden):
            claim_domain(person, cast.monteclaro, "monteclaro.example")
