"""Questions asked without a name: no package that goes around leads to whoever asked."""

import csv
import io

import pytest

from intranet.messaging.spaces.models import Visibility
from intranet.records.packages.reading import Package
from intranet.records.portability.exporting import FORMAT
from tests.collaboration.questions.helpers import answer, asked

TITLE = "Zarzaparrilla urbanística?"
ANSWER = "Pódese arrancar."


def contents(path) -> dict[str, bytes]:
    """The files of a package."""
    with Package(path, FORMAT) as package:
        return {name: package.open(name).read() for name in package.paths}


@pytest.fixture
def hidden(app, cast) -> str:
    """The id of a question of Xoel's, who hides; Carles answers it."""
    with app.app_context():
        question = asked(cast.xoel, TITLE, is_named=False)
        answer(cast.carles, question, ANSWER)
        return str(question.publication_id)


def test_the_package_of_administrators_has_no_row_that_leads_to_who_asked(cast, hidden, export):
    files = contents(export(cast.monteclaro, whole=False))
    assert ANSWER.encode() in files["data/messages.jsonl"]
    holding = [name for name, content in files.items() if hidden.encode() in content]
    assert holding in ([], ["data/audit_lines.jsonl"])
    asker = str(cast.ids["xoel"][1]).encode()
    for name in ("conversations", "moderation_cases", "publications", "publication_versions"):
        assert asker not in files[f"data/{name}.jsonl"], name
    for name in ("groups", "spaces", "people"):
        assert asker not in files[f"stubs/{name}.jsonl"], name


def test_the_whole_package_names_nobody_on_its_pages(cast, hidden, export):
    files = contents(export(cast.monteclaro))
    page = files[f"publications/{hidden}.html"].decode()
    assert TITLE in page
    sheet = files["tables/publications.csv"].decode("utf-8-sig")
    row = next(row for row in csv.reader(io.StringIO(sheet), delimiter=";") if row[0] == hidden)
    for words in (page, " ".join(row)):
        assert not [word for word in ("Xoel", "Arquitecto", "Urbanismo") if word in words]
    assert row[1] == "Pregunta"
    assert "la red" in row[3]


@pytest.mark.both
def test_what_is_said_under_a_question_of_others_does_not_tell_who_asked(app, cast, export):
    with app.app_context():
        question = asked(cast.bieito, TITLE, visibility=Visibility.NETWORK, is_named=False)
        answer(cast.carles, question, ANSWER)
    files = contents(export(cast.monteclaro))
    assert ANSWER.encode() in files["data/messages.jsonl"]
    asker, agency = (str(cast.ids[name][1]).encode() for name in ("bieito", "vilaverde"))
    for name, content in files.items():
        assert not [each for each in (b"Bieito", b"Vilaverde", asker, agency) if each in content], (
            name
        )
