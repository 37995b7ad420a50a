"""The sites that faults happen to: started once, each as people start it or able to go wrong."""

from contextlib import ExitStack

import pytest

from tests.faults.house import House


@pytest.fixture(scope="session")
def faulty_house(database):
    """Both sites on the run's database, each started when it is first asked for."""
    with ExitStack() as stack:
        yield House(database, stack)
