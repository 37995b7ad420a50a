"""How long finding takes as the network grows: the directory as one types, counterparts, search."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask

from intranet.bench.chat import percentile
from intranet.bench.pages import MILLI, Reader
from intranet.core.memory import settle
from intranet.people import allowance

FOUND = 200
WITHOUT_END = 10**12
AS_ONE_TYPES = (
    *("m", "ma", "mar", "mari", "maria", "maria g", "maria garcia", "María García Núñez"),
    *("garzia", "gonzlez", "lopez jose", "a. castro", "m.j. perez", "garcia-peñas", "obrien"),
    *("administrativo", "jefe", "tecnico de gestion", "licencias", "secretaria", "urbanismo"),
    *("contratación", "kontratazioa", "payroll", "padrón", "ayuntamiento", "oficina", "a", "x"),
    *("secretaria galdakao", "arquitecta técnica", "policia local jefe", "zzzzzz", "de la", ""),
)
FILTERS: Sequence[Mapping[str, str]] = (
    {},
    {"group": "person"},
    {"kind": "municipality", "level": "2"},
    {"territory": "ES-GA", "function": "SEC"},
    {"group": "person", "order": "name"},
)
QUESTIONS = (
    *(
        "contratación",
        "who runs payroll in small towns",
        "padrón de habitantes",
        "licencias de obra",
    ),
    *("ulertzen ez dudan IFZ tramitea", "secretari municipal", "arquitecto", "contratacio publica"),
)


@dataclass(frozen=True)
class Times:
    """How long one kind of question took, in seconds, each time.

    `worked` is what this process worked for it: on a machine that does other things as well it is
    nearer to the truth, but has no part of PostgreSQL.
    """

    name: str
    seconds: Sequence[float]
    worked: Sequence[float]
    slowest: str

    @property
    def p50(self) -> float:
        """Half of them took less."""
        return percentile(self.seconds, 0.5) * MILLI

    @property
    def p95(self) -> float:
        """One in twenty took longer."""
        return percentile(self.seconds, 0.95) * MILLI

    def line(self, before: "Times | None") -> str:
        """The figures, and by how much they grew."""
        growth = f" · × {self.p95 / before.p95:.2f}" if before else ""
        worked = percentile(self.worked, 0.95) * MILLI
        return (
            f"  {self.name:<24} p50 {self.p50:7.1f} ms   p95 {self.p95:7.1f} ms"
            f" (worked {worked:.1f}){growth}   slowest {self.slowest}"
        )


def measure(app: Flask, who: Reader, *, rounds: int) -> list[Times]:
    """Ask everything so many times, through the doors that people use."""
    settle()
    allowance.PEOPLE_PER_HOUR = WITHOUT_END
    asked = {
        "directory, as one types": [("/directory", {"q": words}) for words in AS_ONE_TYPES],
        "directory, filtered": [
            ("/directory", {"q": words, **chosen})
            for words in AS_ONE_TYPES[::4]
            for chosen in FILTERS
        ],
        "switcher": [("/switcher", {"q": words}) for words in AS_ONE_TYPES],
        "search": [("/search", {"q": words}) for words in AS_ONE_TYPES[4:]],
        "counterparts": [("/counterparts", {"q": words}) for words in QUESTIONS],
    }
    known = {rule.rule for rule in app.url_map.iter_rules()}
    return [
        _timed(app, who, name, [each for each in addresses if each[0] in known], rounds)
        for name, addresses in asked.items()
        if addresses[0][0] in known
    ]


def _timed(
    app: Flask,
    who: Reader,
    name: str,
    addresses: Sequence[tuple[str, Mapping[str, str]]],
    rounds: int,
) -> Times:
    client = app.test_client()
    client.set_cookie(*who.cookie)
    taken: list[tuple[float, float, str]] = []
    for number in range(rounds + 1):
        for address, query in addresses:
            began, before = time.perf_counter(), time.thread_time()
            answer = client.get(address, query_string=query, headers={"HX-Request": "true"})
            if number:  # the first round fills caches
                worked = time.thread_time() - before
                taken.append((time.perf_counter() - began, worked, " ".join(query.values())))
            if answer.status_code != FOUND:
                raise RuntimeError(f"{address} {query}: {answer.status_code}")
    return Times(
        name,
        [seconds for seconds, _worked, _words in taken],
        [worked for _seconds, worked, _words in taken],
        max(taken)[2] or "(nothing)",
    )
