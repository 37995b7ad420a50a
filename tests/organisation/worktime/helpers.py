"""Short ways to working time."""

from datetime import time
from typing import Any

from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.worktime.operations import set_working_time


def let_loosen(cast: Any) -> None:
    """Agencies with the usual hours, whose people may choose others."""
    hours = {day: (time(8), time(15)) for day in WEEKDAYS[:5]}
    for agency in (cast.monteclaro, cast.vilaverde, cast.outeiro, cast.altamar):
        set_working_time(None, agency, hours, is_quiet_outside=True, lets_loosen=True, version=None)
