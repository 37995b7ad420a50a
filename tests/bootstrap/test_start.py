"""From a checkout and a bare Python to a command that runs in the environment made for it."""

import os
import shutil
import subprocess

import pytest

from tests.bootstrap.project import Project, base_python

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A project that was started once, and what was said then. Nothing is changed in it."""
    project = Project(tmp_path_factory.mktemp("started"))
    return project, project.start("serve", "--port", "0", PYTHONDONTWRITEBYTECODE="1")


def test_the_first_start_makes_the_environment_and_hands_over_with_the_arguments(started):
    project, done = started

    assert done.returncode == 0, done.stderr
    assert f"python {project.root / '.venv'}" in done.stdout
    assert "arguments ['serve', '--port', '0']" in done.stdout


def test_progress_is_shown_while_the_environment_is_made(started):
    _project, done = started
    said = done.stderr.splitlines()

    assert said[0] == "Preparing the environment …"
    assert said[1] == "Fetching 1 packages …"
    assert "Installing them …" in said
    assert said[-1].startswith("Ready after ")


def test_the_code_is_compiled_with_it_even_where_those_who_start_it_compile_nothing(started):
    package = started[0].root / "intranet"

    compiled = {path.name.partition(".")[0] for path in package.rglob("__pycache__/*.pyc")}

    assert compiled == {path.stem for path in package.rglob("*.py")}


def test_the_second_start_installs_nothing_and_needs_no_network(started):
    project, _done = started

    done = project.start(PIP_INDEX_URL=(project.root / "nowhere").as_uri())

    assert done.returncode == 0
    assert done.stderr == ""


def test_a_changed_lock_is_installed_over_the_old_one(project):
    project.start()
    project.lock(project.publish("2.0"))

    assert "tiny 2.0" in project.start().stdout


def test_a_changed_lock_that_cannot_be_fetched_leaves_what_was_there(project):
    project.start()
    before = (project.root / "tools" / "locks" / "run.txt").read_text()
    project.lock(project.publish("2.0"))
    shutil.rmtree(project.index)

    assert project.start().returncode == 1
    project.lock(before.strip())
    assert "tiny 1.0" in project.start().stdout


def test_an_installation_that_was_cut_off_is_done_anew(project):
    project.start()
    (project.root / ".venv" / ".stamp").unlink()
    leftover = project.root / ".venv" / "leftover"
    leftover.touch()

    assert "tiny 1.0" in project.start().stdout
    assert not leftover.exists()


def test_a_checkout_that_was_moved_gets_an_environment_of_its_own(project, tmp_path):
    project.start()
    moved = tmp_path / "elsewhere"
    project.root.rename(moved)
    project.root = moved

    assert f"python {moved / '.venv'}" in project.start().stdout


def test_tests_and_linters_get_the_packages_for_development_too(project):
    (project.root / "tools" / "demo").mkdir()  # a checkout
    run = project.publish("1.0")
    project.lock(run, dev=project.publish("2.0"))

    assert "tiny 1.0" in project.start("serve").stdout
    assert "tiny 2.0" in project.start("test").stdout
    assert project.start("serve").stderr == ""


@pytest.mark.parametrize("command", ["bench", "demo", "dev"])
def test_without_the_source_tree_its_commands_are_refused_before_anything_is_made(project, command):
    done = project.start(command)

    assert done.returncode == 1
    assert done.stderr == f"`intranet {command}` is part of the source tree: use a checkout.\n"
    assert not (project.root / ".venv").exists()


def test_two_starts_at_once_make_it_once(project):
    starts = [
        subprocess.Popen(
            [base_python(), "-m", "intranet"],
            cwd=project.root,
            env={**os.environ, "PIP_INDEX_URL": project.index.as_uri()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    said = [start.communicate() for start in starts]

    assert [start.returncode for start in starts] == [0, 0]
    assert all("tiny 1.0" in out for out, _ in said)
    assert sum("Fetching" in err for _, err in said) == 1


def test_the_command_of_the_environment_works_from_any_folder(started, tmp_path):
    project, _done = started
    command = [str(project.root / ".venv" / "bin" / "intranet"), "doctor"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "arguments ['doctor']" in done.stdout, done.stderr


def test_settings_of_somebodys_pip_do_not_put_packages_elsewhere(project, tmp_path):
    done = project.start(PIP_TARGET=str(tmp_path / "target"), PIP_USER="1", PYTHONPATH="/nowhere")

    assert "tiny 1.0" in done.stdout, done.stderr
    assert not (tmp_path / "target").exists()
