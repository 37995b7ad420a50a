"""So often at first, and then so often in each second."""

from types import SimpleNamespace

from intranet.platform.core.rate_limits import Buckets


def test_everybody_has_so_many_at_first_and_is_told_how_long_to_wait(monkeypatch):
    now = [100.0]
    ours = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("intranet.platform.core.rate_limits.time", ours)
    buckets = Buckets(at_first=3, a_second=0.5)

    assert [buckets.take("ana") for _ in range(4)] == [0, 0, 0, 2.0]
    assert buckets.take("bieito") == 0
    now[0] += 2
    assert [buckets.take("ana") for _ in range(2)] == [0, 2.0]
    now[0] += 3600
    assert [buckets.take("ana") for _ in range(4)] == [0, 0, 0, 2.0]


def test_only_those_who_came_last_are_remembered():
    buckets = Buckets(at_first=1, a_second=0.1, most=2)
    for who in ("ana", "bieito", "carles"):
        buckets.take(who)

    assert buckets.take("ana") == 0
