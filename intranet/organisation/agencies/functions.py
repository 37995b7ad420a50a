"""Suggest functions and level of a post from its title and the units it is in.

The longest match wins, on folded stems: "auxiliar de biblioteca" is about a library, not any
assistant. A title without a subject ("Deputy Director") takes that of its unit, or of the
nearest unit above that has one. Suggestions are marked as such until a person confirms them.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from intranet.organisation.agencies.models import Function, Unit
from intranet.organisation.agencies.stems import LANGUAGES
from intranet.organisation.agencies.vocabulary import DATA, FunctionHit, content, hits_in
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized

MAX_FUNCTIONS = 2
MAX_UNITS = 3
LOWEST_LEVEL, PROFESSIONAL = 5, 4
HEAD_OF_SERVICE, LOWEST_HEAD = 2, 3
# A shorter word must match whole: "cap" is no prefix of "capataz".
MIN_PREFIX_LENGTH = 5
# Roles that exist in any unit, whatever its subject.
ROLES = frozenset({"ADM", "SCR", "DIR", "SBT", "PLN"})
TRADES = frozenset({"ADM", "SCR", "SBT", "MNT", "WAS", "GAR"})
ROLE_FACTOR = 0.7
UNIT_FACTOR, PARENT_FACTOR = 0.8, 0.6
# Below this score a title alone is too vague: "inspector", "technician of programmes".
VAGUE_BELOW = 0.6
# The least score of a second function, as a share of the first.
MIN_SHARE_OF_BEST = 0.45
# A lower score is a coincidence.
MIN_SCORE = 0.3
# A bonus for early words: of two equal functions, the one named first wins.
EARLY_WORD_BONUS = 0.1
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_]\b)?")
"""Letters with full stops, which are one word: "T.C.A.E.", "F. E. A."."""
_SHORTENED = re.compile(r"\b([^\W\d_]{2,8})\.(?!\w)")
_GENDER = re.compile(
    r"(?<=\w)/\w{1,4}\b"  # jefe/a
    r"|\(\w{1,6}\)"  # directeur(trice)
    r"|(?<=[^\W\d_]{2})(?:(?<!l)·|·(?!l))\w{1,6}\b(?:·s\b)?"  # conseiller·ère·s, no col·lega
    r"|(?<=[^\W\d_]{3})[-.](?:a|as|e|es|ra|ère|euse|trice|rice|ne|ive|iva|ora|tora|dora)\b"
)


@cache
def abbreviations() -> Mapping[str, str]:
    """Return the words that titles abbreviate, by their short forms."""
    with (DATA / "abbreviations.csv").open(encoding="utf-8", newline="") as file:
        return {row["short"]: row["long"] for row in csv.DictReader(file)}


@dataclass(frozen=True)
class FunctionSuggestion:
    """Suggested functions by code, strongest first, and a level from 1 to 5."""

    functions: tuple[str, ...]
    level: int
    strengths: tuple[float, ...] = ()

    def strength(self, code: str) -> float:
        """Return the strength of a function, at most 1; 1 if nothing is known about it."""
        return dict(zip(self.functions, self.strengths, strict=False)).get(code, 1.0)

    def level_for(self, *, is_head: bool) -> int:
        """Return the level; a head gets `HEAD_OF_SERVICE` if the title suggests a lower one."""
        return HEAD_OF_SERVICE if is_head and self.level > LOWEST_HEAD else self.level


def classify(title: str, language: str, *, units: Sequence[str] = ()) -> FunctionSuggestion:
    """Suggest at most two functions and the level of a post from its title.

    Args:
        language: BCP 47 tag of the title; one that is not known is tried in all six.
        units: names of the unit it is in and of those above, the nearest first, without the
            agency itself.
    """
    strengths = weigh(title, language, units=tuple(units))
    return FunctionSuggestion(
        tuple(strengths)[:MAX_FUNCTIONS],
        level_of(title, language),
        tuple(round(each, 2) for each in strengths.values())[:MAX_FUNCTIONS],
    )


@lru_cache(maxsize=20_000)
def weigh(title: str, language: str, *, units: tuple[str, ...] = ()) -> dict[str, float]:
    """Return functions with their strength, strongest first, at most 1.

    Only those close to the strongest one are included. Do not modify the result: it is cached.
    """
    own = _scores(title, language)
    subjects = {code: score for code, score in own.items() if code not in ROLES}
    found = {code: score * ROLE_FACTOR for code, score in own.items() if code in ROLES}
    found |= subjects
    if is_vague(title, language):
        for code, score in _of_units(units, language).items():
            found[code] = found.get(code, 0) + score
    if not found:
        return {}
    best = max(found.values())
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], file_position(pair[0])))
    return {
        code: score / max(best, 1)
        for code, score in ranked
        if score >= max(best * MIN_SHARE_OF_BEST, MIN_SCORE)
    }


@lru_cache(maxsize=20_000)
def level_of(title: str, language: str) -> int:
    """Return the level indicated by the first cue of a title.

    In Romance languages the head comes first ("auxiliar de la dirección general"), in Basque
    last, in English before "of" and "to", where an assistant manager is a manager.
    """
    level = named_level(title, language)
    if level is not None:
        return level
    about = set(_scores(title, language))
    return PROFESSIONAL if about and not about & TRADES else LOWEST_LEVEL


def named_level(title: str, language: str) -> int | None:
    """Return the level that words of a title name, if there is one."""
    forms = _forms(title)
    known = _known(language)
    for tag in (*known, *(each for each in LANGUAGES if each not in known)):
        if (level := _level(forms, tag)) is not None:
            return level
    return None


def _level(forms: Sequence[str], language: str) -> int | None:
    found = [
        (place, cue)
        for form in forms
        for cue in _cues(language)
        if (place := cue.place_in(form)) is not None
    ]
    if not found:
        return None
    if language == "en":
        heads = [re.split(r" (?:of|to|for|in) ", form)[0] for form in forms]
        at_head = [cue for place, cue in found if any(place < len(head) for head in heads)]
        return min(cue.level for cue in at_head or [cue for _, cue in found])
    if language == "eu":
        return max(found, key=lambda pair: (pair[0] + len(pair[1].words), len(pair[1].words)))[
            1
        ].level
    return min(found, key=lambda pair: (pair[0], -len(pair[1].words)))[1].level


def names_of_units(unit: Unit, language: str) -> tuple[str, ...]:
    """Return the names of a unit and the two above it, nearest first, without the agency."""
    names: list[str] = []
    above: Unit | None = unit
    while above is not None and above.parent_id is not None and len(names) < MAX_UNITS:
        names.append(above.name.text(language))
        above = above.parent
    return tuple(names)


def file_position(code: str) -> int:
    """Return the position of a function in the file, where the most common ones come first."""
    return _places()[code]


@cache
def _places() -> dict[str, int]:
    with (DATA / "functions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: place for place, row in enumerate(csv.DictReader(file))}


def read_functions() -> list[Function]:
    """Return the functions of public administration, as new rows."""
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


def plain_words(text: str) -> list[str]:
    """Return the words of a title, with "jefe/a" as "jefe" and abbreviations expanded."""
    known = abbreviations()
    return [known.get(word, word) for word in content(without_endings(text))]


def without_endings(text: str) -> str:
    """Return a title with "jefe/a" as "jefe", and initials and short forms with stops as words."""
    known = abbreviations()
    text = _INITIALS.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", text)
    # Before stop words are dropped, for "aux." is none and "aux" is.
    text = _SHORTENED.sub(lambda found: known.get(fold(found[1]), found[1]) + " ", text)
    return _GENDER.sub("", text)


def _of_units(units: Sequence[str], language: str) -> dict[str, float]:
    """Return the nearest unit's subjects, or the nearest roles if no unit has a subject."""
    place = telling_unit(units, language)
    if place is None:
        return {}
    found = _scores(units[place], language)
    factor = UNIT_FACTOR * PARENT_FACTOR**place
    wanted = found.keys() - ROLES or found.keys()
    return {code: score * factor for code, score in found.items() if code in wanted}


