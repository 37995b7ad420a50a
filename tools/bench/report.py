"""The report of the channel benchmark: a line for each contender and for each target."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.bench.channel import ChannelFigures
from tools.bench.chat import FEW_AUTHORS
from tools.bench.contenders import LOOP, SOCKET_IO, STOCK_GEVENT, STOCK_THREADS

MILLI = 1_000
MICRO = 1_000_000
KIB = 1_024
RATIOS_OF_FEW = {200: 1.2, 1_000: 0.6}
"""The most times that a delivery of ours may cost one of `SOCKET_IO`, by people, if few write."""
MILLISECONDS_OF_A_MESSAGE = 1.5
RATIOS = {LOOP: 1.6, SOCKET_IO: 0.7, STOCK_GEVENT: 0.5, STOCK_THREADS: 0.1}
HEAD = (
    f"{'people':>6} {'server':<31}{'CPU µs':>7}{'of few':>7}{'beside':>7}{'/s':>9}"
    f"{'acked':>7}{'told':>7}{'KiB':>6}  lost doubled disordered refused"
)


def legend() -> str:
    """Explain the columns, and say how busy the machine is: load distorts times, not ratios."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return (
        f"CPU of the server for each delivery at peak, the same where {FEW_AUTHORS} people write,\n"
        "of PostgreSQL and Redis beside it, deliveries per second; p95 in ms at 20 messages a\n"
        "second until acknowledged and until told; memory of an idle socket.\n"
        f"Before it began, {busy:.1f} processes wanted each processor."
    )


def line(figures: ChannelFigures) -> str:
    """Return the lines of one contender at one size."""
    faults = "  ".join(f"{count:>4}" for count in (*figures.faults.values(), figures.refused))
    first = (
        f"{figures.people:>6} {figures.name:<31}{figures.cpu * MICRO:>7.1f}"
        f"{figures.cpu_of_few * MICRO:>7.1f}"
        f"{figures.beside * MICRO:>7.1f}{figures.per_second:>9,.0f}{figures.answered * MILLI:>7.1f}"
        f"{figures.delivered * MILLI:>7.1f}{figures.socket_bytes / KIB:>6.0f}  {faults}"
    )
    lines = [first]
    lines += [
        f"         {one.people} stopped reading: the others' p95 × {one.times:.2f}, "
        f"{one.more_bytes / KIB:,.0f} KiB more; {one.whole} whole, {one.cut_off} cut off, "
        f"{one.broken} broken, {one.stuck} stuck"
        for one in figures.stalled
    ]
    if back := figures.returned:
        lines.append(
            f"         {back.people} came back {back.since_end:.1f} s after the end, "
            f"{back.since_first:.1f} s after the first of them ({back.behind} behind); "
            f"meanwhile {back.posts} posts, acked p95 {back.answered * MILLI:.0f} ms, "
            f"{back.refused} refused"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class BenchVerdict:
    """A target and the measured figure."""

    what: str
    measured: float
    most: float

    @property
    def is_held(self) -> bool:
        """Whether the target is met."""
        return self.measured <= self.most

    def __str__(self) -> str:
        """Return the line of the report."""
        word = "held  " if self.is_held else "MISSED"
        return f"{word} {self.what}: {self.measured:.2f}, at most {self.most:g}"


def verdicts(figures: Sequence[ChannelFigures]) -> list[BenchVerdict]:
    """Compare our figures with the targets, as far as the contenders were measured."""
    ours = [one for one in figures if one.is_ours]
    return [
        *(verdict for one in ours for verdict in _against_peers(one, figures)),
        *(verdict for one in ours for verdict in _by_itself(one)),
        *_flatness(ours),
        *_messages(ours),
        *_workers(ours),
    ]


def _against_peers(
    one: ChannelFigures, figures: Iterable[ChannelFigures]
) -> Iterable[BenchVerdict]:
    if "2 ×" in one.name:
        return
    for peer in figures:
        if peer.people == one.people and not peer.is_ours:
            most = next(most for name, most in RATIOS.items() if peer.name.startswith(name))
            what = f"CPU of {one.name}, {one.people} people, × {peer.name}"
            yield BenchVerdict(what, one.cpu / peer.cpu, most)
            most_of_few = RATIOS_OF_FEW.get(one.people)
            if most_of_few and peer.name.startswith(SOCKET_IO):
                what = f"{what}, {FEW_AUTHORS} people write"
                yield BenchVerdict(what, one.cpu_of_few / peer.cpu_of_few, most_of_few)


def _by_itself(one: ChannelFigures) -> Iterable[BenchVerdict]:
    where = f"{one.name}, {one.people} people"
    yield BenchVerdict(f"acknowledged p95 in ms, {where}", one.answered * MILLI, 10)
    yield BenchVerdict(f"told p95 in ms, {where}", one.delivered * MILLI, 50)
    yield BenchVerdict(f"lost, doubled or disordered, {where}", sum(one.faults.values()), 0)
    if "gevent" in one.name:
        yield BenchVerdict(f"KiB of an idle socket, {where}", one.socket_bytes / KIB, 55)
    for stalled in one.stalled:
        what = f"{stalled.people} stopped reading, {where}"
        yield BenchVerdict(f"the others' p95 while {what}", stalled.times, 1.2)
        yield BenchVerdict(f"broken or stuck while {what}", stalled.broken + stalled.stuck, 0)
    if back := one.returned:
        yield BenchVerdict(f"seconds until all were back, {where}", back.since_end, 30)
        yield BenchVerdict(f"behind or refused meanwhile, {where}", back.behind + back.refused, 0)


def _flatness(ours: Sequence[ChannelFigures]) -> Iterable[BenchVerdict]:
    for name in dict.fromkeys(one.name for one in ours):
        cpu = {one.people: one.cpu for one in ours if one.name == name}
        fewest, most = min(cpu), max(cpu)
        if fewest < most:
            what = f"CPU of {name}, {most} people × {fewest} people"
            yield BenchVerdict(what, cpu[most] / cpu[fewest], 1.25)


def _messages(ours: Sequence[ChannelFigures]) -> Iterable[BenchVerdict]:
    """Reckon what a message costs whoever hears it, from rooms of two sizes."""
    for name in dict.fromkeys(one.name for one in ours if "PostgreSQL, gevent" in one.name):
        cost = {one.people: one.cpu_of_few * one.people for one in ours if one.name == name}
        fewest, most = min(cost), max(cost)
        if fewest < most:
            further = (cost[most] - cost[fewest]) / (most - fewest)
            itself = (cost[fewest] - further * fewest) * MILLI
            what = f"ms of CPU of a message itself, {name}, {FEW_AUTHORS} people write"
            yield BenchVerdict(what, itself, MILLISECONDS_OF_A_MESSAGE)


def _workers(ours: Sequence[ChannelFigures]) -> Iterable[BenchVerdict]:
    for two in ours:
        for one in ours:
            alone = one.name == "PostgreSQL, gevent" and one.people == two.people
            if alone and "2 ×" in two.name:
                what = f"CPU of two workers × one, {two.people} people"
                yield BenchVerdict(what, two.cpu / one.cpu, 2)
