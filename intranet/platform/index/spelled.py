"""Names as people write them, brought to one spelling before they are folded."""

import re

from intranet.platform.core.text import fold

# Letters that no decomposition takes apart, and that nobody types who has another keyboard.
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
    """`Gal·la`, `gal.la` and `Galla` become one; so do `M.ª` and `María`, `Łukasz` and `Lukasz`."""
    return MARIA.sub("Maria", GEMINATE.sub("", text.translate(PLAIN)))


def name_words(name: str) -> list[str]:
    """The folded words of a person's name, and what its short forms stand for."""
    found = fold(spelled(name)).split()
    joined = [fold(spelled(part)).replace(" ", "") for part in name.split() if _is_joined(part)]
    return [*found, *(SHORT[word] for word in found if word in SHORT), *joined]


def _is_joined(part: str) -> bool:
    """`O'Brien` and `García-Peñas` are typed without the sign as well."""
    return any(sign in part for sign in "'’-")
