"""What a post does and how high it stands, suggested from its title.

Longest match first, on folded word starts: "auxiliar de biblioteca" is a library's, not any
assistant's. Suggestions are marked as such until somebody confirms them.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intranet.agencies.models import Function
from intranet.core.text import fold
from intranet.core.types import Localized

DATA = Path(__file__).parent / "data"
LANGUAGES = ("es", "ca", "gl", "eu", "en", "fr")
FUNCTIONS_AT_MOST = 2
LOWEST_LEVEL = 5
# A word of so few letters must match whole: "cap" is no start of "capataz".
SHORT_WORD = 5


@dataclass(frozen=True)
class Suggestion:
    """Codes of functions, the strongest first, and a level from 1 to 5."""

    functions: tuple[str, ...]
    level: int


def classify(title: str, language: str) -> Suggestion:
    """Suggest at most two functions and the level of a post from its title.

    Args:
        language: BCP 47 tag of the title; one that is not known is tried in Spanish and English.
    """
    known = language.split("-", maxsplit=1)[0]
    languages = (known,) if known in LANGUAGES else ("es", "en")
    forms = _forms(title)
    keywords = [cue for each in languages for cue in _keywords(each)]
    levels = [cue for each in languages for cue in _levels(each)]
    return Suggestion(tuple(_functions(forms, keywords)), _level(forms, levels))


def read_functions() -> list[Function]:
    """The functions of public administration, as new rows."""
    with (DATA / "functions.csv").open(encoding="utf-8", newline="") as file:
        return [
            Function(
                code=row["code"],
                name=Localized({tag: row[f"name_{tag}"] for tag in LANGUAGES}),
                cofog=row["cofog"],
                keywords={tag: row[f"keywords_{tag}"].split("|") for tag in LANGUAGES},
            )
            for row in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class _Cue:
    words: str
    stem: str
    pattern: re.Pattern[str]
    means: str

    def is_in(self, forms: Sequence[str]) -> bool:
        """Whether a form has it at the start of a word. Most are left out without a pattern."""
        return any(self.stem in form and self.pattern.search(form) for form in forms)


def _functions(forms: Sequence[str], cues: Sequence[_Cue]) -> Iterator[str]:
    """The functions of the longest cues, leaving out cues that stand inside a longer one."""
    taken: list[str] = []
    seen: set[str] = set()
    for cue in cues:
        if len(seen) == FUNCTIONS_AT_MOST:
            return
        if not cue.is_in(forms) or any(cue.words in longer for longer in taken):
            continue
        taken.append(cue.words)
        if cue.means not in seen:
            seen.add(cue.means)
            yield cue.means


def _level(forms: Sequence[str], cues: Sequence[_Cue]) -> int:
    found = next((cue for cue in cues if cue.is_in(forms)), None)
    return int(found.means) if found else LOWEST_LEVEL


def _forms(title: str) -> list[str]:
    """The title folded, as it stands and with "jefe/a" read as "jefe" and as "jefa"."""
    masculine = re.sub(r"(\w+)/\w+", r"\1", title)
    feminine = re.sub(r"(\w+?)[oe]?/a\b", r"\1a", title)
    return list(dict.fromkeys(fold(form) for form in (title, masculine, feminine)))


@cache
def _keywords(language: str) -> list[_Cue]:
    return _read("functions.csv", f"keywords_{language}")


@cache
def _levels(language: str) -> list[_Cue]:
    return _read("levels.csv", f"cues_{language}")


def _read(name: str, column: str) -> list[_Cue]:
    """Cues of one language, the longest first; equal ones keep the order of the file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    means = "code" if name == "functions.csv" else "level"
    basque = column.endswith("_eu")
    cues = []
    for row in rows:
        for words in filter(None, map(fold, row[column].split("|"))):
            stem = _stem(words) if basque else words
            cues.append(_Cue(words, stem, _pattern(stem), row[means]))
    return sorted(cues, key=lambda cue: -len(cue.words))


def _stem(words: str) -> str:
    """A Basque word without its article: "kontratazioa" stands in "kontratazioko"."""
    return words[:-1] if words.endswith("a") and len(words) > SHORT_WORD else words


def _pattern(words: str) -> re.Pattern[str]:
    end = r"\b" if len(words.rsplit(maxsplit=1)[-1]) < SHORT_WORD else ""
    return re.compile(rf"\b{re.escape(words)}{end}")