def telling_unit(units: Sequence[str], language: str) -> int | None:
    """Return the place of the nearest unit with a subject, or else of the nearest with a role."""
    with_role = None
    for place, name in enumerate(units):
        found = _scores(name, language)
        if found.keys() - ROLES:
            return place
        if found and with_role is None:
            with_role = place
    return with_role


def is_vague(title: str, language: str) -> bool:
    """Return whether a title says so little of a subject that its units count as well."""
    own = _scores(title, language)
    return max((own[code] for code in own.keys() - ROLES), default=0) < VAGUE_BELOW


@lru_cache(maxsize=20_000)
def _scores(text: str, language: str) -> dict[str, float]:
    """Return the score of each function in a text."""
    return score(hits_of(text, language))


@lru_cache(maxsize=20_000)
def hits_of(text: str, language: str) -> tuple[FunctionHit, ...]:
    """Return the terms in a text; try all languages if the given one has none."""
    said = plain_words(text)
    known = _known(language)
    hits = hits_in(said, known) or (hits_in(said, LANGUAGES) if known != LANGUAGES else [])
    return tuple(hits)


def score(hits: Iterable[FunctionHit]) -> dict[str, float]:
    """Return the sum of the hits of each function, with each word of the text counted once."""
    best: dict[tuple[str, int], float] = {}
    for hit in hits:
        spread = hit.weight / (hit.after - hit.first)
        for place in range(hit.first, hit.after):
            key = (hit.code, place)
            best[key] = max(best.get(key, 0), spread)
    total: dict[str, float] = {}
    for (code, place), weight in best.items():
        total[code] = total.get(code, 0) + weight * (1 + EARLY_WORD_BONUS / (1 + place))
    return total


