"""Which hosts the address of a provider may name: the public internet, and what operators allow."""

import pytest

from intranet.organisation.identity.oidc import publishing
from intranet.organisation.identity.oidc.way import OpenIdForm
from intranet.platform.core.errors import Invalid
from intranet.platform.core.https_client import (
    NoAnswerError,
    NotOutsideError,
    address_of,
    check_outside,
    fetch,
)
from intranet.platform.core.web import settings
from tests.conftest import make_house

INSIDE = [
    "https://localhost",
    "https://127.0.0.1",
    "https://127.1",
    "https://10.1.2.3",
    "https://192.168.0.1:8443",
    "https://[::1]",
    "https://sso.inside.internal",
    "https://sso.town.example:8443",
    "http://sso.town.example",
    "https://user:password@sso.town.example",
]


@pytest.fixture
def app(template, tmp_path):
    """A house whose operator allows one host inside."""
    with make_house(template, tmp_path, identity_hosts="localhost,sso.allowed.internal") as made:
        yield made


@pytest.mark.parametrize("issuer", [address for address in INSIDE if "localhost" not in address])
def test_an_address_inside_is_refused(app_context, issuer):
    with pytest.raises(Invalid):
        OpenIdForm.parse({"issuer": issuer, "client_id": "x"})


def test_what_the_operator_allows_is_reached_by_tls_alone(app_context):
    inside = settings().inside_hosts

    assert check_outside("https://sso.allowed.internal:8443/realm", inside).port == 8443
    with pytest.raises(NotOutsideError):
        check_outside("http://sso.allowed.internal", inside)
    with pytest.raises(NotOutsideError):
        check_outside("https://allowed.internal", inside)
    with pytest.raises(NotOutsideError):
        check_outside("https://sso.allowed.internal.evil.lan", inside)


def test_a_name_that_leads_inside_is_refused_when_it_is_fetched(app_context):
    with pytest.raises(NotOutsideError):
        address_of("localhost", 443)
    assert address_of("localhost", 443, settings().inside_hosts) in {"127.0.0.1", "::1"}


def test_nothing_there_is_no_answer(app_context):
    with pytest.raises(NoAnswerError):
        fetch("GET", "https://localhost:9/", {}, inside=settings().inside_hosts)
    with pytest.raises(publishing.UnusableError):
        publishing.fetch_metadata("https://localhost:9")
