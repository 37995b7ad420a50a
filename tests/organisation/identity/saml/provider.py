"""A real provider of SAML, samlify on Node.js, with the people that a test names."""

import json
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Self

import requests

from tests.services import free_port
from tools.programs import node, node_packages

PROGRAM = Path(__file__).with_name("samlify.mjs")


@dataclass(frozen=True)
class Said:
    """An answer of the provider."""

    status: int
    text: str
    location: str


class SamlProvider:
    """The process, and what a browser asks of it."""

    def __init__(self, key: Path, certificate: Path) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self._process = subprocess.Popen(
            [
                node(),
                str(PROGRAM),
                str(node_packages("saml")),
                str(self.port),
                str(key),
                str(certificate),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()

    @property
    def metadata(self) -> str:
        return self.open("/metadata").text

    def know(self, site: str) -> None:
        """Take a site's metadata."""
        self._ask("PUT", "/site", site.encode())

    def sign_in_as(self, name: str, *, session: str = "_s1", **more: Any) -> None:
        """Answer from now on that this person signed in."""
        person = {"name": name, "session": session, **more}
        self._ask("PUT", "/person", json.dumps(person).encode())

    def open(self, address: str) -> Said:
        """Open an address of the provider, as a link or redirect does."""
        return self._ask("GET", address.removeprefix(self.address))

    def post(self, address: str, body: bytes) -> Said:
        return self._ask("POST", address.removeprefix(self.address), body)

    def answer_to(self, address: str) -> str:
        """The answer, in base 64, to a question in an address."""
        return answer_in(self.open(address))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Said:
        answer = requests.request(
            method, self.address + path, data=body, timeout=10, allow_redirects=False
        )
        return Said(answer.status_code, answer.text, answer.headers.get("location", ""))


def answer_in(said: Said) -> str:
    """The answer in the form that a provider lets the browser post."""
    assert said.status == 200, said.text
    (found,) = re.findall(r'name="SAMLResponse" value="([^"]+)"', said.text)
    return unescape(found)
