"""Decides over a run as Jepsen does: from what was asked, answered, told and is stored.

Acknowledged: stored once, in its place. Refused: never stored. Without an answer: stored once or
not at all. Each reader's screen ends as what is stored, was told each change once and in order,
and had no hole below what it thought it knew. Who may not read was told nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.faults.history import (
    FAIL,
    OK,
    Answered,
    Asked,
    Came,
    Caught,
    History,
    Killed,
    Left,
    Message,
    Noted,
    Restored,
    Row,
    Told,
)

EXPECTED = (429, 503)
SHOWN = 3


@dataclass
class Verdicts:
    """What was found, by its name; a run with none of them is as it should be."""

    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def say(self, verdict: str, what: str) -> None:
        """Put down a finding."""
        self.found[verdict].append(what)

    @property
    def names(self) -> set[str]:
        """Which there are."""
        return set(self.found)

    def __str__(self) -> str:
        """Each with its number and the first few."""
        return "\n".join(
            f"{name} × {len(said)}: " + "; ".join(said[:SHOWN])
            for name, said in sorted(self.found.items())
        )


@dataclass(frozen=True)
class End:
    """How things stand when all is quiet again."""

    rows: list[Row]
    screens: Mapping[str, Mapping[str, Message]] = field(default_factory=dict)
    """By tab of who may still read, messages by id."""
    rest: Mapping[str, list[Message]] = field(default_factory=dict)
    """By person, what REST answers them."""


def judge(history: History, end: End, *, kills: bool = False) -> Verdicts:
    """What is wrong in a run.

    Args:
        kills: the run is void unless a process was ended and another one took its place.
    """
    found = Verdicts()
    for noted in history.of(Noted):
        found.say(noted.verdict, noted.what)
    _is_void(found, history, kills=kills)
    _stored(found, history, end.rows)
    _places(found, history, end.rows)
    _told(found, history, end.rows)
    _screens(found, end)
    _leaks(found, history)
    return found


def _is_void(found: Verdicts, history: History, *, kills: bool) -> None:
    if not any(answer.outcome == OK for answer in history.of(Answered)):
        found.say("VOID", "nothing was acknowledged")
    pids = [(killed.before, killed.after) for killed in history.of(Killed)]
    if kills and not any(before != after for before, after in pids):
        found.say("VOID", "nothing was killed")


def _stored(found: Verdicts, history: History, rows: list[Row]) -> None:
    """Hold what was answered against what is stored."""
    bodies = {asked.client_id: asked.body for asked in history.of(Asked)}
    count = Counter(row.client_id for row in rows)
    by_id = {row.client_id: row.shown for row in rows}
    answers: dict[str, list[Answered]] = defaultdict(list)
    for answer in history.of(Answered):
        answers[answer.client_id].append(answer)
    for client_id, given in answers.items():
        name = bodies.get(client_id, client_id)
        outcomes = {answer.outcome for answer in given}
        if outcomes == {FAIL} and count[client_id]:
            found.say("PHANTOM", f"{name} was refused and is stored")
        if not history.of(Restored):
            if OK in outcomes and not count[client_id]:
                found.say("LOST", f"{name} was acknowledged")
            shown = (by_id.get(client_id), *(answer.message for answer in given))
            places = {_place(one) for one in shown if one}
            if len(places) > 1:
                found.say("CONFLICT", f"{name} was acknowledged as {sorted(places)}")
    _doubles(found, rows)
    for row in rows:
        if row.client_id not in bodies:
            found.say("PHANTOM", f"{row.shown.get('body')} is stored and nobody asked it")
    _refusals(found, history)


def _doubles(found: Verdicts, rows: list[Row]) -> None:
    """Nothing is stored twice, under its own id or under another one."""
    said = Counter(_words(row.shown) for row in rows if row.shown.get("body"))
    for what, times in (Counter(row.client_id for row in rows) + said).items():
        if times > 1:
            found.say("DUPLICATE", f"{what!r} is stored {times} times")


def _refusals(found: Verdicts, history: History) -> None:
    """Who may write is told to wait at most; nobody is told that we do not know."""
    gone = set(history.outsiders)
    for _at, record in history.records:
        if isinstance(record, Left):
            gone.add(record.person)
        if isinstance(record, Answered) and record.outcome != OK and record.status:
            may = history.people[record.tab] not in gone
            if record.status == 500 or (may and record.status not in EXPECTED):
                found.say("REJECTED", f"{record.tab} was answered {record.status}")
        if isinstance(record, Answered) and record.outcome == OK:
            _look_if_late(found, history, gone, record)


def _look_if_late(found: Verdicts, history: History, gone: set[str], answer: Answered) -> None:
    """What was asked before the right ended may be answered after it; the rest is a leak."""
    person = history.people[answer.tab]
    if person not in gone:
        return
    [asked_at] = [
        at
        for at, record in history.records
        if isinstance(record, Asked) and record.client_id == answer.client_id
    ]
    ends = [left.at for left in history.of(Left) if left.person == person]
    if not ends or asked_at > min(ends):
        found.say("LEAK", f"{answer.tab} wrote without a right to")


def _places(found: Verdicts, history: History, rows: list[Row]) -> None:
    """Places follow each other without a hole, none given twice, each tab's in its order."""
    seqs = [row.shown["seq"] for row in rows]
    if seqs != list(range(1, len(rows) + 1)):
        found.say("GAP", f"places as stored: {_breaks(seqs)}")
    if not history.of(Restored):
        holders: dict[int, set[str]] = defaultdict(set)
        for message in _seen(history, rows):
            holders[message["seq"]].add(message["id"])
        for seq, ids in holders.items():
            if len(ids) > 1:
                found.say("SEQ-REUSE", f"place {seq} was of {len(ids)} messages")
    seq_of = {row.client_id: row.shown["seq"] for row in rows}
    last: dict[str, int] = {}
    for asked in history.of(Asked):
        if not (seq := seq_of.get(asked.client_id, 0)):
            continue
        if seq < last.get(asked.tab, 0):
            found.say("FIFO", f"{asked.body} has place {seq}, after {last[asked.tab]}")
        last[asked.tab] = seq


