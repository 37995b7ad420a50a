"""What the documents name is there: files, functions, other documents and places in them."""

import re

import pytest

from tests.docs.reading import DOCS, LINK, ROOT, documents, holds, named_in

DOCUMENTS = documents()


def ids(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_file_and_function_that_is_named_exists(document):
    missing = [
        f"{path}:{name}" if name else path
        for path, name in named_in(document)
        if not (ROOT / path).exists() or (name and not holds(ROOT / path, name))
    ]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_link_leads_somewhere(document):
    text = document.read_text(encoding="utf-8")
    broken = []
    for link in LINK.findall(text):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def anchors(document):
    """The places in a document to which one can lead, as its headings are turned into them."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_life_of_a_message_names_each_part_of_its_way():
    named = dict.fromkeys(path for path, _ in named_in(DOCS / "life-of-a-message.md"))

    for part in ("message-composer.js", "sockets.py", "operations.py", "broadcasts.py", "feed.js"):
        assert any(path.endswith(part) for path in named), part


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("the text of a button", "templates/"),
        ("who may pin", "intranet/messaging/conversations/access.py"),
        ("what a deleted message shows", "templates/messaging/messages/_deleted.html"),
        ("the limit of an upload", "intranet/config.py"),
    ],
)
def test_where_to_change_names_one_place(what, path):
    text = (DOCS / "how-to-add-a-feature.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(f"| {what}")]

    assert len(lines) == 1
    assert f"`{path}" in lines[0]


OPERATIONS = "intranet/messaging/messages/operations.py"


def test_a_reference_that_leads_nowhere_is_found(tmp_path):
    document = tmp_path / "page.md"
    document.write_text(f"See `{OPERATIONS}:post_letter` and `static/gone.js`.\n")

    named = dict(named_in(document))

    assert named == {OPERATIONS: "post_letter", "static/gone.js": None}
    assert not holds(ROOT / OPERATIONS, "post_letter")
    assert not holds(ROOT / "static/messaging/messages/outbox.js", "Outbox.forward")
    assert holds(ROOT / "static/messaging/messages/outbox.js", "Outbox.add")
    assert holds(ROOT / "intranet/platform/core/unit_of_work.py", "Work.publish")


def test_no_docstring_names_a_page_that_is_not_here():
    here = {path.name for path in documents()}
    named = {
        (str(path.relative_to(ROOT)), page)
        for folder in ("intranet", "tests", "tools", "migrations")
        for path in (ROOT / folder).rglob("*.py")
        for page in re.findall(r"`(?:docs/)?([\w-]+\.md)`", path.read_text(encoding="utf-8"))
    }

    assert [where for where in sorted(named) if where[1] not in here] == []
