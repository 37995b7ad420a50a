"""A provider of our own that lies as it is told to: forged answers, late ones, and none at all."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.import_key({**RSAKey.generate_key(2048).as_dict(private=True), "kid": "one"})
OTHER_KEY = RSAKey.import_key({**RSAKey.generate_key(2048).as_dict(private=True), "kid": "one"})
ANA = {"sub": "ana-1", "email": "ana@monteclaro.example", "email_verified": True, "name": "Ana"}

Change = Callable[[dict[str, Any]], object]


@dataclass
class Forger:
    """What the next answers are like. `nonce` is that of the last question."""

    issuer: str = ""
    claims: Change = lambda _claims: None
    metadata: Change = lambda _metadata: None
    token: Change = lambda _token: None
    key: Any = field(default_factory=lambda: KEY)
    published: Any = field(default_factory=lambda: KEY)
    header: dict[str, str] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    nonce: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0
    drips: bool = False
    paths: list[str] = field(default_factory=list)

    def id_token(self, **more: Any) -> str:
        """A token for Ana, as it is to be forged."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "intranet",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "auth_time": now,
            **ANA,
            **more,
        }
        self.claims(claims)
        return self.signed(claims)

    def signed(self, claims: dict[str, Any]) -> str:
        """A token of these claims: also unsigned, or with the public key taken for a secret."""
        if self.header["alg"] == "RS256":
            return jwt.encode(self.header, claims, self.key)
        parts = [_base64(json.dumps(part).encode()) for part in (self.header, claims)]
        content = ".".join(parts).encode()
        public = KEY.as_pem(private=False)
        is_signed = self.header["alg"] == "HS256"
        signature = hmac.digest(public, content, "sha256") if is_signed else b""
        return f"{content.decode()}.{_base64(signature)}"

    def logout_token(self, **more: Any) -> str:
        """A token that says that Ana signed out; what is None is left out."""
        now = int(time.time())
        event = "http://schemas.openid.net/event/backchannel-logout"
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": "intranet",
            "iat": now,
            "exp": now + 100,
            "jti": str(time.time_ns()),
            "events": {event: {}},
            "sub": "ana-1",
            **more,
        }
        return self.signed({name: value for name, value in claims.items() if value is not None})

    def asked(self, address: str) -> dict[str, str]:
        """Take the question in an address of ours; give what the answer brings back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = query["nonce"]
        return {"code": "code", "state": query["state"], "iss": self.issuer}

    def document(self, path: str) -> dict[str, Any]:
        """What is at an address."""
        if path == "/keys":
            return dict(KeySet([self.published]).as_dict(private=False))
        if path == "/userinfo":
            return self.person
        if path == "/token":
            token = {
                "access_token": "a",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self.id_token(),
            }
            self.token(token)
            return token
        metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.metadata(metadata)
        return metadata


@contextmanager
def forging() -> Iterator[Forger]:
    """Run the provider."""
    forger = Forger()
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            forger.paths.append(self.path)
            body = json.dumps(forger.document(urlsplit(self.path).path)).encode()
            stopped.wait(forger.seconds)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for place in range(0, len(body), 1 if forger.drips else len(body)):
                self.wfile.write(body[place : place + (1 if forger.drips else len(body))])
                if forger.drips and stopped.wait(0.2):
                    return

        do_GET = do_POST = _answer  # noqa: N815 - the names of http.server

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            """Go on when the other side has hung up."""
            try:
                super().handle()
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forger.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield forger
    finally:
        stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
