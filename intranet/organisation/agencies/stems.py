"""What remains of a word when its endings are taken off, in the six languages of the functions.

Words come folded (`intranet.platform.core.text.fold`). Endings of Romance languages are cut so that
a word and its relative next door meet ("contratación" and "contractació" stay two, "gestión" and
"gestió" become one); Basque ones are cut as often as they are put on: "liburutegietarako".
"""

import re
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped] # it ships no types

LANGUAGES = ("es", "ca", "gl", "eu", "en", "fr")
# A word of so few letters is left as it is.
SHORT = 4
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
    """The folded word without its endings, as one of the six languages puts them on."""
    if language == "en":
        # One for each call: it keeps the word in itself, and threads would mix theirs.
        return str(snowballstemmer.stemmer("english").stemWord(word))
    if language == "eu":
        return _basque(word)
    return _romance(word, language)


def _basque(word: str) -> str:
    for _ in range(BASQUE_ROUNDS):
        ending = next(
            (end for end in BASQUE_ENDINGS if word.endswith(end) and len(word) - len(end) >= SHORT),
            None,
        )
        if ending is None:
            return word
        word = word[: -len(ending)]
    return word


def _romance(word: str, language: str) -> str:
    if len(word) <= SHORT:
        return word[:-1] if len(word) == SHORT and word.endswith("s") else word
    if language == "gl" and word.endswith(("ais", "ois")):
        word = f"{word[:-2]}l"
    elif word.endswith("s") or (language == "fr" and word.endswith("x")):
        word = word[:-1]
    if len(word) > SHORT and word[-1] in "aeo":
        word = word[:-1]
    word = re.sub(r"i(?:on?)?$", "i", word) if len(word) > SHORT else word
    return re.sub(r"([nlt])\1$", r"\1", word)
