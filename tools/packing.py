"""Pack folders and hash files, so that the same content gives the same bytes."""

import hashlib
import io
import tarfile
from pathlib import Path

SUMS = "SHA256SUMS"


def pack(folder: Path, inside: str, epoch: int) -> bytes:
    """Return a folder as a tar: the same bytes whoever packs it, and whenever.

    Args:
        inside: the name of the folder in the archive.
        epoch: the time of everything in it, in seconds since 1970.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            entry = tar.gettarinfo(path, str(Path(inside) / path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = epoch
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            with path.open("rb") if entry.isreg() else io.BytesIO() as content:
                tar.addfile(entry, content)
    return packed.getvalue()


def write_sums(folder: Path) -> Path:
    """Write the hashes of all files below a folder, as `sha256sum --check` reads them."""
    target = folder / SUMS
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != target)
    lines = [f"{hash_of(path)}  {path.relative_to(folder)}\n" for path in files]
    target.write_text("".join(lines), encoding="utf-8")
    return target


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
