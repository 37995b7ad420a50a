"""The other side of the matrix: the doors open for those whose they are.

Without this, a wrong address would pass for a hidden one. In a module of its own: what is done
here changes the house.
"""

import pytest

from tests.security.doors import DOORS
from tests.security.doors_mine import ASKS_THE_DIRECTORY
from tests.security.knocking import BEHIND_ALL_OTHERS, INSIDERS, doors_of, knock, told
from tests.security.world import build

pytestmark = pytest.mark.slow

OF_WHO_ADMINISTERS = {"admin.index", "admin.imports", "admin.import_template", "admin.send_import"}
"""Pages of one's own that only those have who administer an agency."""

SIGNS_OUT = "announcement_screen.hand_over"
"""It ends the sign-in by which the others are knocked at; see tests/announcements."""

REPLACES_A_FILE = "own_data.ask"
"""It deletes the file that other doors lead to."""


@pytest.mark.both
def test_the_same_doors_open_for_whom_they_are(app, cast):
    world = build(app, cast)
    shut = []
    for rule, method in sorted(doors_of(app), key=gently):
        door = DOORS.get(rule.endpoint)
        if door is None or rule.endpoint in {BEHIND_ALL_OTHERS, SIGNS_OUT, *OF_WHO_ADMINISTERS}:
            continue
        if rule.endpoint == "forwards.origin":
            continue  # of a message that is no forward: messages/test_forwarding.py
        if rule.endpoint == "profile.take_back":
            assert (
                told(knock(world.clients["stranger"], rule, method, door, world.ids), world)[0]
                == 404
            )
        answer = knock(world.clients[INSIDERS[door.kind]], rule, method, door, world.ids)
        if rule.endpoint in ASKS_THE_DIRECTORY:
            assert answer.status_code == 503, "the directory of the world is not there"
        elif answer.status_code in {401, 404, 405} or answer.status_code >= 500:
            shut.append((rule.endpoint, method, answer.status_code))
    assert shut == []


def gently(place):
    """Reading first, then writing, then what takes something away for good."""
    rule, method = place
    ends = (
        "end",
        "delete",
        "decline",
        "close",
        "withdraw",
        "discard",
        "remove",
        "drop",
        "revoke",
        "forget",
    )
    name = rule.endpoint.split(".")[-1]
    return (
        rule.endpoint == REPLACES_A_FILE,
        method != "GET",
        method == "DELETE" or name.startswith(ends),
        "unit" in name,
        "other" in name,
        rule.endpoint,
    )
