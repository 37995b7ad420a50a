"""Singular and plural forms of a word, so that a search for one finds the other.

Words are folded, and their language is unknown. So a word gets the forms that any of the five
languages would give it; forms that do not exist match nothing.
"""

from functools import lru_cache

MIN_WORD_LETTERS, MIN_STEM_LETTERS = 4, 3
"""Shorter words, and those with a shorter stem, have no other forms."""

# Endings of the singular and the plural, in addition to a plain *s*.
_ENDINGS = (
    *((letter, f"{letter}es") for letter in "bcdfgjlmnprstxy"),  # licitación, ley; box
    ("z", "ces"),  # luz
    *(("il", "is"), ("l", "is")),  # xornal, civil
    *((vowel, f"{vowel}ns") for vowel in "aeiou"),  # reunió, pla
    *(("a", "es"), ("ca", "ques"), ("ga", "gues"), ("ja", "ges"), ("gua", "gues"), ("ca", "ces")),
    *((letter, f"{letter}os") for letter in "csx"),  # bosc, curs
    ("s", "ssos"),  # procés
    *(("y", "ies"), ("ch", "ches"), ("sh", "shes")),  # policy
    *(("a", "ak"), ("", "ak"), ("", "ek")),  # ordenantza, plan
)
PLURALS = ("s", "ak", "ek")
_NOT_A = tuple("bcdefghijklmnopqrtuvwxyz")
"""After these letters the Basque article is added; a final *a* is replaced by it."""
_OTHER_WORDS = frozenset({("mesa", "meses"), ("mes", "mesas")})
"""Pairs that look like forms of one word, but are two common words."""


@lru_cache(maxsize=10_000)
def numbers(word: str) -> tuple[str, ...]:
    """Return the other forms of a folded word: its singulars and its plurals."""
    if len(word) < MIN_WORD_LETTERS - 1 or not word.isalpha():
        return ()
    singulars = [word[:-1]] if word.endswith("s") else []
    plurals = [f"{word}s"] if not word.endswith(PLURALS) else []
    for one, many in _ENDINGS:
        if word.endswith(many):
            singulars.append(word[: len(word) - len(many)] + one)
        elif word.endswith(one or _NOT_A) and (one == "s" or not word.endswith(PLURALS)):
            plurals.append(word[: len(word) - len(one)] + many)
    shorter = [
        form
        for form in singulars
        if len(form) >= MIN_STEM_LETTERS and len(word) >= MIN_WORD_LETTERS
    ]
    found = dict.fromkeys([*shorter, *plurals])
    return tuple(form for form in found if not {(word, form), (form, word)} & _OTHER_WORDS)
