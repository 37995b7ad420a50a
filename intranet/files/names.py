"""Names of files: what somebody else's computer called them, made harmless."""

import unicodedata

from intranet.files.kinds import extension_of
from intranet.files.limits import NAME_CHARACTERS

EXTENSION_CHARACTERS = 20
FALLBACK = "file"
# Controls (line breaks too), formats (turning the direction, zero width), halves, unassigned.
REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(claimed: str, media_type: str) -> str:
    """A name without path, controls and line breaks, of at most 200 characters.

    The extension is kept. Where the content is of a kind that is shown, and the name says
    another, the right extension is added, so that the file opens as what it is.
    """
    last = claimed.replace("\\", "/").rsplit("/", 1)[-1]
    name = " ".join("".join(_kept(char) for char in last).split())
    name = unicodedata.normalize("NFC", name).strip(". ")
    stem, extension = _split(name or FALLBACK)
    right = extension_of(media_type, extension)
    if right != extension:
        stem, extension = stem + extension, right
    return stem[: NAME_CHARACTERS - len(extension)].rstrip(". ") + extension


def _kept(char: str) -> str:
    """The character, a space for what parts words, nothing for what is not to be seen."""
    if char in "\r\n\t\v\f\u2028\u2029":
        return " "
    return "" if unicodedata.category(char) in REFUSED_CATEGORIES else char


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    if not stem or not 0 < len(extension) <= EXTENSION_CHARACTERS or " " in extension:
        return name, ""
    return stem, dot + extension
