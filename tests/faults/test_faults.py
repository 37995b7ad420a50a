"""Acknowledged means stored, once and in order, for those who may read it, whatever goes wrong.

Each fault of the list once or so at a moment of chance; `python -m tests.faults` does it at length,
and with two workers on PostgreSQL.
"""

import random

import pytest

from tests.faults.cases import FAULTS
from tests.faults.run import running
from tests.faults.switches import turn_on

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            fault,
            id=fault.name,
            marks=pytest.mark.only_on("sqlite", reason="two workers are tried by the command"),
        )
        for fault in FAULTS.values()
        if fault.only != "postgresql"
    ],
)
def test_nothing_acknowledged_is_lost_doubled_or_seen_by_others(faulty_house, fault):
    site = fault.site(faulty_house)
    turn_on(site.switch)
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    with running(site, seed) as run:
        verdicts = run.through(fault.act, kills=fault.kills)

    assert not verdicts.names, str(verdicts)
