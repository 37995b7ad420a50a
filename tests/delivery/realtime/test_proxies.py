"""Two machines of two workers each, behind the proxies of docs/deploy, read as they are."""

import re
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from tests.delivery.realtime.clients import PollingClient, wait_until
from tests.delivery.realtime.processes import gunicorn
from tests.services import free_port
from tools.programs import system_program

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"
pytestmark = [
    pytest.mark.only_on("postgresql", reason="several processes need PostgreSQL"),
    pytest.mark.slow,
]


class FreshClient(PollingClient):
    """Takes a new connection for each request, as many clients do."""

    def request(self, *given, **options):
        self.http.close()
        return super().request(*given, **options)


def nginx(folder, port, machines):
    """The file of docs/deploy, with ports of this test in it and without TLS."""
    text = (DEPLOY / "nginx.conf").read_text()
    for place, machine in zip(("10.0.0.21:8000", "10.0.0.22:8000"), machines, strict=True):
        text = text.replace(place, machine)
    text = re.sub(r"server \{\s+listen 80;.*?\n\}", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r" *(ssl_|http2 |listen \[::\]|server_name ).*\n", "", text)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = text.replace("proxy_set_header X-Forwarded-Proto $scheme", "proxy_set_header X-Proto -")
    text = text.replace("$host;", "$http_host;")
    for place in ("/var/cache/nginx-intranet", "/var/log/nginx", "/etc/nginx/intranet"):
        text = text.replace(place, str(folder))
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
        f"events {{ worker_connections 512; }}\nhttp {{ access_log off;\n{text}\n}}\n"
    )
    return [system_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def haproxy(folder, port, machines):
    """The file of docs/deploy, with ports of this test in it and without TLS."""
    text = (DEPLOY / "haproxy.cfg").read_text()
    for place, machine in zip(("10.0.0.21:8000", "10.0.0.22:8000"), machines, strict=True):
        text = text.replace(place, machine)
    text = re.sub(r" *(user|group|ssl-default|http-request redirect|bind :443).*\n", "", text)
    text = re.sub(r" *http-request set-header X-Forwarded-Proto.*\n", "", text)
    text = text.replace("bind :80", f"bind 127.0.0.1:{port}").replace(
        "maxconn 60000", "maxconn 500"
    )
    (folder / "haproxy.cfg").write_text(text)
    return [system_program("haproxy"), "-f", str(folder / "haproxy.cfg")]


@contextmanager
def running(command):
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        print(process.communicate()[1].decode()[-2_000:])


@pytest.fixture
def mine(cast, cookie):
    return cookie(cast.ana)


@pytest.mark.parametrize("proxy", [nginx, haproxy])
def test_clients_that_poll_stay_with_their_machine(tmp_path, mine, used_database, bell, proxy):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"INTRANET_REDIS_URL": bell.url, "INTRANET_TRUSTED_PROXIES": "1"}
    with ExitStack() as stack:
        machines = []
        for name in ("a1", "b1"):
            home = tmp_path / name
            home.mkdir()
            own = {**settings, "INTRANET_MACHINE": name, "INTRANET_BASE_URL": address}
            workers = ("-k", "gevent", "-w", "2")
            server = stack.enter_context(gunicorn(home, used_database, *workers, **own))
            machines.append(server.address.removeprefix("http://"))
        stack.enter_context(running(proxy(tmp_path, port, machines)))
        wait_until(lambda: is_there(address), 30)

        seen = set()
        for _ in range(12):
            with FreshClient(address, cookie=mine) as ana:
                seen.add(ana.sid[:2])
                for _ in range(3):
                    assert ana.ask("test:nothing", {}) == {"ok": True}
                over = ana.upgrading()
                over.send("2probe")
                assert over.recv() == "3probe"
                over.send("5")
                over.send('421["test:nothing",{}]')
                while (said := over.recv()) != '431[{"ok":true}]':
                    assert said
                over.close(timeout=1)
                over.shutdown()
        assert seen == {"a1", "b1"}
        for log in tmp_path.glob("*.log"):
            assert "sid" not in log.read_text()


def is_there(address):
    try:
        return requests.get(address + "/static/platform/core/code.css", timeout=2).ok
    except requests.RequestException:
        return False
