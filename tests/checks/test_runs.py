"""A run of the tests tells what it ran, and a test that did not run does not pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
SOME = """
import pytest

def test_plain(): pass
@pytest.mark.both
def test_with_a_database(database_url, database): assert database in database_url
@pytest.mark.parametrize("number", ["one"])
def test_with_more(number, database_url): pass
@pytest.mark.only_on("postgresql", reason="two workers share it")
def test_two_workers(database_url): pass
"""


@pytest.fixture(scope="module")
def cluster(postgresql):
    """A name of the cluster of this run, in which those that are begun make their databases."""
    url = postgresql.new_database()
    yield url
    postgresql.drop_database(url)


@pytest.fixture(autouse=True)
def shared(cluster, monkeypatch):
    monkeypatch.setenv("INTRANET_TEST_PG", cluster)


@pytest.fixture
def tests(tmp_path):
    """Writes a file of tests and gives its folder."""

    def write(content):
        plugins = [
            f"tests.plugins.{name}" for name in ("tiers", "databases", "honesty", "isolation")
        ]
        (tmp_path / "conftest.py").write_text(f"pytest_plugins = {plugins}\n")
        (tmp_path / "test_some.py").write_text(content)
        return str(tmp_path)

    return write


def run(folder, *arguments):
    command = [sys.executable, "-m", "pytest", folder, *arguments, "-c", "pyproject.toml"]
    command += ["-o", f"cache_dir={folder}/cache"]
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=ROOT, env=mine, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(): pytest.skip('not today')",
        "@pytest.mark.skipif(True, reason='x')\ndef test_it(): pass",
        "@pytest.mark.xfail(reason='known')\ndef test_it(): assert False",
        "def test_it(): pytest.importorskip('no_such_module')",
    ],
    ids=["skip", "skipif", "xfail", "importorskip"],
)
def test_a_test_that_is_skipped_or_expected_to_fail_fails_the_run(tests, test):
    done = run(tests(f"import pytest\n{test}\ndef test_other(): pass\n"))

    assert done.returncode == 1
    assert "a skipped test or an expected failure fails the run" in done.stdout


def test_a_test_that_reaches_for_another_machine_fails(tests):
    done = run(
        tests("import socket\ndef test_it(): socket.create_connection(('192.0.2.1', 80), 1)\n")
    )

    assert done.returncode == 1
    assert "A test tried to reach 192.0.2.1" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "testpaths={folder}"), "2 sqlite, 1 postgresql, 1 without a database"),
        ((), "2 sqlite, 2 postgresql, 1 without a database"),
        (("--all",), "2 sqlite, 2 postgresql, 1 without a database"),
        (("--database", "sqlite"), "2 sqlite, 0 postgresql, 0 without a database"),
        (("--database", "postgresql"), "0 sqlite, 3 postgresql, 0 without a database"),
        (("--all", "-n", "2", "--dist", "worksteal"), "2 sqlite, 2 postgresql, 1 without"),
    ],
    ids=["quick", "named", "all", "one", "the other", "two workers"],
)
def test_a_run_tells_on_which_databases_its_tests_ran(tests, arguments, told):
    folder = tests(SOME)
    done = run(folder, *(argument.format(folder=folder) for argument in arguments))

    assert done.returncode == 0, done.stdout
    assert f"passed: {told}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named", "passed"),
    [((), False, 1), (("--all",), False, 2), ((), True, 2)],
    ids=["quick", "all", "named"],
)
def test_what_is_slow_runs_with_everything_or_where_it_is_named(tests, arguments, named, passed):
    slow = "import pytest\ndef test_it(): pass\n@pytest.mark.slow\ndef test_slow(): pass\n"
    folder = tests(slow)
    testpaths = [] if named else ["-o", f"testpaths={folder}"]

    done = run(folder, *arguments, *testpaths)

    assert f"{passed} passed" in done.stdout


def test_a_failure_on_either_database_fails_the_whole(tests):
    failing = "def test_it(database, database_url): assert database == 'sqlite'\n"

    done = run(tests(f"import pytest\npytestmark = pytest.mark.both\n{failing}"), "--all")

    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
