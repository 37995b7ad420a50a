import pytest

from tools.check import CHECKS, run

LONG = {"mypy", "templates"}
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in CHECKS]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_a_linter_finds_nothing(name):
    result = run(name, repair=False)

    assert result.passed, result.said
