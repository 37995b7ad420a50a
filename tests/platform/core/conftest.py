"""Fixtures that tests of the core share."""

import pytest

from intranet.platform.core import outbox
from intranet.platform.core.outbox import does


@pytest.fixture
def done(house):
    """The numbers of the rows that were done; a row that says so fails."""
    there = []

    @does("tests.do")
    def do(payload):
        there.append(payload["number"])
        if payload.get("fails"):
            raise ValueError("secret words")

    yield there
    outbox._kinds.pop("tests.do")
