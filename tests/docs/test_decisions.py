"""The pages of decisions: numbered, dated, whole, and listed."""

import re

import pytest

from tests.docs.reading import DOCS, LINK, section

PAGES = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Reconsider when"]


def test_they_are_numbered_without_a_hole():
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("decision", PAGES, ids=lambda page: page.stem)
def test_each_is_dated_and_has_its_four_parts(decision):
    text = decision.read_text(encoding="utf-8")

    assert re.match(rf"# {int(decision.name[:4])}\. \S[^\n]+\n\nDate: \d{{4}}-\d\d-\d\d\n", text)
    assert re.findall(r"(?m)^## (.+)$", text) == PARTS
    assert all(section(text, part).strip() for part in PARTS)


def test_the_list_names_each_of_them():
    listed = LINK.findall((DOCS / "decisions" / "README.md").read_text(encoding="utf-8"))

    assert listed == [page.name for page in PAGES]
