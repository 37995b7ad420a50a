"""Filler words of a query: they indicate no function and are not corrected as typos."""

import csv
from pathlib import Path


def _read() -> dict[str, frozenset[str]]:
    path = Path(__file__).parent / "data" / "frame_words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["language"]: frozenset(row["words"].split()) for row in csv.DictReader(file)}


FRAME = _read()
"""Words of queries, by language, including levels and kinds of administrations."""

STOP_WORDS = FRAME.pop("stop")
"""Words that are ignored in every text and every term."""

FRAME_WORDS = STOP_WORDS.union(*FRAME.values())
