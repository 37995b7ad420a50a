import pytest

from tools.check import CHECKS, run


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", CHECKS)
def test_a_linter_finds_nothing(name):
    result = run(name, repair=False)

    assert result.passed, result.said
