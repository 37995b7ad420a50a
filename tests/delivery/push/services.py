"""A push service on this machine, and a browser's side of a subscription."""

import json
import socket
import ssl
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


def to_text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Received:
    """What came to the push service."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Keeps what it is given, and answers as it is told."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append(Received(self.path, dict(self.headers.items()), body))
                status, headers = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_words):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class Subscription:
    """The keys that a browser keeps for itself."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes..."

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def as_json(self) -> dict[str, object]:
        """What `PushSubscription.toJSON` gives."""
        keys = {"p256dh": to_text(self.public), "auth": to_text(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, str]:
        """Decrypt as a browser does. Source: RFC 8188, RFC 8291."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.private.exchange(ec.ECDH(), other)
        info = b"WebPush: info\0" + self.public + sender
        key = HKDF(SHA256(), 32, self.auth, info).derive(shared)
        cipher = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
        plain = AESGCM(cipher).decrypt(nonce, sealed, None)
        found: dict[str, str] = json.loads(plain.rstrip(b"\0").removesuffix(b"\x02"))
        return found


def claims(authorization: str, public_key: str) -> dict[str, object]:
    """What the site says of itself, once its signature has been checked. Source: RFC 8292."""
    parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(", "))
    assert parts["k"] == public_key
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to_bytes(public_key))
    found: dict[str, object] = jwt.decode(
        parts["t"], point, algorithms=["ES256"], options={"verify_aud": False}
    )
    return found


class Trickle:
    """A server, with TLS or without, that takes its time and then answers a line at a time.

    After some ten seconds it comes to an end: without a limit, that is an answer.
    """

    def __init__(self, *, slow_handshake_seconds: float) -> None:
        self._wait = slow_handshake_seconds
        self._stopped = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "localhost.pem"
        self._path.write_bytes(_certified())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._server.close()
        self._thread.join(5)
        self._folder.cleanup()

    def trusting(self) -> ssl.SSLContext:
        """What trusts this server alone."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.load_verify_locations(self._path)
        return made

    def _serve(self) -> None:
        with suppress(OSError):
            line, _address = self._server.accept()
            if line.recv(1, socket.MSG_PEEK) == b"\x16":  # TLS begins so
                self._stopped.wait(self._wait)
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._path)
                line = context.wrap_socket(line, server_side=True)
            with line:
                line.sendall(b"HTTP/1.1 201 Created\r\n")
                for _ in range(50):
                    if self._stopped.wait(0.2):
                        return
                    line.sendall(b"X: y\r\n")
                line.sendall(b"Content-Length: 0\r\n\r\n")
                self._stopped.wait()


def _certified() -> bytes:
    """A key and a certificate of localhost's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + made.public_bytes(Encoding.PEM)
