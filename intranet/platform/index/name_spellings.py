"""Normalise spellings of names before they are folded."""

import re

from intranet.platform.core.text import fold

# Letters that Unicode does not decompose, and that other keyboards lack.
STRANGE = {
    "łŁ": "l",
    "øØ": "o",
    "đĐðÐ": "d",
    "æÆ": "ae",
    "œŒ": "oe",
    "þÞ": "th",
    "ı": "i",
    "ŀĿ": "l",
}
PLAIN = str.maketrans({sign: plain for signs, plain in STRANGE.items() for sign in signs})
GEMINATE = re.compile(r"(?<=l)[.·•‧](?=l)", re.IGNORECASE)
MARIA = re.compile(r"\bM(?:\.?\s?ª|\.\s?a\b)\.?", re.IGNORECASE)
SHORT = {
    "fco": "francisco",
    "fca": "francisca",
    "jse": "jose",
    "ant": "antonio",
    "mnez": "martinez",
}


def spelled(text: str) -> str:
    """Unify spellings: `Gal·la`, `gal.la` and `Galla`; `M.ª` and `María`; `Łukasz` and `Lukasz`."""
    return MARIA.sub("Maria", GEMINATE.sub("", text.translate(PLAIN)))


def name_words(name: str) -> list[str]:
    """Return the folded words of a person's name, with its short forms expanded."""
    found = fold(spelled(name)).split()
    joined = [fold(spelled(part)).replace(" ", "") for part in name.split() if _is_joined(part)]
    return [*found, *(SHORT[word] for word in found if word in SHORT), *joined]


def _is_joined(part: str) -> bool:
    """Return whether a name such as `O'Brien` or `García-Peñas` is also typed as one word."""
    return any(sign in part for sign in "'’-")
