"""Every table and every reference is decided, so that a new one cannot leave or stay unnoticed."""

from intranet.extensions import Model
from intranet.records.portability.decisions import (
    CONTRIBUTED_TABLES,
    GOES,
    LEFT_OUT,
    PRIVATE,
    STAYS,
    STUBBED,
)

SECRETS = ("hash", "secret", "token", "sealed", "auth", "password")
NO_SECRETS = {
    ("messages", "sent_hash"),
    ("audit_lines", "hash"),
    ("audit_lines", "previous_hash"),
    ("polls", "is_secret"),
}


def test_every_table_either_goes_or_stays(app):
    named = {*GOES, *STAYS}
    assert {table for table in Model.metadata.tables if table not in named} == set()
    assert GOES.keys() & STAYS.keys() == set()
    assert GOES.keys() >= PRIVATE
    assert GOES.keys() >= CONTRIBUTED_TABLES


def test_a_row_goes_by_columns_that_its_table_has(app):
    for name, columns in GOES.items():
        known = Model.metadata.tables[name].c
        assert set(columns) <= set(known.keys()), name
    for name, left_out in LEFT_OUT.items():
        assert left_out <= set(Model.metadata.tables[name].c.keys()), name


def test_what_goes_refers_to_nothing_that_stays_unless_it_can_be_empty_or_a_stub(app):
    for name in GOES:
        for column in Model.metadata.tables[name].c:
            for key in column.foreign_keys:
                target = key.column.table.name
                is_sound = target in GOES or target in {*STUBBED, "functions"} or column.nullable
                assert is_sound, f"{name}.{column.name}"


def test_no_column_that_sounds_like_a_secret_goes(app):
    for name in GOES:
        for column in Model.metadata.tables[name].c:
            if column.name in LEFT_OUT.get(name, ()) or (name, column.name) in NO_SECRETS:
                continue
            words = column.name.split("_")
            assert not set(words) & set(SECRETS), f"{name}.{column.name}"
