"""The bytes of files and portraits in a package, under names that a person can read."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.delivery.files.operations import SMALL
from intranet.delivery.files.storage import storage
from intranet.records.packages.writing import PackageWriter
from intranet.records.portability.making import Making
from intranet.records.portability.scope import TABLES

MAX_NAME = 100


def path_of(file_id: UUID, name: str) -> str:
    """Return the path of a file in the package."""
    kept = "".join(sign if sign.isalnum() or sign in "-_. " else "_" for sign in name).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    short = f"{stem[:MAX_NAME]}{dot}{ending[:12]}" if dot else kept[:MAX_NAME]
    return f"files/{file_id}/{short or 'file'}"


def write_files(making: Making) -> int:
    """Write the bytes of every file that goes; return how many are not where they should be."""
    scope, writer = making.scope, making.writer
    files, people = TABLES["files"], TABLES["people"]
    missing: Counter[str] = Counter()
    wanted = select(files.c.id, files.c.name, files.c.key, files.c.thumbnail_key)
    found = making.streamed(wanted.where(scope.condition("files")).order_by(files.c.id))
    for number, row in enumerate(found):
        _copy(writer, path_of(row.id, row.name), row.key, missing)
        if row.thumbnail_key:
            _copy(writer, f"thumbnails/{row.id}", row.thumbnail_key, missing)
        if number % 20 == 0:
            making.said("files", number, number + 1)
    if scope.has("people"):
        portraits = select(people.c.id, people.c.photo_key).where(
            scope.condition("people"), people.c.photo_key.is_not(None)
        )
        for row in making.connection.execute(portraits.order_by(people.c.id)).all():
            _copy(writer, f"portraits/{row.id}", row.photo_key, missing)
            _copy(writer, f"portraits/{row.id}.small", row.photo_key + SMALL, missing)
    return missing.total()


def _copy(writer: PackageWriter, path: str, key: str, missing: Counter[Any]) -> None:
    try:
        source = storage().open(key)
    except FileNotFoundError:
        missing[path] += 1
        return
    with source:
        writer.copy(path, source)
