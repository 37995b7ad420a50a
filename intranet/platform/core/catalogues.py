"""Compile the translation catalogues.

Only the `.po` files are in the repository; the `.mo` file of each is made when it is missing or
older, so that it cannot be forgotten.
"""

import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def compile_catalogues(folder: Path) -> list[str]:
    """Compile every catalogue under `folder` that has changed.

    Returns:
        The languages compiled.
    """
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        language = source.parent.parent.name
        with source.open("rb") as written:
            catalogue = read_po(written, locale=language)
        # Several workers may start at once: each writes its own and puts it in place whole.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as made:
            write_mo(made, catalogue)
        Path(made.name).chmod(0o644)
        Path(made.name).replace(target)
        compiled.append(language)
    return compiled
