"""Passkeys (WebAuthn): what a browser is asked, and what its answer proves. The one importer.

A challenge is signed and carries its time, purpose and account, so that nothing is stored until an
answer comes; then it is remembered, so that no answer counts twice.
"""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING
from uuid import UUID

from intranet.organisation.accounts.models import Account, Passkey
from intranet.platform.core import clock
from intranet.platform.core.late_imports import LateModule
from intranet.platform.core.web import settings

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:  # 7 MB, which a site without passkeys never needs
    webauthn = LateModule("webauthn")
    helpers = LateModule("webauthn.helpers")
    exceptions = LateModule("webauthn.helpers.exceptions")
    structs = LateModule("webauthn.helpers.structs")

LIFETIME = timedelta(minutes=10)
MAX_ANSWER = 16_000
NAME = "Intranet"
_NONCE, _TIME = 16, 8


class PasskeyRefused(Exception):  # noqa: N818 - the device may be honest and the answer only late
    """An answer proves nothing: forged, late, of another site, or not by this key."""


class PasskeyPurpose(StrEnum):
    """The purpose of a challenge; the answer to one of another purpose proves nothing."""

    ADD = "add"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class PasskeySite:
    """The site as the browser knows it: host name without port, and origin."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers offer passkeys here: only under a host name, not an IP address."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


@dataclass(frozen=True)
class NewPasskey:
    """A verified new key: id and public key in base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    is_synchronised: bool


@dataclass(frozen=True)
class PasskeyAnswer:
    """An answer to a challenge, not verified yet.

    `challenge` is ours and still valid, or it would not be one; `credential_id` names the key.
    """

    text: str
    challenge: bytes
    credential_id: str
    user_handle: bytes | None

    @property
    def expires_at(self) -> datetime:
        """When the challenge ceases to be valid by itself."""
        return _issued_at(self.challenge) + LIFETIME


def adding_options(account: Account, known: Sequence[Passkey], site: PasskeySite) -> str:
    """Return what the browser needs to make a new key for an account, as JSON."""
    name = account.email or f"{account.staff_number}@{account.home_agency.handle}"
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=account.id.bytes,
        user_name=name,
        user_display_name=account.person.name,
        challenge=_challenge(PasskeyPurpose.ADD, account.id),
        exclude_credentials=_descriptors(known),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def using_options(
    purpose: PasskeyPurpose,
    site: PasskeySite,
    *,
    account_id: UUID | None = None,
    known: Sequence[Passkey] = (),
) -> str:
    """Return what the browser needs to prove that it has a key, as JSON.

    Args:
        account_id: whose key; at sign-in the key itself says so.
    """
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(purpose, account_id),
        allow_credentials=_descriptors(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def named_key(text: str) -> str:
    """Return which key an answer says it is by, to count its failures; empty if unreadable."""
    try:
        named = json.loads(text[:MAX_ANSWER])["rawId"]
    except (ValueError, TypeError, KeyError):
        return ""
    return named if isinstance(named, str) else ""


def read_answer(text: str, purpose: PasskeyPurpose, account_id: UUID | None) -> PasskeyAnswer:
    """Read an answer whose challenge is ours, for this purpose and account, and not too old.

    Raises:
        PasskeyRefused: it is not.
    """
    if len(text) > MAX_ANSWER:
        raise PasskeyRefused
    try:
        answer = json.loads(text)
        client = helpers.parse_client_data_json(
            helpers.base64url_to_bytes(answer["response"]["clientDataJSON"])
        )
        handle = answer["response"].get("userHandle")
        found = PasskeyAnswer(
            text,
            client.challenge,
            helpers.bytes_to_base64url(helpers.base64url_to_bytes(answer["rawId"])),
            helpers.base64url_to_bytes(handle) if handle else None,
        )
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    if not _is_ours(found.challenge, purpose, account_id) or found.expires_at <= clock.now():
        raise PasskeyRefused
    return found


def verify_new(answer: PasskeyAnswer, site: PasskeySite) -> NewPasskey:
    """Verify the answer of `adding_options`.

    Raises:
        PasskeyRefused: it is of another site, without a check of the person, or forged.
    """
    try:
        verified = webauthn.verify_registration_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    return NewPasskey(
        helpers.bytes_to_base64url(verified.credential_id),
        helpers.bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
        verified.credential_device_type == structs.CredentialDeviceType.MULTI_DEVICE,
    )


def verify_use(answer: PasskeyAnswer, site: PasskeySite, passkey: Passkey) -> int:
    """Verify the answer of `using_options`; return the device's new count of uses.

    Raises:
        PasskeyRefused: it is not by this key, of another site, without a check of the person, or
            the count shows that the key was copied.
    """
    if answer.user_handle not in {None, passkey.account_id.bytes}:
        raise PasskeyRefused
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=helpers.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    return verified.new_sign_count


def _challenge(purpose: PasskeyPurpose, account_id: UUID | None) -> bytes:
    now = int(clock.now().timestamp())
    head = secrets.token_bytes(_NONCE) + now.to_bytes(_TIME, "big")
    return head + _seal(head, purpose, account_id)


def _is_ours(challenge: bytes, purpose: PasskeyPurpose, account_id: UUID | None) -> bool:
    head, seal = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
    return hmac.compare_digest(seal, _seal(head, purpose, account_id))


def _seal(head: bytes, purpose: PasskeyPurpose, account_id: UUID | None) -> bytes:
    key = settings().secret_key.encode()
    about = f"passkey\0{purpose}\0{account_id or ''}\0".encode()
    return hmac.new(key, about + head, sha256).digest()


def _issued_at(challenge: bytes) -> datetime:
    seconds = int.from_bytes(challenge[_NONCE : _NONCE + _TIME], "big")
    return datetime.fromtimestamp(seconds, UTC)


def _descriptors(known: Sequence[Passkey]) -> "list[structs.PublicKeyCredentialDescriptor]":
    ids = [helpers.base64url_to_bytes(passkey.credential_id) for passkey in known]
    return [structs.PublicKeyCredentialDescriptor(id=credential_id) for credential_id in ids]
