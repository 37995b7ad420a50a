"""Every column with personal data is decided: given, or left out with why."""

import pytest

from intranet.app import create_app  # noqa: F401 - with the application every model is known
from intranet.extensions import Model
from intranet.records.own_data.catalogue import PARTS, REASONS, catalogue
from tests.docs.reading import text_of
from tests.docs.test_personal_data import personal

SECRETS = {"password_hash", "totp_secret", "token_hash", "code_hash", "key_hash", "auth_secret"}


@pytest.fixture(scope="module")
def said():
    return set(personal(text_of("personal-data.md")))


def decided():
    for entry in catalogue().values():
        for name in entry.gives:
            yield f"{entry.table}.{name}", "given"
        for reason, names in entry.keeps_back.items():
            for name in names:
                yield f"{entry.table}.{name}", reason


def test_every_personal_column_is_given_or_left_out_with_why(said):
    missing = said - {column for column, _reason in decided()}
    assert sorted(missing) == [], "decide in intranet/records/own_data/data/columns.toml"


def test_nothing_is_decided_twice_and_everything_exists():
    columns = [column for column, _reason in decided()]
    there = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
    }
    assert sorted(set(columns) - there) == []
    assert len(columns) == len(set(columns))
    for entry in catalogue().values():
        assert {f"{entry.table}.{name}" for name in entry.mine} <= there
        assert bool(entry.part) == bool(entry.gives)
        assert bool(entry.mine) >= bool(entry.part)


def test_every_part_and_reason_has_words():
    assert {entry.part for entry in catalogue().values() if entry.part} == set(PARTS)
    assert {reason for _column, reason in decided()} - {"given"} == set(REASONS)


def test_no_secret_is_given():
    given = {column.split(".")[1] for column, reason in decided() if reason == "given"}
    assert given & SECRETS == set()


def test_every_table_that_leads_to_a_person_is_decided():
    leading = {
        table.name
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"people", "accounts"}
    }
    assert sorted(leading - set(catalogue())) == []
