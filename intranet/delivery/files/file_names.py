"""Make the file names of uploads harmless."""

from intranet.delivery.files.limits import NAME_CHARACTERS
from intranet.delivery.files.media_types import extension_of
from intranet.platform.core.text import one_line

EXTENSION_CHARACTERS = 20
FALLBACK = "file"


def safe_name(claimed: str, media_type: str) -> str:
    """Return a name without path, controls and line breaks, of at most 200 characters.

    The extension is kept. If the content is of a kind that is displayed and the name says another,
    the right extension is added, so that the file opens as what it is.
    """
    last = claimed.replace("\\", "/").rsplit("/", 1)[-1]
    name = one_line(last).strip(". ")
    stem, extension = _split(name or FALLBACK)
    right = extension_of(media_type, extension)
    if right != extension:
        stem, extension = stem + extension, right
    return stem[: NAME_CHARACTERS - len(extension)].rstrip(". ") + extension


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    if not stem or not 0 < len(extension) <= EXTENSION_CHARACTERS or " " in extension:
        return name, ""
    return stem, dot + extension
