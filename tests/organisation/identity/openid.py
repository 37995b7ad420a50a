"""The certified provider of the tests, as a process, and a browser that fills in its forms."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from joserfc.jwk import ECKey, RSAKey

from tests.services import free_port
from tools.programs import node, node_packages

HANDLE = "monteclaro"
SECRET = "the secret of the client, at the provider"
HERE = Path(__file__).parent


def new_keys() -> list[dict[str, Any]]:
    """Two private keys, as a provider has them."""
    made: dict[str, RSAKey | ECKey] = {
        "RS256": RSAKey.generate_key(2048),
        "ES256": ECKey.generate_key("P-256"),
    }
    return [
        {**key.as_dict(private=True), "kid": f"key-{alg}", "use": "sig", "alg": alg}
        for alg, key in made.items()
    ]


@contextmanager
def provider(app_address: str, *, port: int | None = None, keys: Any = None) -> Iterator[str]:
    """Run the provider; give its issuer."""
    port = port or free_port()
    settings = {
        "port": port,
        "app": app_address,
        "handle": HANDLE,
        "keys": keys or new_keys(),
        "secret": SECRET,
    }
    command = [node(), str(HERE / "openid.mjs"), str(node_packages("openid")), json.dumps(settings)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


@dataclass
class Visitor:
    """A browser at the provider, with its cookies."""

    session: requests.Session

    def sign_in(self, address: str, name: str) -> str:
        """Follow the way from our page, fill in the form, and give the address that leads back."""
        answer = self.session.get(address, allow_redirects=False)
        while True:
            if answer.is_redirect:
                onward = requests.compat.urljoin(answer.url, answer.headers["Location"])
                if "/signin" in onward:
                    return onward
                answer = self.session.get(onward, allow_redirects=False)
                continue
            found = re.search(r'action="([^"]+)"', answer.text)
            assert found, answer.text
            hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
            fields = {**dict(hidden), "login": name, "password": "any"}
            answer = self.session.post(
                requests.compat.urljoin(answer.url, found[1]), fields, allow_redirects=False
            )

    def sign_out(self, address: str) -> requests.Response:
        """Sign out at the provider, as its page asks whether to."""
        page = self.session.get(address)
        token = re.search(r'name="xsrf" value="(\w+)"', page.text)
        action = re.search(r'action="([^"]+)"', page.text)
        assert token
        assert action
        return self.session.post(
            action[1], {"xsrf": token[1], "logout": "yes"}, allow_redirects=False
        )
