"""Fixtures that tests of the core share."""

import pytest

from intranet.platform.core import outbox
from intranet.platform.core.outbox import handler


@pytest.fixture
def done(app_context):
    """The numbers of the rows that were done; a row that says so fails."""
    there = []

    @handler("tests.do")
    def do(payload):
        there.append(payload["number"])
        if payload.get("fails"):
            raise ValueError("secret words")

    yield there
    outbox._kinds.pop("tests.do")
