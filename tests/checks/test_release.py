"""A release: the same bytes each time, signed, and installed where there is no network."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from types import SimpleNamespace

import pytest
import requests

from tools import release as making
from tools.packing import pack, write_sums
from tools.programs import system_program

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def cut_off():
    """What cuts a command off from the network, where namespaces are allowed."""
    command = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if allowed else []


def test_a_folder_is_packed_to_the_same_bytes(tmp_path):
    packed = []
    for order, mode, time in ((1, 0o644, 7), (-1, 0o600, 9)):
        folder = tmp_path / str(time)
        folder.mkdir()
        for name in ("a", "b", "c")[::order]:
            (folder / name).write_text(name)
            (folder / name).chmod(mode)
            os.utime(folder / name, (time, time))
        packed.append(pack(folder, "inside", 5))

    assert packed[0] == packed[1]


def test_a_signature_holds_for_these_sums_and_this_purpose_alone(tmp_path):
    keygen = system_program("ssh-keygen", package="openssh-client")
    key = tmp_path / "key"
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "signers").write_text(f"maintainer {key.with_suffix('.pub').read_text()}")
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "file").write_text("content")
    sums = write_sums(tmp_path / "release")
    making.sign(sums, key)

    def verified(text, purpose=making.NAMESPACE):
        command = [keygen, "-Y", "verify", "-f", tmp_path / "signers", "-I", "maintainer"]
        command += ["-n", purpose, "-s", f"{sums}.sig"]
        return subprocess.run(command, input=text, capture_output=True, check=False).returncode == 0

    assert verified(sums.read_bytes())
    assert not verified(sums.read_bytes() + b"\n")
    assert not verified(sums.read_bytes(), "file")


def test_the_bill_says_of_each_package_where_it_is_from():
    manifest = json.loads((making.ROOT / "static" / "vendor" / "manifest.json").read_text())
    found = [making.vendored_component(*package) for package in manifest.items()]

    assert {"htmx.org", "socket.io-client"} <= {each["name"] for each in found}
    assert "pkg:npm/%40github/text-expander-element@" in str(found)
    assert all(re.fullmatch(r"[0-9a-f]{64}", each["hashes"][0]["content"]) for each in found)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A release of what is committed, for the Python that runs this, and its archive unpacked."""
    folder = tmp_path_factory.mktemp("release")
    scratch = tmp_path_factory.mktemp("scratch")
    release = making.Release("HEAD", folder, scratch)
    wheel = release.make_wheel()
    archive = release.make_archive(wheel, [PYTHON])
    with tarfile.open(archive) as tar:
        tar.extractall(scratch / "unpacked", filter="data")
    (place,) = (scratch / "unpacked").iterdir()
    return SimpleNamespace(release=release, wheel=wheel, place=place)


def installed(place, folder):
    command = [*cut_off(), "timeout", "300", str(place / "install"), str(folder)]
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable}
    environment["https_proxy"] = "http://127.0.0.1:9"  # nobody there
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_archive_installs_without_network_and_serves(made, tmp_path):
    first = made.wheel.read_bytes()
    assert made.release.make_wheel().read_bytes() == first

    done = installed(made.place, tmp_path / "environment")

    assert done.returncode == 0, done.stderr
    data = {"INTRANET_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    command = [str(tmp_path / "environment/bin/intranet"), "serve", "--port", "0", "--empty"]
    with subprocess.Popen(
        [*command, "--no-browser"], cwd=tmp_path, env=data, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        lines = iter(server.stdout.readline, "")
        address = next(line.split()[-1] for line in lines if line.startswith("Serving on"))
        try:
            text = requests.get(
                f"{address}/signin", headers={"Accept-Language": "eu"}, timeout=30
            ).text
        finally:
            server.terminate()
    assert server.returncode == 0
    assert '<html lang="eu"' in text
    assert "Pasahitza" in text  # translated
    assert "/static/" in text


@pytest.mark.slow
def test_what_was_changed_or_is_somebody_elses_is_not_touched(made, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").write_text("theirs")
    assert "holds something else" in installed(made.place, theirs).stderr

    changed = shutil.copytree(made.place, tmp_path / "changed")
    with next(changed.glob("wheels/flask-*.whl")).open("ab") as wheel:
        wheel.write(b"x")
    refused = installed(changed, tmp_path / "environment")

    assert refused.returncode == 1
    assert "flask" in refused.stdout
    assert not list((tmp_path / "environment").iterdir())
    assert [path.name for path in theirs.iterdir()] == ["file"]
