"""Vendor the libraries of the front end, so that we serve them ourselves without a build step.

`.venv/bin/python tools/vendor.py` needs npm, which the project itself does not. It downloads each
package at its exact version, copies the few files that are served, and writes their licences and
`manifest.json`, with the version, licence and hash of each package and the hash of each file. If a
package changed although its version is the same, the script stops; `--accept` accepts the change.

To use another icon of Lucide, add its name to `tools/icons.txt` and run the script again. The
editor of long texts is bundled from many packages (`tools/editor/`).
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.editor_bundle import build_editor
from tools.emoji import write_emoji

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "vendor"
ICONS = ROOT / "tools" / "icons.txt"
STROKE = "1.75"
FONT = "files/atkinson-hyperlegible-next-{}-wght-{}.woff2"


@dataclass(frozen=True, eq=False)
class Part:
    """An npm package: its exact version, and the files that are served, by original path."""

    package: str
    version: str
    files: dict[str, str] = field(default_factory=dict)
    target: Path = VENDOR


NOTO = Part("@fontsource/noto-color-emoji", "5.3.2")
MADE_APART = (NOTO,)
"""Packages that `tools/emoji_fonts.py` vendors; this script keeps their manifest entries."""
LUCIDE = Part("lucide-static", "1.62.0")
EMOJI = Part("emojibase-data", "17.0.0")
ANNOTATIONS = Part("cldr-annotations-full", "48.2.0")
FLAGS = Part("cldr-annotations-derived-full", "48.2.0")
PARTS = (
    Part("htmx.org", "4.0.1", {"dist/htmx.min.js": "htmx.min.js"}),
    Part(
        "socket.io-client",
        "4.8.4",
        {
            "dist/socket.io.min.js": "socket.io.min.js",
            "dist/socket.io.esm.min.js": "socket.io.esm.min.js",
        },
    ),
    Part(
        "@fontsource-variable/atkinson-hyperlegible-next",
        "5.3.0",
        {
            FONT.format(script, style): Path(FONT.format(script, style)).name
            for script in ("latin", "latin-ext")
            for style in ("normal", "italic")
        },
    ),
    Part(
        "photoswipe",
        "5.4.4",
        {
            "dist/photoswipe-lightbox.esm.min.js": "photoswipe-lightbox.esm.min.js",
            "dist/photoswipe.esm.min.js": "photoswipe.esm.min.js",
            "dist/photoswipe.css": "photoswipe.css",
        },
    ),
    Part(
        "@github/text-expander-element",
        "2.9.4",
        {"dist/bundle.js": "text-expander-element.js"},
    ),
    LUCIDE,
    EMOJI,
    ANNOTATIONS,
    FLAGS,
    Part("axe-core", "4.14.1", {"axe.min.js": "axe.min.js"}, target=FOR_TESTS),
)


def pack(part: Part, folder: Path) -> tuple[Path, str]:
    """Download a package; return the folder of its files and the SHA-256 of its archive."""
    name = f"{part.package}@{part.version}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    archive = folder / said.strip().splitlines()[-1]
    unpacked = folder / part.package.replace("/", "-")
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    return unpacked / "package", hashlib.sha256(archive.read_bytes()).hexdigest()


def copy_files(part: Part, source: Path) -> list[Path]:
    """Copy the served files, without references to source maps; return their paths."""
    written = []
    for original, name in part.files.items():
        content = (source / original).read_bytes()
        if name.endswith(".js"):
            content = re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", content)
        target = part.target / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return written


def copy_licence(part: Part, source: Path) -> Path:
    """Copy the licence of a package into `licences`; return its path."""
    text = next(source.glob("LICENSE*")).read_text(encoding="utf-8").strip() + "\n"
    name = part.package.removeprefix("@").replace("/", "-")
    target = part.target / "licences" / f"{name}.txt"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def write_sprite(source: Path) -> Path:
    """Write `icons.svg`, with a `<symbol>` for each icon in `tools/icons.txt`."""
    symbols = []
    for name in sorted(ICONS.read_text(encoding="utf-8").split()):
        drawing = source / "icons" / f"{name}.svg"
        if not drawing.exists():
            sys.exit(f"tools/icons.txt: Lucide has no icon {name!r}.")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing.read_text(encoding="utf-8"), re.DOTALL)
        shapes = re.sub(r"\s*\n\s*", "", inside[1]) if inside else ""
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round">'
            f"{shapes}</symbol>"
        )
    head = f"<!-- Lucide {LUCIDE.version}, ISC: licences/lucide-static.txt -->"
    target = VENDOR / "icons.svg"
    target.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join([head, *symbols]) + "\n</svg>\n",
        encoding="utf-8",
    )
    return target


def describe(part: Part, source: Path, archive: str, written: list[Path]) -> dict[str, Any]:
    """Return the manifest entry of a package."""
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    return {
        "version": part.version,
        "licence": about["license"],
        "archive_sha256": archive,
        "files": {
            str(path.relative_to(part.target)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(written)
        },
    }


def refuse_changed(manifest: dict[str, Any], target: Path) -> None:
    """Exit if the archive of a package changed while its version stayed the same."""
    path = target / "manifest.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for package, now in manifest.items():
        was = before.get(package, now)
        same_version = was["version"] == now["version"]
        if same_version and was["archive_sha256"] != now["archive_sha256"]:
            sys.exit(f"{package} {now['version']} is not what it was; if it may be, --accept")


def main() -> None:
    """Download and copy everything, then write the two manifests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="take a package that changed")
    accept = parser.parse_args().accept
    manifests: dict[Path, dict[str, Any]] = {VENDOR: {}, FOR_TESTS: {}}
    with tempfile.TemporaryDirectory() as folder:
        sources, archives = {}, {}
        for part in PARTS:
            print(f"{part.package} {part.version}")
            sources[part], archives[part] = pack(part, Path(folder))
        written = {
            part: [*copy_files(part, sources[part]), copy_licence(part, sources[part])]
            for part in PARTS
        }
        written[LUCIDE].append(write_sprite(sources[LUCIDE]))
        emoji = (sources[EMOJI], sources[ANNOTATIONS], sources[FLAGS])
        written[ANNOTATIONS] += write_emoji(*emoji, VENDOR / "emoji")
        for part in PARTS:
            about = describe(part, sources[part], archives[part], written[part])
            manifests[part.target][part.package] = about
        print("editor")
        manifests[VENDOR]["editor"] = build_editor(Path(folder), VENDOR)
    known = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    manifests[VENDOR] |= {
        part.package: known[part.package] for part in MADE_APART if part.package in known
    }
    for target, manifest in manifests.items():
        if not accept:
            refuse_changed(manifest, target)
        text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
        (target / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
