"""Making a person's file of own data, and reading it."""

import json
import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from intranet.delivery.files.storage import storage
from intranet.platform.core.outbox import Pace, run_due
from intranet.records.own_data.operations import ask_for_own_data, own_data_of
from intranet.records.own_data.writing import FORMAT
from intranet.records.packages.reading import Package


class OwnData:
    """A file of own data, read from where it is stored."""

    def __init__(self, person):
        made = own_data_of(person)
        assert made
        assert made.file
        with storage().open(made.file.key) as stored:
            self.content = stored.read()
        self.sha256 = made.sha256

    def lines(self, table):
        """The rows of a table."""
        return [json.loads(line) for line in self._read(f"data/{table}.jsonl").splitlines()]

    def page(self, name):
        """A page as text."""
        return self._read(name).decode()

    @property
    def paths(self):
        """What is in it."""
        with self._open() as archive:
            return archive.namelist()

    def everything(self):
        """All of it as one run of bytes."""
        with self._open() as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())

    def verify(self):
        """Check its manifest, its digests and its signature."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "own.zip"
            path.write_bytes(self.content)
            with Package(path, FORMAT) as package:
                package.verify()
                return package.manifest

    def _open(self):
        return ZipFile(BytesIO(self.content))

    def _read(self, name):
        with self._open() as archive:
            return archive.read(name)


def made_for(person, language="es"):
    """Ask for a person's data, let it be made, and read it."""
    ask_for_own_data(person, language)
    run_due(pace=Pace.LONG)
    return OwnData(person)