def _seen(history: History, rows: list[Row]) -> Iterable[Message]:
    for _at, record in history.records:
        match record:
            case Answered(message=dict(message)) | Told(message=message):
                yield message
            case Caught(messages=messages):
                yield from messages
    yield from (row.shown for row in rows)


def _told(found: Verdicts, history: History, rows: list[Row]) -> None:
    """Follow each tab through what it was told."""
    ids = {row.shown["id"] for row in rows}
    restored = bool(history.of(Restored))
    by_rev = sorted((row.shown["rev"], row.shown["id"]) for row in rows)
    screens: dict[str, _Screen] = defaultdict(lambda: _Screen(by_rev))
    for _at, record in history.records:
        match record:
            case Came(tab=tab):
                screens[tab].last_told = 0
            case Told(tab=tab, message=message):
                if message["id"] not in ids and not restored:
                    found.say("PHANTOM", f"{tab} was shown {message.get('body')}, not stored")
                if verdict := screens[tab].hear(record):
                    found.say(verdict, f"{tab} was told {record.rev}, see {screens[tab].last_told}")
            case Caught(tab=tab, rev=rev, messages=messages, reset=reset):
                if reset:
                    screens[tab] = _Screen(by_rev, last_told=screens[tab].last_told)
                screens[tab].take(messages, rev)
    for tab, screen in screens.items():
        for what in () if restored else screen.holes:
            found.say("GAP", f"{tab} {what}")


@dataclass
class _Screen:
    """What a tab holds, as the judge reckons it."""

    by_rev: list[tuple[int, str]]
    rev: int = 0
    last_told: int = 0
    ids: set[str] = field(default_factory=set)
    looked_at: int = 0
    holes: list[str] = field(default_factory=list)

    def hear(self, told: Told) -> str:
        """Take in what was pushed; a verdict if it came twice, or after what is newer."""
        verdict = ""
        if told.rev <= self.last_told:
            verdict = "DUPLICATE" if told.rev == self.last_told else "ORDER"
        self.last_told = max(told.rev, self.last_told)
        if told.rev == self.rev + 1:
            self.take([told.message], told.rev)
        return verdict

    def take(self, messages: list[Message], rev: int) -> None:
        """Take in messages, and see that nothing lacks up to a revision."""
        self.ids.update(message["id"] for message in messages)
        self.rev = max(self.rev, rev)
        while self.looked_at < len(self.by_rev) and self.by_rev[self.looked_at][0] <= self.rev:
            revision, message_id = self.by_rev[self.looked_at]
            if message_id not in self.ids:
                self.holes.append(f"thought it knew up to {self.rev} and lacked {revision}")
            self.looked_at += 1


def _screens(found: Verdicts, end: End) -> None:
    """At the end screens, REST and the database say the same."""
    stored = [row.shown for row in end.rows]
    for tab, known in end.screens.items():
        shown = sorted(known.values(), key=lambda message: (message["seq"], message["id"]))
        _compare(found, f"the screen of {tab}", shown, stored)
    for person, items in end.rest.items():
        _compare(found, f"REST to {person}", items, stored)


def _compare(found: Verdicts, whose: str, shown: list[Message], stored: list[Message]) -> None:
    there = {message["id"] for message in shown}
    for message in stored:
        if message["id"] not in there:
            found.say("GAP", f"{whose} lacks place {message['seq']}")
    kept = {message["id"]: message for message in stored}
    for message in shown:
        if message["id"] not in kept:
            found.say("PHANTOM", f"{whose} shows {message.get('body')}, not stored")
        elif message != kept[message["id"]]:
            found.say("CONFLICT", f"{whose} shows place {message['seq']} otherwise than stored")


def _leaks(found: Verdicts, history: History) -> None:
    """Outsiders are told nothing; who left nothing that happened, or was asked for, after that."""
    left: dict[str, Left] = {one.person: one for one in history.of(Left)}
    for _at, record in history.records:
        match record:
            case Told(tab=tab, rev=newest):
                how, asked_at = "told", 0.0
            case Caught(tab=tab, messages=messages) if messages:
                how, asked_at = "answered", record.asked_at
                newest = max(message["rev"] for message in messages)
            case _:
                continue
        person = history.people[tab]
        if person in history.outsiders:
            found.say("LEAK", f"{tab}, an outsider, was {how} {newest}")
        elif (end := left.get(person)) and (newest > end.rev or asked_at > end.at):
            found.say("LEAK", f"{tab} was {how} {newest}, having left at {end.rev}")


def _place(message: Any) -> tuple[int, str]:
    return message["seq"], message["id"]


def _words(message: Message) -> str:
    return str(message.get("body", "")).split(" ·", 1)[0]


def _breaks(seqs: list[int]) -> str:
    odd = [f"{one}→{two}" for one, two in pairwise(seqs) if two != one + 1]
    return ", ".join(odd[:SHOWN]) or f"from {seqs[0]}"
