"""A run of the tests tells what it ran, and a test that did not run does not pass."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.databases import SHARED

ROOT = Path(__file__).resolve().parent.parent.parent
SOME = """
import pytest

def test_plain(): pass
def test_with_a_database(database_url, database): assert database in database_url
@pytest.mark.only_on("postgresql", reason="two workers share it")
def test_two_workers(database_url): pass
"""


@pytest.fixture
def tests(tmp_path):
    """Writes a file of tests and gives its folder."""

    def write(content):
        plugins = [f"tests.plugins.{name}" for name in ("databases", "honesty", "isolation")]
        (tmp_path / "conftest.py").write_text(f"pytest_plugins = {plugins}\n")
        (tmp_path / "test_some.py").write_text(content)
        return str(tmp_path)

    return write


def run(script, folder, *arguments):
    command = [sys.executable, *script, folder, *arguments, "-c", "pyproject.toml"]
    command += ["-o", f"cache_dir={folder}/cache"]
    alone = {name: value for name, value in os.environ.items() if name != SHARED}
    return subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)


def run_pytest(folder, *arguments):
    return run(["-m", "pytest"], folder, *arguments)


def run_tests(folder):
    return run(["tools/run_tests.py"], folder)


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
    done = run_pytest(tests(f"import pytest\n{test}\ndef test_other(): pass\n"))

    assert done.returncode == 1
    assert "a skipped test or an expected failure fails the run" in done.stdout


def test_a_test_that_reaches_for_another_machine_fails(tests):
    done = run_pytest(
        tests("import socket\ndef test_it(): socket.create_connection(('192.0.2.1', 80), 1)\n")
    )

    assert done.returncode == 1
    assert "A test tried to reach 192.0.2.1" in done.stdout


def test_more_than_ten_tests_on_one_database_only_are_too_many(tests):
    one = "@pytest.mark.only_on('sqlite', reason='x')\ndef test_{}(database_url): pass\n"
    content = "import pytest\n" + "".join(one.format(number) for number in range(11))

    done = run_pytest(tests(content))

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "11 tests run on one database only, and 10 are the most" in done.stderr


def test_the_counts_say_what_used_a_database(tests, tmp_path):
    folder = tests(SOME)

    run_pytest(folder, "--database", "postgresql", "--counts", str(tmp_path / "counts"))

    counts = json.loads((tmp_path / "counts").read_text())
    assert counts["with"] == {"passed": 2}
    assert counts["without"] == {}
    assert [name.rpartition("::")[2] for name in counts["only_here"]] == ["test_two_workers"]


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [((), 2), (("--database", "sqlite"), 1), (("--database", "postgresql"), 2)],
)
def test_one_run_by_itself_has_what_it_is_asked_for(tests, arguments, passed):
    done = run_pytest(tests(SOME), *arguments)

    assert f"{passed} passed" in done.stdout


def test_both_databases_are_counted_in_the_closing_lines(tests):
    done = run_tests(tests(SOME))

    closing = done.stdout.splitlines()[-5:]
    assert done.returncode == 0
    assert closing[0].split() == ["without", "a", "database", "1", "passed"]
    assert closing[1].split() == ["sqlite", "1", "passed"]
    assert closing[2].split() == ["postgresql", "2", "passed"]
    assert closing[3].strip().endswith("::test_two_workers")
    assert re.fullmatch(r"=+ 4 passed in [\d.]+s =+", closing[4])


def test_each_file_without_a_database_is_run_by_one_of_both(tests, tmp_path):
    folder = tests("def test_one(): pass\ndef test_two(database_url): pass\n")
    for number in range(6):
        (tmp_path / f"test_plain_{number}.py").write_text("def test_it(): pass\n")

    done = run_tests(folder)

    assert done.returncode == 0
    assert re.search(r"without a database +7 passed", done.stdout)
    assert re.search(r"=+ 9 passed in", done.stdout)


def test_a_failure_on_either_database_fails_the_whole(tests):
    failing = "def test_it(database, database_url): assert database == 'sqlite'\n"

    done = run_tests(tests(failing))

    assert done.returncode == 1
    assert re.search(r"=+ 1 failed, 1 passed in", done.stdout)
