"""What would be gained, and what would cross, were the country kept in several databases.

A simulation: replicas that lag, with ways to let people read what they just wrote; and agencies
put on several databases by their size, with what their people share counted across them.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

from intranet.bench.country.groups import GROUPS, PEOPLE_IN_A_GROUP
from intranet.bench.country.plan import Scale

SEED = 11
PEOPLE, REQUESTS = 2_000, 60
"""So many people, each of whom asks so often."""
PAUSE_SECONDS, WRITES = 20.0, 0.08
LAG_SECONDS = 0.02
SLOW_EVERY, SLOW_FOR, SLOW_LAG = 300.0, 10.0, 8.0
"""Every five minutes a replica is ten seconds late by up to eight: a vacuum, a large import."""
AFTER_MY_OWN = 2.0
"""Somebody looks at what they wrote so soon, mostly."""
DATABASES = (2, 4, 8, 16, 32)
TALKS_ACROSS = 0.1
"""One talk in ten is with somebody of another agency."""
ASKED = {"places of one's own": 0.90, "directory, counterparts": 0.05, "shared by all": 0.05}
"""What of a hundred requests is about: rooms and talks, who is who, what the network publishes."""


@dataclass(frozen=True)
class Policy:
    """Who reads from a replica: how long after one's own write nobody does; or who is far enough.

    With `waits_for_mark` a person carries how far the database had come with their last write, and
    a replica that has not come as far passes the question on.
    """

    name: str
    seconds: float = 0
    waits_for_mark: bool = False


POLICIES = (
    Policy("always a replica"),
    Policy("the primary for 1 s after writing", seconds=1),
    Policy("the primary for 10 s after writing", seconds=10),
    Policy("a replica that has my last write", waits_for_mark=True),
)


def replicas() -> Iterator[str]:
    """For each policy how much a replica takes off, and how often somebody misses their own."""
    yield f"  {'reads go to':<36} {'from a replica':>14} {'own writes missed':>18}"
    for policy in POLICIES:
        chance = random.Random(SEED)  # noqa: S311 - the same day for each policy
        reads = away = missed = 0
        for _person in range(PEOPLE):
            now, wrote = chance.uniform(0, SLOW_EVERY), float("-inf")
            for _request in range(REQUESTS):
                if chance.random() < WRITES:
                    wrote = now
                    now += chance.expovariate(1 / AFTER_MY_OWN)
                    continue
                lag = _lag(now, chance)
                has_it = wrote <= now - lag
                to_replica = has_it if policy.waits_for_mark else now - wrote >= policy.seconds
                reads += 1
                away += to_replica
                missed += to_replica and not has_it
                now += chance.expovariate(1 / PAUSE_SECONDS)
        yield f"  {policy.name:<36} {away / reads:>14.1%} {missed / reads:>18.3%}"


def _lag(now: float, chance: random.Random) -> float:
    slow = now % SLOW_EVERY
    if slow < SLOW_FOR:
        return SLOW_LAG * (1 - slow / SLOW_FOR)
    return chance.lognormvariate(0, 1) * LAG_SECONDS


def shards() -> Iterator[str]:
    """By how many databases there are how even they are, and what of everything crosses."""
    sizes = Scale(1, 0, 0).sizes()
    yield (
        f"  {'databases':>9} {'largest':>8} {'groups':>8} {'members':>8} {'talks':>8}"
        f" {'requests':>9} {'people copied':>14}"
    )
    for count in DATABASES:
        chance = random.Random(SEED)  # noqa: S311 - the same groups for each
        home = _spread(sizes, count)
        load = [0] * count
        for agency, size in enumerate(sizes):
            load[home[agency]] += size
        agencies = range(len(sizes))
        crossing = outside = 0
        for _group in range(GROUPS):
            drawn = chance.choices(agencies, weights=sizes, k=PEOPLE_IN_A_GROUP)
            places = [home[agency] for agency in drawn]
            crossing += len(set(places)) > 1
            outside += sum(place != places[0] for place in places)
        talks = TALKS_ACROSS * (1 - sum((part / sum(sizes)) ** 2 for part in load))
        members = outside / (GROUPS * PEOPLE_IN_A_GROUP)
        requests = ASKED["places of one's own"] * talks + ASKED["shared by all"]
        yield (
            f"  {count:>9} {max(load) / sum(load) * count:>7.2f}× {crossing / GROUPS:>8.1%}"
            f" {members:>8.1%} {talks:>8.1%} {requests:>9.1%} {sum(sizes) * (count - 1):>14,}"
        )


def _spread(sizes: list[int], count: int) -> list[int]:
    """On which database each agency is: always the emptiest takes the next largest."""
    load = [(0, place) for place in range(count)]
    home = []
    for size in sizes:  # the largest first
        taken, place = heapq.heappop(load)
        home.append(place)
        heapq.heappush(load, (taken + size, place))
    return home
