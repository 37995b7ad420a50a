"""Numbers with a fraction arrive in SQLite to their last digit."""

from contextlib import closing
from random import Random

from intranet.moving.sqlite_target import SqliteTarget
from intranet.moving.tables import ColumnForm, TableShape

SHAPE = TableShape(
    "numbers", {"id": ColumnForm.INTEGER, "strength": ColumnForm.DOUBLE}, key=("id",)
)


def test_a_number_arrives_to_its_last_digit(tmp_path):
    random = Random(22)
    numbers = ["\\N", "0", "1", "1e-09", *(repr(random.random()) for _number in range(20_000))]
    sent = b"".join(b"%d\t%s\n" % (place, each.encode()) for place, each in enumerate(numbers))
    with closing(SqliteTarget(tmp_path / "numbers.sqlite")) as target:
        target.connection.execute("CREATE TABLE numbers (id INTEGER PRIMARY KEY, strength DOUBLE)")
        with target.transaction():
            target.put(SHAPE, sent)
        assert b"".join(target.all_lines(SHAPE)) == sent
