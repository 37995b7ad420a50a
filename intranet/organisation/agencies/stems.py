"""Stems of words in the six languages of the functions.

Words come folded (`intranet.platform.core.text.fold`). Endings of Romance languages are cut so that
a word matches its cognate ("contratación" and "contractació" stay two, "gestión" and "gestió"
become one). Basque words can have several endings ("liburutegietarako"), so these are cut one after
the other.
"""

import re
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped] # it ships no types

LANGUAGES = ("es", "ca", "gl", "eu", "en", "fr")
# The fewest letters that a stem keeps.
MIN_STEM_LENGTH = 4
BASQUE_ENDINGS = tuple(
    sorted(
        (
            *(
                "arekin",
                "arentzat",
                "etarako",
                "etatik",
                "etako",
                "etara",
                "etan",
                "ekin",
                "entzat",
            ),
            *("aren", "arako", "atik", "ako", "era", "erako", "etik", "eko", "ean", "ari", "ak"),
            *("ren", "ra", "tik", "ko", "go", "an", "en", "ek", "ei", "a", "n", "k", "z", "e"),
        ),
        key=len,
        reverse=True,
    )
)
BASQUE_ROUNDS = 3


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the folded word without its endings in one of the six languages."""
    if language == "en":
        # A new one for each call: it is stateful, and not safe to share between threads.
        return str(snowballstemmer.stemmer("english").stemWord(word))
    if language == "eu":
        return _basque(word)
    return _romance(word, language)


def _basque(word: str) -> str:
    for _ in range(BASQUE_ROUNDS):
        ending = next(
            (
                end
                for end in BASQUE_ENDINGS
                if word.endswith(end) and len(word) - len(end) >= MIN_STEM_LENGTH
            ),
            None,
        )
        if ending is None:
            return word
        word = word[: -len(ending)]
    return word


def _romance(word: str, language: str) -> str:
    if len(word) <= MIN_STEM_LENGTH:
        return word[:-1] if len(word) == MIN_STEM_LENGTH and word.endswith("s") else word
    if language == "gl" and word.endswith(("ais", "ois")):
        word = f"{word[:-2]}l"
    elif word.endswith("s") or (language == "fr" and word.endswith("x")):
        word = word[:-1]
    if len(word) > MIN_STEM_LENGTH and word[-1] in "aeo":
        word = word[:-1]
    word = re.sub(r"i(?:on?)?$", "i", word) if len(word) > MIN_STEM_LENGTH else word
    return re.sub(r"([nlt])\1$", r"\1", word)
