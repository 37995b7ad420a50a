"""Bundle the editor of long texts into one file, for `tools/vendor.py`.

`tools/editor/` lists every package at its exact version, and the parts that are used. The build is
reproducible, so anyone can verify `static/vendor/editor.js` by building it again.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "editor"
SOURCES = ("package.json", "package-lock.json", "editor.js", "no-entities.js")
FREE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"}
HOW = (
    *("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"),
    *("--alias:entities=./no-entities.js", "--log-level=warning", "--metafile=inputs.json"),
)
_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")


def build_editor(folder: Path, target: Path) -> dict[str, Any]:
    """Write `editor.js` and the licences of its packages; return its entry in the manifest."""
    work = folder / "editor"
    work.mkdir()
    for name in SOURCES:
        shutil.copy(FOLDER / name, work)
    install = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=work, check=True)
    bundler = work / "node_modules" / ".bin" / "esbuild"
    command = [str(bundler), "editor.js", *HOW, f"--outfile={target / 'editor.js'}"]
    subprocess.run(command, cwd=work, check=True)
    packages = _packages_in(work)
    licences = target / "licences" / "editor.txt"
    licences.write_text("\n".join(_licence(work, name) for name in packages), encoding="utf-8")
    sources = b"".join((FOLDER / name).read_bytes() for name in SOURCES)
    written = (target / "editor.js", licences)
    return {
        "version": json.loads((FOLDER / "package.json").read_text("utf-8"))["version"],
        "licence": " AND ".join(sorted({_about(work, name)["license"] for name in packages})),
        "packages": {name: _about(work, name)["version"] for name in packages},
        "archive_sha256": hashlib.sha256(sources).hexdigest(),
        "files": {
            str(path.relative_to(target)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in written
        },
    }


def _packages_in(work: Path) -> list[str]:
    """Return the names of the packages that the bundle contains code of."""
    inputs = json.loads((work / "inputs.json").read_text("utf-8"))["outputs"].values()
    paths = [path for output in inputs for path in output["inputs"]]
    return sorted({found[1] for path in paths if (found := _PACKAGE.search(path))})


def _about(work: Path, name: str) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(
        (work / "node_modules" / name / "package.json").read_text("utf-8")
    )
    if about["license"] not in FREE:
        sys.exit(f"{name}: the licence {about['license']} is not one that can be served here.")
    return about


def _licence(work: Path, name: str) -> str:
    """Return the licence text of a package under a heading with its name and version."""
    about = _about(work, name)
    texts = sorted((work / "node_modules" / name).glob("LICEN[CS]E*"))
    said = texts[0].read_text("utf-8").strip() if texts else f"{about['license']}, as it declares."
    return f"{name} {about['version']} ({about['license']})\n\n{said}\n\n{'-' * 72}\n"
