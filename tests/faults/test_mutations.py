"""The tests are worth what they find: a small wrong change in each area fails a test."""

import os
import re
import subprocess
import sys

import pytest

from tests.faults.mutating import VARIABLE
from tests.faults.mutations import MUTATIONS, ROOT

OPTIONS = ("-p", "tests.faults.mutating", "-p", "no:cacheprovider", "--database=sqlite", "-x")
QUICK = ("-m", "not slow")


@pytest.mark.parametrize("area", MUTATIONS)
def test_what_is_mutated_and_the_test_that_finds_it_are_there(area):
    mutation = MUTATIONS[area]

    compile(mutation.source(), mutation.file, "exec")
    assert f"def {mutation.test}(" in (ROOT / mutation.test_file).read_text("utf-8")


def test_there_are_twelve_and_the_quick_run_finds_ten():
    assert len(MUTATIONS) == 12
    assert sum(not mutation.is_slow for mutation in MUTATIONS.values()) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("area", MUTATIONS)
def test_a_mutation_fails_a_test(area):
    mutation = MUTATIONS[area]
    test = f"{mutation.test_file}::{mutation.test}"
    quick = () if mutation.is_slow else QUICK
    environment = {name: value for name, value in os.environ.items() if "PYTEST_" not in name}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *quick, test],
        cwd=ROOT,
        env={**environment, VARIABLE: area},
        capture_output=True,
        text=True,
        check=False,
    )

    # An error while importing or setting up would prove nothing.
    assert re.search(r"\b1 failed\b", done.stdout), done.stdout[-4000:]
    assert not re.search(r"\b\d+ errors?\b", done.stdout), done.stdout[-4000:]
