"""A simulation of the country on read replicas and on several databases.

Replicas lag, so each policy for reading one's own writes is compared. Agencies are spread over
databases by size, and what their people share across databases is counted.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

from intranet.platform.core.replica import WAIT_SECONDS
from tools.bench.country.groups import GROUP_COUNT, PEOPLE_IN_A_GROUP
from tools.bench.country.plan import Scale

SEED = 11
PEOPLE, REQUESTS_EACH = 2_000, 60
"""The simulated people, and the requests of each."""
PAUSE_SECONDS, WRITE_SHARE = 20.0, 0.08
LAG_SECONDS = 0.02
SLOW_EVERY_SECONDS, SLOW_FOR_SECONDS, SLOW_LAG_SECONDS = 300.0, 10.0, 8.0
"""Every five minutes a vacuum or large import slows a replica: up to 8 s late for 10 s."""
READ_BACK_SECONDS = 2.0
"""The mean time until people open what they wrote."""
DATABASE_COUNTS = (2, 4, 8, 16, 32)
ACROSS_SHARE = 0.1
"""The share of direct conversations with a person of another agency."""
REQUEST_SHARES = {
    "places of one's own": 0.90,
    "directory, counterparts": 0.05,
    "shared by all": 0.05,
}
"""The share of requests for each area: conversations, the directory, network publications."""


@dataclass(frozen=True)
class Policy:
    """A rule for reading from a replica: not until `seconds` after the person's last write.

    With `has_mark` the session keeps the log position of the person's last write, and a replica
    that has not reached it passes the query to the primary. With `waits_seconds` it passes on what
    it cannot answer with all that was committed when it was asked, having waited so long.
    """

    name: str
    seconds: float = 0
    has_mark: bool = False
    waits_seconds: float = 0


POLICIES = (
    Policy("always a replica"),
    Policy("the primary for 1 s after writing", seconds=1),
    Policy("the primary for 10 s after writing", seconds=10),
    Policy("a replica that has my last write", has_mark=True),
    Policy("a replica that has all, waited for", waits_seconds=WAIT_SECONDS),
)


def replicas() -> Iterator[str]:
    """Yield a table: for each policy, the share of reads on a replica and of own writes missed."""
    yield (
        f"  {'reads go to':<36} {'from a replica':>14} {'own writes missed':>18}"
        f" {'state is old, p99':>18} {'waited, mean':>13}"
    )
    for policy in POLICIES:
        chance = random.Random(SEED)  # noqa: S311 - the same day for each policy
        reads = missed = 0
        ages, waited = [], 0.0
        for _person in range(PEOPLE):
            now, wrote = chance.uniform(0, SLOW_EVERY_SECONDS), float("-inf")
            for _request in range(REQUESTS_EACH):
                if chance.random() < WRITE_SHARE:
                    wrote = now
                    now += chance.expovariate(1 / READ_BACK_SECONDS)
                    continue
                lag = _lag(now, chance)
                age = 0 if policy.waits_seconds else lag
                waited += min(lag, policy.waits_seconds)
                has_it = wrote <= now - age
                to_replica = _may_answer(policy, now - wrote, lag)
                reads += 1
                missed += to_replica and not has_it
                if to_replica:
                    ages.append(age)
                now += chance.expovariate(1 / PAUSE_SECONDS)
        yield (
            f"  {policy.name:<36} {len(ages) / reads:>14.1%} {missed / reads:>18.3%}"
            f" {sorted(ages)[len(ages) * 99 // 100]:>16.2f} s {waited / reads * 1000:>10.0f} ms"
        )


def _may_answer(policy: Policy, since_write: float, lag: float) -> bool:
    if policy.waits_seconds:
        return lag <= policy.waits_seconds
    return since_write >= lag if policy.has_mark else since_write >= policy.seconds


def _lag(now: float, chance: random.Random) -> float:
    slow = now % SLOW_EVERY_SECONDS
    if slow < SLOW_FOR_SECONDS:
        return SLOW_LAG_SECONDS * (1 - slow / SLOW_FOR_SECONDS)
    return chance.lognormvariate(0, 1) * LAG_SECONDS


def shards() -> Iterator[str]:
    """Yield a table: for each number of databases, their balance and the traffic between them."""
    sizes = Scale(1, 0, 0).sizes()
    yield (
        f"  {'databases':>9} {'largest':>8} {'groups':>8} {'members':>8} {'talks':>8}"
        f" {'requests':>9} {'people copied':>14}"
    )
    for count in DATABASE_COUNTS:
        chance = random.Random(SEED)  # noqa: S311 - the same groups for each
        home = _spread(sizes, count)
        load = [0] * count
        for agency, size in enumerate(sizes):
            load[home[agency]] += size
        agencies = range(len(sizes))
        crossing = outside = 0
        for _group in range(GROUP_COUNT):
            drawn = chance.choices(agencies, weights=sizes, k=PEOPLE_IN_A_GROUP)
            places = [home[agency] for agency in drawn]
            crossing += len(set(places)) > 1
            outside += sum(place != places[0] for place in places)
        talks = ACROSS_SHARE * (1 - sum((part / sum(sizes)) ** 2 for part in load))
        members = outside / (GROUP_COUNT * PEOPLE_IN_A_GROUP)
        requests = REQUEST_SHARES["places of one's own"] * talks + REQUEST_SHARES["shared by all"]
        yield (
            f"  {count:>9} {max(load) / sum(load) * count:>7.2f}× {crossing / GROUP_COUNT:>8.1%}"
            f" {members:>8.1%} {talks:>8.1%} {requests:>9.1%} {sum(sizes) * (count - 1):>14,}"
        )


def _spread(sizes: list[int], count: int) -> list[int]:
    """Return the database of each agency, assigning the largest first to the emptiest database."""
    load = [(0, place) for place in range(count)]
    home = []
    for size in sizes:  # the largest first
        taken, place = heapq.heappop(load)
        home.append(place)
        heapq.heappush(load, (taken + size, place))
    return home
