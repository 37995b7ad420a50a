"""An administrator sets SAML up, tests it with a real provider, and switches it on."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import g

from intranet.organisation.identity.models import ProviderState
from intranet.organisation.identity.operations.domains import prove_by_operator
from intranet.organisation.identity.operations.providers import report_of
from intranet.organisation.identity.saml import publishing
from intranet.organisation.identity.saml.keys import keys_of
from intranet.organisation.identity.saml.metadata import (
    METADATA_CHARACTERS,
    MetadataRefusedError,
    metadata_of,
)
from intranet.organisation.identity.saml.way import check
from intranet.organisation.identity.ways import StepOutcome
from intranet.platform.core import clock, https_client
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity.saml.forgery import ISSUER, metadata
from tests.organisation.identity.saml.helpers import (
    ANA,
    HERE,
    go,
    onward,
    post_back,
    provider_of,
    set_up,
    tied,
)

PAGE = "/admin/L01990012/sign-in/saml"
DORLETA = {"mail": "dorleta@monteclaro.example", "displayName": "Dorleta Aguirre"}


@pytest.fixture
def published() -> Iterator[Callable[..., str]]:
    """Publish a text at an address of this machine, whole or in drops."""
    texts: dict[str, tuple[bytes, float, int]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body, pause, status = texts[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for begin in range(0, len(body), 100 if pause else len(body) or 1):
                try:
                    self.wfile.write(body[begin : begin + (100 if pause else len(body))])
                except OSError:
                    return
                time.sleep(pause)

        def log_message(self, *_given):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def publish(text, *, pause=0.0, status=200):
        texts["/metadata"] = (text.encode(), pause, status)
        return f"http://127.0.0.1:{server.server_port}/metadata"

    yield publish
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def refreshing(app, cast):
    """Fetch the metadata of Monteclaro's provider; give why not."""

    def refresh(address=None):
        if address:
            set_up(app, cast, state=ProviderState.DRAFT, metadata_address=address)
        with app.app_context():
            g.language = "en"
            try:
                publishing.refresh(provider_of(cast))
            except MetadataRefusedError as refused:
                return str(refused.words)
        return None

    return refresh


def test_an_administrator_sets_it_up_tests_it_and_another_switches_it_on(
    app, cast, *, counterpart, client_of, carles
):
    dorleta = client_of(cast.dorleta)
    with app.app_context():
        prove_by_operator(cast.monteclaro, "monteclaro.example")
    counterpart.sign_in_as("d1", attributes=DORLETA)
    form = {"name": "Entrada", "version": "0"}
    assert dorleta.submit(PAGE, form).status_code == 303  # empty: the provider needs ours first
    counterpart.know(dorleta.get(f"{HERE}/metadata").text)
    form |= {"version": "1", "metadata_text": counterpart.metadata, "verifies_email": "1"}
    assert dorleta.submit(PAGE, form).status_code == 303

    leaving = dorleta.submit(f"{PAGE}/test")
    done = post_back(dorleta, counterpart.answer_to(onward(leaving)))

    assert done.status_code == 303
    page = dorleta.get(done.location).text
    assert "Firma, destinatario y plazo coinciden." in page
    assert "dorleta@monteclaro.example, verificado: Dorleta Aguirre" in page
    assert "Recibe y envía salidas." in page
    with app.app_context():
        report = report_of(provider_of(cast))
        assert report
        assert {step.outcome for step in report.steps} == {StepOutcome.PASSED}
        assert len(report.steps) == 7
    assert tied(app, cast) == []  # a test ties nothing
    on = carles.submit(f"{PAGE}/on", {"version": "2", "accepts_limits": "1"})
    assert on.status_code == 303
    ana = app.test_client()
    counterpart.sign_in_as("8f2c41", attributes=ANA)
    assert go(ana, counterpart).status_code == 303
    assert is_signed_in(ana)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, "nombre permanente"),
        ({"attributes": {"mail": "d1"}}, "el correo como nombre permanente"),
    ],
)
def test_a_test_that_fails_says_why_and_switches_nothing_on(
    cast, connect, client_of, person, words
):
    dorleta = client_of(cast.dorleta)
    sent = {"name": "d1", "attributes": DORLETA} | person
    counterpart = connect(sent, state=ProviderState.DRAFT)

    done = post_back(dorleta, counterpart.answer_to(onward(dorleta.submit(f"{PAGE}/test"))))

    assert words in dorleta.get(done.location).text
    dorleta.submit(f"{PAGE}/on", {"version": "1", "accepts_limits": "1"})
    again = dorleta.get(PAGE + "?lang=en").text
    assert "Being tested" in again
    assert "Switch off" not in again


def test_the_test_of_one_administrator_is_not_taken_up_by_another(cast, connect, client_of):
    dorleta, other = client_of(cast.dorleta), client_of(cast.dorleta)
    counterpart = connect({"name": "d1", "attributes": DORLETA}, state=ProviderState.DRAFT)
    text = counterpart.answer_to(onward(dorleta.submit(f"{PAGE}/test")))
    assert post_back(other, text).status_code == 403


