"""The runner is worth what it finds: the product broken on purpose, each way found by its name."""

import pytest

from tests.faults.breakages import BREAKAGES
from tests.faults.cases import FAULTS
from tests.faults.run import running
from tests.faults.switches import turn_on

pytestmark = pytest.mark.slow


@pytest.mark.only_on("sqlite", reason="two workers are tried by the command")
@pytest.mark.parametrize("name", BREAKAGES)
def test_a_product_that_is_broken_is_found(faulty_house, name):
    site = faulty_house.site(switched=True)
    fault = FAULTS[BREAKAGES[name].fault]
    turn_on(site.switch, name)
    try:
        with running(site, name) as run:
            verdicts = run.through(fault.act, kills=fault.kills)
    finally:
        turn_on(site.switch)

    assert BREAKAGES[name].verdict in verdicts.names, str(verdicts)
