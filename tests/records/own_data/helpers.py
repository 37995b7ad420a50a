"""Making a person's file of own data, reading it, and erasing the person."""

import json
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import select, update

from intranet.delivery.files.storage import storage
from intranet.extensions import Model, db
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock
from intranet.platform.core.outbox import Pace, run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.own_data.erasures import agree, ask_for_erasure, request_of
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
    while run_due(pace=Pace.LONG):
        pass
    return OwnData(person)


def latest(person):
    """The latest request to erase a person."""
    asked = request_of(person.id)
    assert asked
    return asked


def leave(person):
    """End whatever the person holds, some days ago."""
    over = clock.now() - timedelta(days=20)
    with unit_of_work():
        db.session.execute(
            update(Appointment)
            .where(Appointment.person_id == person.id)
            .values(ends_on=over.date(), until=over)
        )
    db.session.expire_all()


def erase(cast, person):
    """Let the person leave, two people agree, and the task run."""
    leave(person)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, person)
    agree(cast.nadia, asked)
    run_due(pace=Pace.LONG)
    db.session.expire_all()
    assert latest(person).erased_at


def dump():
    """Every value of every table, and the bytes of every stored file."""
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for column, value in zip(table.c, row, strict=True):
                yield (
                    f"{table.name}.{column.name}",
                    json.dumps(value, default=str, ensure_ascii=False),
                )
    for each in storage().stored():
        with storage().open(each.key) as stored:
            yield f"file {each.key}", stored.read().decode("utf-8", "replace")
