"""What the log says, as the lines are written."""

import json
import logging

import pytest

from intranet.platform.core import logs


@pytest.fixture
def log_lines():
    """Every line of ours, as JSON gives it; read it as it grows."""
    lines = []

    class Reading(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(self.format(record)))

    handler = Reading()
    handler.setFormatter(logs.formatter(logs.JSON))
    ours = logging.getLogger(logs.OURS)
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lines
    ours.removeHandler(handler)
    ours.setLevel(level)
