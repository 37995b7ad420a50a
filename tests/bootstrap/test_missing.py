"""Each thing that may be missing is said in one sentence, and nothing else is."""

import ast
import os
import sys
from pathlib import Path

import pytest

from intranet.__main__ import too_old
from intranet.bootstrap import environment as environment_module
from intranet.bootstrap.environment import RUN, Environment
from intranet.bootstrap.faults import EnvironmentFault, from_os_error, from_pip
from tests.bootstrap.project import ROOT, Project, base_python


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def sentence(done):
    """What is said last; the lines before it tell of progress."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_without_a_network_it_says_so(project):
    done = project.start(PIP_INDEX_URL="https://127.0.0.1:9/simple")

    assert sentence(done).startswith("No network: the packages could not be fetched.")


@pytest.mark.slow
def test_a_package_that_is_not_the_one_locked_is_not_installed(project):
    project.lock(project.publish("1.0")[:-64] + "0" * 64)

    said = sentence(project.start())

    assert said.startswith("The package tiny is not the one the lock names")
    assert not list((project.root / ".venv").rglob("tiny.py"))


@pytest.mark.slow
def test_a_package_that_the_index_does_not_have_is_named(project):
    (project.index / "tiny" / "index.html").write_text("")

    assert sentence(project.start()).startswith("There is no ready-made package tiny for this")


def test_a_pip_that_was_changed_is_not_run(project):
    wheel = next((project.root / "tools").glob("pip-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")

    assert sentence(project.start()) == (
        f"{wheel} is missing or was changed: fetch the project again."
    )


def test_a_folder_that_may_not_be_written_is_named(project):
    project.root.chmod(0o555)
    # Root may write everywhere, unless it gives that up.
    humbly = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []

    done = project.run([*humbly, base_python(), "-m", "intranet"], PYTHONDONTWRITEBYTECODE="1")

    assert sentence(done).startswith(f"No permission to write {project.root / '.venv'}:")


def test_a_disk_without_room_is_said_before_anything_is_fetched(project, monkeypatch):
    monkeypatch.setitem(environment_module.ROOM_MB, RUN, 10**9)
    prepared = Environment(project.root)
    prepared.folder.mkdir()

    with pytest.raises(
        EnvironmentFault, match=r"No room on the disk .* 1000000000 MB are needed and \d+ MB"
    ):
        prepared.prepare(RUN)


def test_a_disk_that_fills_up_meanwhile_is_said_too(tmp_path):
    output = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left\n"

    assert str(from_pip(output, tmp_path, tmp_path / "log")).startswith("No room on the disk")


def test_a_full_disk_outside_pip_is_said_as_well(tmp_path):
    with pytest.raises(OSError, match="No space") as caught:
        Path("/dev/full").write_text("x")

    assert str(from_os_error(caught.value, tmp_path)).startswith("No room on the disk")


def test_what_pip_says_otherwise_is_kept_and_its_place_named(tmp_path):
    said = str(from_pip("ERROR: something else\n", tmp_path, tmp_path / "install.log"))

    assert said == (
        f"The packages could not be installed; what pip said is in {tmp_path / 'install.log'}."
    )


@pytest.mark.parametrize("version", [(3, 7, 3), (3, 10, 12)])
def test_an_old_python_is_told_which_one_is_wanted(version):
    found = ".".join(map(str, version))

    assert too_old(version) == (
        f"Python {found} is too old: install Python 3.11 or later and use that one."
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 5), (4, 0, 0), sys.version_info[:3]])
def test_a_python_that_is_new_enough_is_taken(version):
    assert too_old(version) == ""


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_the_file_that_tells_it(name):
    ast.parse((ROOT / "intranet" / name).read_text(), feature_version=(3, 7))
