"""A device that makes and uses passkeys, as WebAuthn says; and can be made to lie."""

import json
import secrets
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


class Device:
    """An authenticator with one key of the curve P-256, for the site at an origin."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.host = str(urlsplit(origin).hostname)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def make(self, options: dict[str, Any]) -> str:
        """Answer to be stored: the public key, for these options."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        made = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        data = self._data(self.host, PRESENT | VERIFIED | MADE) + made
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"], self.origin)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def use(
        self,
        options: dict[str, Any],
        *,
        origin: str | None = None,
        host: str | None = None,
        is_verified: bool = True,
        challenge: bytes | None = None,
        signs: bool = True,
        kind: str = "webauthn.get",
    ) -> str:
        """Answer to be checked: a signature, for these options, or with one thing changed."""
        self.count += 1
        given = bytes_to_base64url(challenge) if challenge else options["challenge"]
        client = self._client(kind, given, origin or self.origin)
        data = self._data(host or self.host, PRESENT | (VERIFIED if is_verified else 0))
        key = self.key if signs else ec.generate_private_key(ec.SECP256R1())
        signature = key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=self.handle,
        )

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        named = bytes_to_base64url(self.id)
        parts = {name: bytes_to_base64url(value) for name, value in response.items()}
        answer = {"id": named, "rawId": named, "type": "public-key", "response": parts}
        return json.dumps({**answer, "clientExtensionResults": {}})
