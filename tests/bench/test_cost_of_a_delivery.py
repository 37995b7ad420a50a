"""What a delivery costs against the bare loop in the same minute: ratios, never seconds."""

import pytest

from tools.bench.channel import cpu_of_a_delivery
from tools.bench.contenders import bare_loop, on_sqlite

pytestmark = pytest.mark.slow

PEOPLE = 100
SECONDS = 1.5
MOST = 6
"""Times the bare loop; 3 was measured, and 30 before who posts at once was written together."""


def test_a_delivery_costs_no_more_times_the_bare_loop_than_it_did():
    loop = cpu_of_a_delivery(bare_loop(), PEOPLE, SECONDS)
    ours = cpu_of_a_delivery(on_sqlite(), PEOPLE, SECONDS)

    assert ours / loop < MOST, f"{ours * 1e6:.1f} µs against {loop * 1e6:.1f} µs"
