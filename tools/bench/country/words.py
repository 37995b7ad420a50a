"""The sentences of the country, made of the words of the demonstration, by language."""

import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from intranet.organisation.agencies.occupations import occupations_of
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from tools.demo.files import names_in, read

SENTENCES_PER_LANGUAGE = 20_000
MIN_WORDS, MAX_WORDS = 3, 12
LANGUAGES = ("es", "ca", "gl", "eu")


@dataclass(frozen=True)
class CountrySentences:
    """Sentences of a language, each as written and as folded for the search index."""

    written: list[str]
    found: list[str]


@cache
def vocabulary() -> dict[str, list[str]]:
    """Return all words of the demonstration by language, with repetitions."""
    words: dict[str, list[str]] = defaultdict(list)
    for name in names_in("rooms"):
        for room in read(name)["room"]:
            for message in room["messages"]:
                words[room["language"]] += _words(message["text"])
    for publication in read("publications.toml")["publication"]:
        for language, text in publication["texts"].items():
            words[language] += [*_words(text["title"]), *_words(text["body"])]
    return words


def pools(chance: random.Random) -> dict[str, CountrySentences]:
    """Return sentences in each language of the country."""
    known = vocabulary()
    return {language: _pool(chance, known[language]) for language in LANGUAGES}


def _pool(chance: random.Random, words: list[str]) -> CountrySentences:
    written = []
    for number in range(SENTENCES_PER_LANGUAGE):
        some = chance.choices(words, k=chance.randint(MIN_WORDS, MAX_WORDS))
        case = f" {number * 37 % 9_000}/20{number % 26:02}" if number % 9 == 0 else ""
        written.append(f"{' '.join(some).capitalize()}{case}.")
    return CountrySentences(written, [fold(sentence) for sentence in written])


def _words(text: str) -> list[str]:
    return [word for word in text.split() if word.strip(".,;:()").isalpha()]


@cache
def occupations_in(title: str, unit: str, language: str) -> dict[str, float]:
    """Return the occupations of a post; the country has few titles, each in few units."""
    return occupations_of(Localized({language: title}), [Localized({language: unit})])
