"""Make the fonts of printed documents from those that browsers get.

A PDF takes no variable WOFF2 in parts. `python tools/fonts.py` needs `fonttools` and `brotli`,
which the project itself does not: it takes the two parts of the vendored font at two weights, puts
them together, and writes them as TrueType into `intranet/platform/core/fonts`.
"""

import shutil
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "intranet" / "platform" / "core" / "fonts"
PART = "atkinson-hyperlegible-next-{}-wght-normal.woff2"
LICENCE = VENDOR / "licences" / "fontsource-variable-atkinson-hyperlegible-next.txt"
WEIGHTS = {"regular": 400, "bold": 700}


def make(name: str, weight: int, folder: Path) -> None:
    """Write one weight, with the letters of both parts."""
    parts = []
    for script in ("latin", "latin-ext"):
        font = TTFont(VENDOR / PART.format(script))
        font.flavor = None
        part = folder / f"{script}-{weight}.ttf"
        instantiateVariableFont(font, {"wght": weight}).save(part)
        parts.append(str(part))
    merged = Merger().merge(parts)
    for number in (1, 4, 6):  # family, full and PostScript name: a reader keeps fonts by these
        merged["name"].setName(f"AtkinsonNext-{name.title()}", number, 3, 1, 0x409)
    merged.save(FONTS / f"atkinson-{name}.ttf")


def main() -> None:
    """Make both, and keep their licence beside them."""
    FONTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, weight in WEIGHTS.items():
            make(name, weight, Path(folder))
    shutil.copyfile(LICENCE, FONTS / "OFL.txt")


if __name__ == "__main__":
    main()
