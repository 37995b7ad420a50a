"""Node runs the tests of the models of the front end; each file of tests is one here."""

import subprocess
from pathlib import Path

import pytest

from tools.programs import node

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.rglob("*.test.js"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_a_model_does_what_its_tests_say(file):
    command = [node(), "--test-reporter=spec", str(file)]  # `--test` would start another for it

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_models_to_test():
    assert FILES