@pytest.mark.slow
def test_an_administrator_connects_their_own_account(app, cast, counterpart, client_of):
    dorleta = client_of(cast.dorleta)
    counterpart.sign_in_as("d1", attributes=DORLETA)
    set_up(app, cast, metadata_text=counterpart.metadata, verifies_email=True)
    counterpart.know(dorleta.get(f"{HERE}/metadata").text)
    with app.app_context():
        provider_id = provider_of(cast).id

    leaving = dorleta.submit(f"/me/ways/{provider_id}/tie")
    assert post_back(dorleta, counterpart.answer_to(onward(leaving))).status_code == 303

    assert tied(app, cast) == [("d1", "Dorleta Aguirre")]
    later = app.test_client()
    assert go(later, counterpart).status_code == 303
    assert is_signed_in(later)
    confirming = later.get(f"/me/confirm/with/{provider_id}")
    address = onward(confirming)
    confirmed = post_back(later, counterpart.answer_to(address))
    assert 'ForceAuthn="true"' in counterpart.open("/asked").text
    assert confirmed.status_code == 200
    counterpart.sign_in_as("somebody else", attributes=DORLETA)
    again = onward(later.get(f"/me/confirm/with/{provider_id}"))
    assert post_back(later, counterpart.answer_to(again)).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metadata_text", "<a/>"),
        ("metadata_text", "x" * (METADATA_CHARACTERS + 1)),
        ("metadata_address", "sso.town.example"),
        ("subject_attribute", "x" * 201),
    ],
)
def test_a_form_that_cannot_be_used_is_shown_again(app, cast, client_of, field, value):
    form = {"name": "Entrada", "version": "0", field: value}
    assert client_of(cast.dorleta).submit(PAGE, form).status_code == 422


def test_the_page_shows_our_addresses_before_anything_is_saved(cast, client_of):
    page = client_of(cast.dorleta).get(PAGE).text
    assert re.search(r"http://127.0.0.1:\d+/signin/saml/monteclaro/metadata", page)


def test_a_certificate_is_renewed_on_the_page(app, cast, client_of, our_pairs):
    dorleta = client_of(cast.dorleta)
    set_up(app, cast, state=ProviderState.DRAFT)
    for act in ("announce", "announce", "take_up", "take_up"):
        assert dorleta.submit(f"{PAGE}/certificate", {"do": act}).status_code == 303
    with app.app_context():
        keys = keys_of(provider_of(cast))
        assert keys
        assert (keys.following, keys.former) == (None, our_pairs[0])
    log = dorleta.get("/admin/L01990012/audit?lang=en").text
    assert "took up the new certificate" in log


def test_a_colleague_neither_sees_nor_renews_anything(app, cast, client_of):
    set_up(app, cast)
    ana = client_of(cast.ana)
    assert ana.get(PAGE).status_code == 404
    assert ana.submit(f"{PAGE}/certificate", {"do": "announce"}).status_code == 404


def test_metadata_are_fetched_from_their_address(app, cast, published, refreshing, pairs):
    assert refreshing(published(metadata(pairs[0]))) is None
    with app.app_context():
        found = metadata_of(provider_of(cast))
        assert found
        assert found.certificates == [pairs[0].certificate]
    published(metadata(pairs[0], pairs[1]))
    assert refreshing() is None  # as the job does, when the certificate changes
    with app.app_context():
        found = metadata_of(provider_of(cast))
        assert found
        assert len(found.certificates) == 2


def test_an_address_that_fails_leaves_what_was_fetched(app, cast, published, refreshing, pairs):
    assert refreshing(published(metadata(pairs[0]))) is None
    published("x", status=500)
    assert "500" in (refreshing() or "")
    published(metadata(pairs[0]).replace(ISSUER, "https://other.example/"))
    assert "another provider" in (refreshing() or "")
    with app.app_context():
        found = metadata_of(provider_of(cast))
        assert found
        assert found.entity_id == ISSUER


def test_a_slow_address_is_given_up(published, refreshing, pairs, monkeypatch):
    monkeypatch.setattr(https_client, "FETCH_SECONDS", 0.5)
    address = published(metadata(pairs[0]), pause=0.2)  # it drips: no single read takes long
    begun = time.monotonic()
    assert "six seconds" in (refreshing(address) or "")
    assert time.monotonic() - begun < 5


def test_a_large_answer_is_given_up(published, refreshing):
    assert "256 KB" in (refreshing(published("x" * 300_000)) or "")


def test_an_address_in_our_own_networks_is_not_fetched(app, published, refreshing, pairs):
    from dataclasses import replace

    address = published(metadata(pairs[0]))
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reaches_inside=False)
    assert "does not reach" in (refreshing(address) or "")


def test_certificates_that_end_soon_are_limits(app, cast, pairs):
    set_up(app, cast, state=ProviderState.DRAFT, metadata_text=metadata(pairs[0]))
    with app.app_context():
        assert {step.outcome for step in check(provider_of(cast)).steps} == {StepOutcome.PASSED}
        with clock.freeze(clock.now() + timedelta(days=365 * 110)):
            outcomes = [step.outcome for step in check(provider_of(cast)).steps]
    assert outcomes == [StepOutcome.PASSED, StepOutcome.LIMITED, StepOutcome.LIMITED]


def test_without_metadata_the_test_says_what_to_do(app, cast):
    set_up(app, cast, state=ProviderState.DRAFT)
    with app.app_context():
        (step,) = check(provider_of(cast)).steps
    assert step.outcome == StepOutcome.FAILED
