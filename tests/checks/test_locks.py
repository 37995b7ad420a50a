"""The locks hold what pyproject.toml asks for, and no address of a registry."""

import re
import subprocess
import sys
import tomllib

import pytest

from tools.lock import LOCKS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(name):
    text = (LOCKS / f"{name}.txt").read_text()
    return set(re.findall(r"(?m)^([\w.-]+(?:\[[\w,-]+\])?==[^\s;\\]+)", text))


def without_extras(pin):
    return re.sub(r"\[.*?\]", "", pin)


def as_in_a_lock(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", ["run", "dev", "release"])
def test_a_lock_names_no_address(name):
    text = (LOCKS / f"{name}.txt").read_text()

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", ["run", "dev", "release"])
def test_each_package_of_a_lock_has_a_hash(name):
    text = re.sub(r"(?m)^#.*\n", "", (LOCKS / f"{name}.txt").read_text())

    entries = re.split(r"(?m)^(?=\S)", text)
    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for():
    asked = {without_extras(pin) for pin in PROJECT["project"]["dependencies"]}
    asked_too = {without_extras(pin) for pin in PROJECT["dependency-groups"]["dev"]}

    assert asked <= {without_extras(pin) for pin in pins("run")}
    assert asked_too <= {without_extras(pin) for pin in pins("dev")}
    assert set(PROJECT["dependency-groups"]["release"]) <= pins("release")


def test_a_wheel_is_built_by_what_is_locked():
    assert set(PROJECT["build-system"]["requires"]) <= pins("dev")


def test_the_lock_for_development_holds_the_other_one():
    assert pins("run") <= pins("dev")


@pytest.mark.parametrize("worker", ["gthread", "ggevent"])
def test_what_serves_needs_nothing_but_the_lock_to_run(worker):
    """gunicorn asks for what its workers import in extras alone."""
    look = (
        "import sys, importlib.metadata as metadata\n"
        f"import gunicorn.workers.{worker}, gunicorn.app.base, gunicorn.arbiter\n"
        "packages = metadata.packages_distributions()\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted({one for top in tops for one in packages.get(top, ())}))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout
    needed = {as_in_a_lock(name) for name in found.split()}

    assert "gunicorn" in needed
    assert needed <= {as_in_a_lock(pin.partition("==")[0]) for pin in pins("run")}
