"""The singular of a word and its plural, in the languages of those who search: one finds the other.

Words come folded, and nobody says in which language they are. So a word has all the forms that any
of the five languages would give it; those that do not exist are found nowhere.
"""

from functools import lru_cache

LETTERS, STEM_LETTERS = 4, 3
"""A shorter word, or one of which less would be left, is as it is."""

# How a singular ends and what stands there in the plural, beside an *s* that is put on.
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
"""After these letters a Basque article is put on whole; an *a* takes its place."""
_OTHER_WORDS = frozenset({("mesa", "meses"), ("mes", "mesas")})
"""Pairs that look like one word and are two, of which both are common."""


@lru_cache(maxsize=10_000)
def numbers(word: str) -> tuple[str, ...]:
    """The other forms in which a folded word may stand: its singulars, and its plurals."""
    if len(word) < LETTERS - 1 or not word.isalpha():
        return ()
    singulars = [word[:-1]] if word.endswith("s") else []
    plurals = [f"{word}s"] if not word.endswith(PLURALS) else []
    for one, many in _ENDINGS:
        if word.endswith(many):
            singulars.append(word[: len(word) - len(many)] + one)
        elif word.endswith(one or _NOT_A) and (one == "s" or not word.endswith(PLURALS)):
            plurals.append(word[: len(word) - len(one)] + many)
    shorter = [form for form in singulars if len(form) >= STEM_LETTERS and len(word) >= LETTERS]
    found = dict.fromkeys([*shorter, *plurals])
    return tuple(form for form in found if not {(word, form), (form, word)} & _OTHER_WORDS)
