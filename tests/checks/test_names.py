"""The check of names finds each fault in a package made for it."""

import pytest

from tools.names import faults


@pytest.fixture
def faults_in(tmp_path):
    def check(*modules):
        for number, text in enumerate(modules):
            (tmp_path / f"module_{number}.py").write_text(text, encoding="utf-8")
        return list(faults(tmp_path))

    return check


def test_a_class_name_is_defined_in_one_file_only(faults_in):
    [fault] = faults_in("class Line: ...\nclass Entry: ...\n", "class Line: ...\n")

    assert "class Line is also in" in fault
    assert "module_1.py" in fault


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ('"""What is asked."""', True),
        ('class Row:\n    """Whoever reads."""', True),
        ('def find():\n    """Who reads it."""', True),
        ('def _find():\n    """Who reads it."""', False),
        ('def find():\n    """Return whether it is read."""', False),
        ('"""Whole words."""', False),
    ],
)
def test_a_docstring_opens_with_a_sentence(faults_in, text, is_found):
    assert bool(faults_in(text)) == is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("AT_ONCE = 500", True),
        ("LONG = 5 * 60", True),
        ("FEW, MAX_ROWS = 3, 9", True),
        ("BATCH_SIZE = 500", False),
        ("WAIT_SECONDS = 5 * 60", False),
        ("MAX_PEOPLE, PEOPLE_SHOWN = 9, 3", False),
        ("POSTS_PER_DAY = 20", False),
        ("WAIT = timedelta(minutes=5)", False),
        ("FIRST = 'first'", False),
    ],
)
def test_a_number_says_its_unit_or_what_it_counts(faults_in, text, is_found):
    assert bool(faults_in(text)) == is_found
