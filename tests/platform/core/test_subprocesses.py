"""What strangers sent is opened by processes with limits, which know no secret."""

import json
import subprocess
import sys
import tempfile
import time

import pytest

from intranet.platform.core.subprocesses import (
    EXIT_TOO_MUCH,
    ROOT,
    NotStartedError,
    TookTooLongError,
    run_apart,
)

PROGRAM = "tests.platform.core.says_environment"


def run(what, seconds=20.0):
    with tempfile.TemporaryFile() as said:
        code = run_apart(PROGRAM, what, within_seconds=seconds, said=said)
        said.seek(0)
        return code, said.read()


def test_it_knows_no_setting(monkeypatch):
    monkeypatch.setenv("INTRANET_SECRET_KEY", "a key that nobody else may know")

    code, said = run("say")

    assert code == 0
    names = json.loads(said)
    assert "PATH" in names
    assert not [name for name in names if name.startswith("INTRANET_")]


def test_it_has_no_more_memory_than_it_is_given():
    code, said = run("fill")

    assert code == EXIT_TOO_MUCH
    assert said == b""


def test_it_is_ended_when_its_time_is_over():
    began = time.monotonic()
    with pytest.raises(TookTooLongError):
        run("work", seconds=0.5)

    assert time.monotonic() - began < 5


def test_one_that_breaks_off_blames_nothing_that_it_was_given():
    """Such as one that cannot begin: Python ends with the same code for all of them."""
    with pytest.raises(NotStartedError, match="exit code 1"):
        run("break")


def test_it_lives_with_limits_that_are_lower_than_its_own():
    """As where whoever starts the site has set some."""
    command = f"ulimit -S -f 512; ulimit -H -f 512; exec {sys.executable} -m {PROGRAM} say"

    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr
