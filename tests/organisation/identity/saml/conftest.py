"""A provider of Monteclaro, its keys and ours, and what forges its answers."""

from collections.abc import Callable, Iterator
from itertools import cycle
from uuid import uuid4

import pytest

from intranet.organisation.agencies.models import Agency
from intranet.organisation.identity.models import Provider, ProviderKind, ProviderState
from intranet.organisation.identity.saml import keys as key_module
from intranet.organisation.identity.saml import service
from intranet.organisation.identity.saml.keys import KeyPair, ProviderKeys
from intranet.organisation.identity.saml.metadata import TheirMetadata, read_metadata
from tests.organisation.identity.saml.forgery import Forgery, metadata, new_pair
from tests.organisation.identity.saml.helpers import ANA, HERE, set_up
from tests.organisation.identity.saml.provider import SamlProvider


@pytest.fixture(scope="session")
def pairs() -> list[KeyPair]:
    """Three keys: of the provider, its next one, and a stranger's."""
    return [new_pair() for _number in range(3)]


@pytest.fixture(scope="session")
def our_pairs() -> list[KeyPair]:
    """Keys of this site."""
    return [new_pair() for _number in range(2)]


@pytest.fixture(scope="session")
def counterpart(pairs, tmp_path_factory) -> Iterator[SamlProvider]:
    """A real provider, for the whole run."""
    folder = tmp_path_factory.mktemp("provider")
    (folder / "key.pem").write_text(pairs[0].key)
    (folder / "certificate.pem").write_text(pairs[0].certificate)
    with SamlProvider(folder / "key.pem", folder / "certificate.pem") as running:
        yield running


@pytest.fixture
def provider(app_context) -> Provider:
    """A provider that is not in the database, for what needs none."""
    return Provider(
        id=uuid4(),
        agency=Agency(handle="monteclaro"),
        kind=ProviderKind.SAML,
        name="SSO",
        settings={},
        fetched={},
    )


@pytest.fixture
def keys(our_pairs) -> ProviderKeys:
    return ProviderKeys(our_pairs[0])


@pytest.fixture
def theirs(app_context, pairs) -> TheirMetadata:
    return read_metadata(metadata(pairs[0]))


@pytest.fixture
def forge(provider, pairs) -> Callable[..., Forgery]:
    """Make an answer of the provider to the question `_q1`."""

    def make(**changes: object) -> Forgery:
        given = {
            "pair": pairs[0],
            "asked": "_q1",
            "site": service.entity_of(provider),
            "address": service.answers_of(provider),
        }
        return Forgery(**(given | changes))

    return make


@pytest.fixture(autouse=True)
def quick_keys(our_pairs, monkeypatch) -> None:
    """Our keys are made already, one after the other: a long one takes a second."""
    made = cycle(our_pairs)
    monkeypatch.setattr(key_module, "make_pair", lambda: next(made))


@pytest.fixture
def connect(app, cast, counterpart) -> Callable[..., SamlProvider]:
    """Have the real provider sign in a person, and set it up for Monteclaro."""

    def connecting(person, *, state=ProviderState.ON, **settings):
        counterpart.sign_in_as(**person)
        set_up(app, cast, state=state, metadata_text=counterpart.metadata, **settings)
        counterpart.know(app.test_client().get(f"{HERE}/metadata").text)
        return counterpart

    return connecting


@pytest.fixture
def monteclaro(connect) -> SamlProvider:
    """The real provider, by which people of Monteclaro sign in: first Ana."""
    provider: SamlProvider = connect({"name": "8f2c41", "attributes": ANA}, verifies_email=True)
    return provider
