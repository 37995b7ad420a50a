"""The examples under docs/deploy name settings, commands and options that there are."""

import re
import shlex

import click
import pytest

from intranet.cli.main import Commands
from intranet.config import NAMES, SECRETS, read_settings
from intranet.platform.core.database import MAX_CONNECTIONS
from intranet.platform.core.version import version
from tests.docs.reading import DOCS
from tools.image import BASE

DEPLOY = DOCS / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ELSEWHERE = {"INTRANET_CONFIG"} | {f"INTRANET_{name.upper()}_FILE" for name in SECRETS}


def ids(path):
    return path.name


def text_of(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_every_setting_named_is_one(path):
    named = set(re.findall(r"\bINTRANET_[A-Z0-9_]+", path.read_text(encoding="utf-8")))

    assert named <= {f"INTRANET_{name.upper()}" for name in NAMES} | ELSEWHERE


def test_the_example_of_settings_is_taken_as_it_is(tmp_path):
    """With everything for many machines, which stands there behind a #."""
    lines = re.findall(r"(?m)^#?(INTRANET_\w+)=(.+)$", text_of("intranet.env.example"))
    key = tmp_path / "secret_key"
    key.write_text("k" * 64, encoding="utf-8")
    key.chmod(0o600)
    here = {"INTRANET_DATA_DIR": str(tmp_path), "INTRANET_SECRET_KEY_FILE": str(key)}

    settings = read_settings({**dict(lines), **here})

    assert settings.secure_cookies
    assert not settings.on_sqlite
    assert settings.redis_url
    assert settings.trusted_proxies == 1


def calls(text):
    """Each call of `intranet` in a text, as words."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        for found in re.findall(r"\bbin/intranet ((?:[a-z]|--)[^;|&\"]*)", line):
            yield shlex.split(found.replace("$", ""))


@pytest.mark.parametrize("unit", UNITS, ids=ids)
def test_every_unit_calls_a_command_with_options_that_there_are(unit):
    found = list(calls(unit.read_text(encoding="utf-8")))
    assert found
    group = Commands()
    context = click.Context(group)
    for name, *arguments in found:
        command = group.get_command(context, name)
        assert command, name
        known = {option for each in command.params for option in each.opts}
        assert {word for word in arguments if word.startswith("--")} <= known


@pytest.mark.parametrize("unit", UNITS, ids=ids)
def test_every_unit_is_shut_in(unit):
    lines = unit.read_text(encoding="utf-8").splitlines()

    assert {"User=intranet", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"} <= {
        *lines
    }
    assert "EnvironmentFile=/etc/intranet/intranet.env" in lines
    assert not any("PASSWORD" in line for line in lines)


def test_the_image_stands_on_what_is_named_by_its_digest_and_serves_as_nobody():
    lines = text_of("Containerfile").splitlines()

    assert "ARG BASE" in lines  # without a default: it has to be given
    assert "FROM ${BASE}" in lines
    assert BASE.fullmatch("debian@sha256:" + "0" * 64)
    assert not any(map(BASE.fullmatch, ("debian:trixie-slim", "debian", "debian@sha256:0")))
    assert "USER 840:840" in lines
    assert "RUN --mount=type=bind,target=/tmp/archive /tmp/archive/install /opt/intranet" in lines
    assert "://" not in re.sub(r"http://127\.0\.0\.1\S*|docker://", "", text_of("Containerfile"))


def test_the_chart_is_of_this_version():
    found = re.findall(r"(?m)^(?:version|appVersion): (.+)$", text_of("chart/Chart.yaml"))

    assert found == [version(), version()]


def test_the_machines_of_the_compose_file_are_those_that_its_proxy_knows():
    addresses = re.findall(r"ipv4_address: (\S+) ", text_of("compose.yaml"))
    machines = re.findall(r"INTRANET_MACHINE: (\w\w) ", text_of("compose.yaml"))

    for machine, address in zip(machines, addresses, strict=True):
        assert f"upstream intranet_{machine} {{ server {address}:8000 " in text_of("nginx.conf")
    assert len(machines) == 2


@pytest.mark.parametrize("name", ["compose.yaml", "chart/values.yaml"])
def test_what_holds_a_password_is_a_file_there(name):
    given = re.findall(r"\b(INTRANET_\w+)(?=: )", text_of(name))
    secret = {f"INTRANET_{each.upper()}" for each in SECRETS}

    assert given
    assert not secret & set(given)


def test_postgresql_lets_in_the_four_processes_and_the_worker_of_the_walk():
    (allowed,) = re.findall(r"(?m)^max_connections = (\d+)", text_of("postgresql.conf"))

    assert int(allowed) >= 5 * MAX_CONNECTIONS + 3


def test_what_the_proxies_say_of_a_client_is_their_own_word():
    assert "X-Forwarded-For $remote_addr;" in text_of("nginx.conf")
    assert "proxy_add_x_forwarded_for" not in text_of("nginx.conf")
    assert "set-header X-Forwarded-For %[src]" in text_of("haproxy.cfg")
    assert "option forwardfor" not in text_of("haproxy.cfg")
