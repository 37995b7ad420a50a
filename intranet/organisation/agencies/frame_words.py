"""Words around what is asked for: they say nothing of a function, and are no typos of one."""

import csv
from pathlib import Path


def _read() -> dict[str, frozenset[str]]:
    path = Path(__file__).parent / "data" / "frame_words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["language"]: frozenset(row["words"].split()) for row in csv.DictReader(file)}


FRAME = _read()
"""Of sentences in which people ask, by language, with levels and kinds of administrations."""

STOP_WORDS = FRAME.pop("stop")
"""Left out of every text and every term."""

FRAME_WORDS = STOP_WORDS.union(*FRAME.values())
