"""Make the emoji fonts for browsers on systems without an emoji font.

`python -m tools.emoji_fonts` needs npm, `fonttools` and `brotli`, which the project itself does
not. It takes Noto Color Emoji (COLRv1: vectors, not bitmaps) without its SVG table, and splits it
into parts of emoji that are often used together: the five reactions with a name, faces and hands,
and so on. Flags are left out, because they would be as large as all others together.
`static/platform/core/fonts.css` lists the code points for which browsers fetch each part.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from tools.vendor import NOTO, VENDOR, copy_licence, describe, pack

WHOLE = "delivery/files/noto-color-emoji-emoji-400-normal.woff2"
JOINERS = {0x200D, 0xFE0F, 0x20E3}
TONES = range(0x1F3FB, 0x1F400)
NAMED = {0x1F44D, 0x1F64F, 0x2705, 0x1F440, 0x2753}


def _points(*parts: int | tuple[int, int]) -> set[int]:
    """Return a set of code points, from single ones and from ranges (first and last)."""
    found: set[int] = set()
    for part in parts:
        first, last = part if isinstance(part, tuple) else (part, part)
        found.update(range(first, last + 1))
    return found


FACES = _points(
    *((0x1F600, 0x1F64F), (0x1F910, 0x1F92F), (0x1F970, 0x1F97A), (0x1FAE0, 0x1FAFF)),
    *((0x1F446, 0x1F450), (0x1F47B, 0x1F480), (0x1F493, 0x1F49F), (0x2763, 0x2764)),
    *((0x2639, 0x263A), (0x270A, 0x270D), 0x261D, 0x1F4AA, 0x1F525, 0x2728, 0x1F4AF),
    *((0x1F389, 0x1F38A), 0x1F32B, 0x1F4A8, 0x1F4AB, (0x2194, 0x2195), 0x2640, 0x2642),
)
"""Faces and hands, with the code points that some of them are composed of."""
PARTS = {
    "named": NAMED,
    "faces": FACES | set(TONES),
    "people": _points((0x1F440, 0x1F4A0), (0x1F9D0, 0x1F9DF)),
    "nature": _points((0x1F300, 0x1F3FA), (0x1F400, 0x1F43F)),
    "symbols": _points((0x203C, 0x2FFF), (0x3030, 0x3299), (0x1F004, 0x1F1E5), (0x1F200, 0x1F265))
    | _points((0x1F4A1, 0x1F5FF), (0x1F7E0, 0x1F7FF)),
    "travel": _points((0x1F680, 0x1F6FF)),
    "things": _points((0x1F900, 0x1F9CF), (0x1F9E0, 0x1FADF)),
}
"""The code points of each part. A later part leaves out those of earlier ones, except `faces`."""


def write_fonts(source: Path, target: Path) -> list[Path]:
    """Write each part into `target`; return the paths of the files."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "noto.ttf"
        whole = TTFont(source / WHOLE)
        del whole["SVG "]
        whole.flavor = None
        whole.save(plain)
        known, taken, written = set(whole.getBestCmap()), set[int](), []
        for name, points in PARTS.items():
            wanted = (points & known) - (taken if name != "faces" else set())
            taken |= wanted
            path = target / f"noto-emoji-{name}.woff2"
            _write(plain, wanted | JOINERS, path)
            written.append(path)
    return written


def _write(plain: Path, points: Iterable[int], path: Path) -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], glyph_names=False)
    options.notdef_outline = False
    font = TTFont(plain)
    part = subset.Subsetter(options)
    part.populate(unicodes=points)
    part.subset(font)
    font.flavor = "woff2"
    font.save(path)


def main() -> None:
    """Fetch the font, write the parts, and describe them in the manifest."""
    manifest = VENDOR / "manifest.json"
    with tempfile.TemporaryDirectory() as folder:
        source, archive = pack(NOTO, Path(folder))
        written = [*write_fonts(source, VENDOR), copy_licence(NOTO, source)]
        about = describe(NOTO, source, archive, written)
    known = json.loads(manifest.read_text(encoding="utf-8"))
    known[NOTO.package] = about
    manifest.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for path in written:
        size = path.stat().st_size
        print(f"{path.name}: {size} bytes, {hashlib.sha256(path.read_bytes()).hexdigest()[:12]}")


if __name__ == "__main__":
    main()
