"""Every column of the tables stands in docs/personal-data.md, once: personal or not."""

import re
from collections import Counter

import pytest

from intranet.app import create_app  # noqa: F401 - with the application every model is known
from intranet.extensions import Model
from tests.docs.reading import codes, rows, section, text_of

NOT_PERSONAL = "What is not personal"
OUTSIDE = "Outside the database"


@pytest.fixture(scope="module")
def text():
    return text_of("personal-data.md")


def columns():
    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
    }


def personal(text):
    for part in re.findall(r"(?m)^## (.+)$", text):
        if part not in {NOT_PERSONAL, OUTSIDE}:
            for row in rows(section(text, part)):
                yield from codes(row[0])


def others(text):
    for table, names in rows(section(text, NOT_PERSONAL)):
        yield from (f"{codes(table)[0]}.{name}" for name in codes(names))


def test_every_column_is_said_to_be_personal_or_not(text):
    said = Counter([*personal(text), *others(text)])

    assert sorted(columns() - set(said)) == [], "say in docs/personal-data.md what these are"
    assert sorted(set(said) - columns()) == [], "these are no longer there"
    assert [name for name, count in said.items() if count > 1] == []


def test_every_personal_datum_says_what_it_is_who_sees_it_and_how_long_it_stays(text):
    for part in re.findall(r"(?m)^## (.+)$", text):
        if part in {NOT_PERSONAL, OUTSIDE}:
            continue
        for row in rows(section(text, part)):
            assert len(row) == 4
            assert all(row), row


def test_what_leads_to_a_person_is_personal(text):
    """A column that points to a person or an account cannot be called impersonal."""
    leading = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name in {"people", "accounts"} for key in column.foreign_keys)
    }

    assert leading <= set(personal(text))
