"""The certificates by which a provider knows this site: made for each provider, kept sealed."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.sealing import seal, unseal
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings

KEY_BITS = 3072
LIFETIME = timedelta(days=3 * 365)
CLOCK_MARGIN = timedelta(days=1)
RENEW_WITHIN = timedelta(days=60)


@dataclass(frozen=True)
class KeyPair:
    """A private key and its certificate, as PEM."""

    key: str
    certificate: str

    @property
    def expires_at(self) -> datetime:
        """The end of the certificate. Providers differ in whether they look at it."""
        return expiry_of(self.certificate)


@dataclass(frozen=True)
class ProviderKeys:
    """The key pairs of a provider: the one that signs, and its neighbours during a renewal.

    The next one is announced in our metadata before it signs. What was encrypted for the former one
    can still be read.
    """

    current: KeyPair
    following: KeyPair | None = None
    former: KeyPair | None = None

    @property
    def announced(self) -> list[KeyPair]:
        """The pairs whose certificates are in our metadata, the signing one first."""
        return [pair for pair in (self.current, self.following) if pair]

    @property
    def all(self) -> list[KeyPair]:
        """Every pair, the signing one first."""
        return [pair for pair in (self.current, self.following, self.former) if pair]


def keys_of(provider: Provider) -> ProviderKeys | None:
    """Return the keys of a provider; None before they are made, or if they cannot be unsealed."""
    kept = unseal(provider.secret_sealed)
    if kept is None:
        return None
    pairs = {name: KeyPair(**pair) for name, pair in json.loads(kept).items() if pair}
    return ProviderKeys(**pairs)


def keys_or_new(provider: Provider) -> ProviderKeys:
    """Return the keys of a provider, made now if it has none."""
    found = keys_of(provider)
    if found:
        return found
    made = make_pair()  # before the lock: it takes a second
    with unit_of_work() as work:
        work.lock(provider)
        found = keys_of(provider)
        if found is None:
            found = ProviderKeys(made)
            _keep(provider, found)
        return found


def announce_next(actor: Person | None, provider: Provider) -> None:
    """Announce a new certificate in our metadata, beside the one that signs.

    Raises:
        Conflict: one is announced already.
    """
    _require(actor, provider)
    keys = keys_or_new(provider)
    made = make_pair()
    with unit_of_work() as work:
        work.lock(provider)
        keys = keys_of(provider) or keys
        if keys.following:
            raise Conflict(_l("A new certificate is announced already."))
        _keep(provider, replace(keys, following=made))
        _note(actor, provider, "provider.announce_certificate")


def take_up_next(actor: Person | None, provider: Provider) -> None:
    """Sign with the announced certificate from now on.

    Raises:
        Conflict: none is announced.
    """
    _require(actor, provider)
    with unit_of_work() as work:
        work.lock(provider)
        keys = keys_of(provider)
        if keys is None or keys.following is None:
            raise Conflict(_l("Announce a new certificate first."))
        _keep(provider, ProviderKeys(keys.following, former=keys.current))
        _note(actor, provider, "provider.take_up_certificate")


def _require(actor: Person | None, provider: Provider) -> None:
    require_administrator(actor, provider.agency_id)
    require_confirmed(actor)


def _note(actor: Person | None, provider: Provider, act: str) -> None:
    record(
        act,
        agency_id=provider.agency_id,
        actor_id=actor.id if actor else None,
        subject=("provider", provider.id),
        detail={"way": provider.kind.value},
    )


def _keep(provider: Provider, keys: ProviderKeys) -> None:
    provider.secret_sealed = seal(json.dumps(asdict(keys)))
    provider.secret_set_at = clock.now()


def make_pair() -> KeyPair:
    """Return a new key, with a certificate that it signed itself, as is the use in SAML."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    host = urlsplit(settings().base_url).hostname or "intranet"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_MARGIN)
        .not_valid_after(now + LIFETIME)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(pem.decode(), certificate.public_bytes(Encoding.PEM).decode())


def expiry_of(certificate: str) -> datetime:
    """Return when a certificate ends.

    Raises:
        ValueError: it is not a certificate.
    """
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