def _known(language: str) -> tuple[str, ...]:
    tag = language.split("-", maxsplit=1)[0]
    return (tag,) if tag in LANGUAGES else LANGUAGES


@dataclass(frozen=True)
class _Cue:
    words: str
    stem: str
    pattern: re.Pattern[str]
    level: int

    def place_in(self, form: str) -> int | None:
        """Return where the cue begins; a substring test avoids most uses of the pattern."""
        found = self.pattern.search(form) if self.stem in form else None
        return found.start() if found else None


def _forms(title: str) -> list[str]:
    """Return the folded title, as written and with "jefe/a" as "jefe" and as "jefa"."""
    title = re.sub(r"\(\w{1,6}\)", "", title)
    masculine = re.sub(r"(\w+)/\w+", r"\1", title)
    feminine = re.sub(r"(\w+?)[oe]?/a\b", r"\1a", title)
    written_out = " ".join(abbreviations().get(word, word) for word in fold(title).split())
    return list(dict.fromkeys([*map(fold, (title, masculine, feminine)), written_out]))


@cache
def _cues(language: str) -> list[_Cue]:
    """Read the cues of a language for levels."""
    cues = []
    for name in ("levels.csv", "more_levels.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                column = row.get(f"cues_{language}") or row.get(language) or ""
                for words in filter(None, map(fold, column.split("|"))):
                    begins = _without_article(words) if language == "eu" else words
                    cues.append(_Cue(words, begins, _pattern(begins), int(row["level"])))
    return cues


def _without_article(words: str) -> str:
    """Return a Basque word without its article: "kontratazioa" is found in "kontratazioko"."""
    return words[:-1] if words.endswith("a") and len(words) > MIN_PREFIX_LENGTH else words


def _pattern(words: str) -> re.Pattern[str]:
    end = r"\b" if len(words.rsplit(maxsplit=1)[-1]) < MIN_PREFIX_LENGTH else ""
    return re.compile(rf"\b{re.escape(words)}{end}")
