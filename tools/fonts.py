"""Make the fonts for PDF documents from the fonts that browsers get.

A PDF cannot use a variable WOFF2 font in two parts. For each of two weights, this script merges the
parts of the vendored font into a TrueType font in `intranet/platform/core/fonts`.
`python tools/fonts.py` needs `fonttools` and `brotli`, which the project itself does not.
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
    """Write the font of a weight, with the glyphs of both parts."""
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
    """Make both fonts, and copy their licence into the same folder."""
    FONTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, weight in WEIGHTS.items():
            make(name, weight, Path(folder))
    shutil.copyfile(LICENCE, FONTS / "OFL.txt")


if __name__ == "__main__":
    main()
