"""Packages that no export wrote, but that somebody signed: any manifest carries its own key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

from intranet.records.packages.writing import MANIFEST, SIGNATURE, PackageWriter
from intranet.records.portability.exporting import FORMAT

Lines = list[dict[str, Any]]
MADE = {"format", "version", "made_at", "public_key", "files"}


class Contents:
    """The files of a package, its rows by path, and what its manifest tells."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as package:
            read = {name: package.read(name) for name in package.namelist()}
        told = json.loads(read.pop(MANIFEST))
        del read[SIGNATURE]
        self.told = {name: value for name, value in told.items() if name not in MADE}
        self.files = read

    def rows(self, name: str, folder: str = "data") -> Lines:
        """The rows of a file; none if there is no such file."""
        content = self.files.get(f"{folder}/{name}.jsonl", b"")
        return [json.loads(line) for line in content.splitlines()]

    def put(self, name: str, rows: Lines, folder: str = "data") -> None:
        """Set the rows of a file, and their count."""
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        self.files[f"{folder}/{name}.jsonl"] = content.encode("utf-8", "surrogatepass")
        if folder == "data":
            self.told["counts"][name] = len(rows)

    def change(self, name: str, folder: str = "data", **values: Any) -> None:
        """Set values in the first row of a file."""
        first, *others = self.rows(name, folder)
        self.put(name, [{**first, **values}, *others], folder)

    def add(self, name: str, folder: str = "data", **values: Any) -> None:
        """Add a row like the first one."""
        rows = self.rows(name, folder)
        self.put(name, [*rows, {**rows[0], **values}], folder)


def crafted(app: Any, path: Path, change: Callable[[Contents], None]) -> Path:
    """The package as somebody would forge it, signed by whoever runs `app`."""
    contents = Contents(path)
    change(contents)
    other = path.with_name(f"crafted-{path.name}")
    counts = contents.told.pop("counts", None)
    with app.app_context(), other.open("wb") as out:
        writer = PackageWriter(cast("Any", out), FORMAT, contents.told)
        for name, content in contents.files.items():
            writer.add(name, content)
        writer.finish(counts=counts)
    return other
