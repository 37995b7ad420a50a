"""The judge itself: made-up runs that went wrong, each named as what it is; and good ones."""

import pytest

from tests.faults.history import (
    FAIL,
    INFO,
    OK,
    Answered,
    Asked,
    Came,
    Caught,
    History,
    Killed,
    Left,
    Noted,
    Restored,
    Row,
    Told,
)
from tests.faults.judge import End, judge


def message(seq, rev=None, **more):
    """A message as shown, its ids made from its place."""
    shown = {"id": f"m{seq}", "seq": seq, "rev": rev or seq, "client_id": f"c{seq}"}
    return {**shown, "body": f"ana/1 {seq}", "deleted": False, **more}


def rows(*messages):
    return [Row(shown["client_id"], shown) for shown in messages]


def told(tab, shown, rev=None):
    return Told(tab, "message:posted", rev or shown["rev"], shown)


def history(*records):
    """A run of three tabs: Ana's, Carles' who reads, and that of an outsider."""
    made = History(people={"ana/1": "ana", "carles/1": "carles", "bieito/1": "bieito"})
    made.outsiders.add("bieito")
    for at, record in enumerate(records):
        made.note(record, float(at))
    return made


ONE, TWO, THREE = message(1), message(2), message(3)
GOOD = (
    Came("carles/1"),
    *(Asked("ana/1", f"c{seq}", f"ana/1 {seq}") for seq in (1, 2)),
    Answered("ana/1", "c1", OK, ONE),
    Answered("ana/1", "c2", INFO),
    Answered("ana/1", "c2", OK, TWO),
    told("carles/1", ONE),
    told("carles/1", TWO),
)

LATE = (Asked("ana/1", "c3", "x"), Answered("ana/1", "c3", OK, THREE))


def judged(*more, stored=(ONE, TWO), screens=None, rest=None, kills=False, good=GOOD):
    end = End(rows(*stored), screens or {}, rest or {})
    return judge(history(*good, *more), end, kills=kills).names


def test_a_good_run_is_found_good():
    screen = {"m1": ONE, "m2": TWO}
    names = judged(
        Killed(10, 11), screens={"carles/1": screen}, rest={"carles": [ONE, TWO]}, kills=True
    )

    assert names == set()


def test_what_was_never_answered_may_be_stored_or_not():
    unsure = (Asked("ana/1", "c3", "ana/1 3"), Answered("ana/1", "c3", INFO, status=503))

    assert judged(*unsure) == set()
    assert judged(*unsure, stored=(ONE, TWO, THREE)) == set()


@pytest.mark.parametrize(
    ("verdict", "records", "stored"),
    [
        ("LOST", (), (ONE,)),
        ("PHANTOM", (Asked("ana/1", "c3", "x"), Answered("ana/1", "c3", FAIL, status=429)), (3,)),
        ("PHANTOM", (), (3,)),
        ("PHANTOM", (told("carles/1", THREE),), ()),
        ("DUPLICATE", (), (message(3, client_id="c2"),)),
        ("DUPLICATE", (Asked("ana/1", "c3", "x"),), (message(3, body="ana/1 2"),)),
        ("DUPLICATE", (told("carles/1", TWO),), ()),
        ("ORDER", (told("carles/1", ONE),), ()),
        ("GAP", (Asked("ana/1", "c4", "x"),), (message(4),)),
        ("GAP", (Asked("ana/1", "c3", "x"), Caught("carles/1", 9, 3, [])), (3,)),
        ("FIFO", (Asked("ana/1", "c0", "x"),), (message(3, client_id="c0"), "swapped")),
        ("SEQ-REUSE", (Answered("ana/1", "c9", INFO, message(2, id="m9")),), ()),
        ("CONFLICT", (Answered("ana/1", "c2", OK, message(3, id="m2")),), ()),
        ("REJECTED", (Answered("ana/1", "c9", FAIL, status=403),), ()),
        ("REJECTED", (Answered("ana/1", "c9", INFO, status=500),), ()),
        ("LEAK", (told("bieito/1", TWO),), ()),
        ("LEAK", (Caught("bieito/1", 9, 2, [ONE]),), ()),
        ("LEAK", (Left("carles", 7.5, 2), told("carles/1", message(2), rev=3)), ()),
        ("LEAK", (Left("carles", 7.5, 2), Caught("carles/1", 8, 2, [TWO])), ()),
        ("LEAK", (Left("ana", 7.5, 2), *LATE), (3,)),
        ("MISSED", (Noted("MISSED", "as the fault saw"),), ()),
    ],
)
def test_a_bad_run_is_found_by_its_name(verdict, records, stored):
    wanted = [ONE, TWO]
    if stored == (ONE,):
        wanted = [ONE]
    elif "swapped" in stored:
        wanted = [ONE, message(2, client_id="c0", id="m3"), message(3, client_id="c2", id="m2")]
    else:
        wanted += [THREE if one == 3 else one for one in stored]

    assert verdict in judged(*records, stored=wanted)


@pytest.mark.parametrize(
    ("verdict", "screen", "rest"),
    [
        ("GAP", {"m1": ONE}, [ONE, TWO]),
        ("GAP", {"m1": ONE, "m2": TWO}, [ONE]),
        ("CONFLICT", {"m1": ONE, "m2": message(2, body="otherwise")}, [ONE, TWO]),
        ("CONFLICT", {"m1": ONE, "m2": TWO}, [ONE, message(2, deleted=True)]),
        ("PHANTOM", {"m1": ONE, "m2": TWO, "m3": THREE}, [ONE, TWO]),
    ],
)
def test_screens_and_rest_have_to_say_what_is_stored(verdict, screen, rest):
    assert judged(screens={"carles/1": screen}, rest={"carles": rest}) == {verdict}


def test_a_run_without_an_acknowledgement_or_without_its_kill_proves_nothing():
    assert judged(stored=(), good=()) == {"VOID"}
    assert judged(kills=True) == {"VOID"}
    assert judged(Killed(10, 10), kills=True) == {"VOID"}


def test_what_an_older_copy_does_not_hold_is_not_lost():
    screen = {"m1": ONE}
    records = (
        Restored(),
        Caught("carles/1", 9, 0, [], reset=True),
        Caught("carles/1", 9, 1, [ONE]),
    )

    assert judged(*records, stored=(ONE,), screens={"carles/1": screen}) == set()
    assert judged(*records, stored=(ONE,), screens={"carles/1": {}}) == {"GAP"}
