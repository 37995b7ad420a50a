"""A topic is suggested where the words are sure, measured on the demonstration's questions."""

import tomllib
from pathlib import Path

import tools.demo
from intranet.collaboration.questions.operations.asking import QuestionAddressee, likely_topics
from intranet.publishing.publications.operations.drafting import Written

STORY = Path(tools.demo.__file__).parent / "story" / "questions.toml"


def questions():
    return tomllib.loads(STORY.read_text(encoding="utf-8"))["question"]


def suggested(question):
    return likely_topics(QuestionAddressee(), Written(question["title"], question["body"]))


def right(question):
    return {question.get("function"), *question.get("topics", ())}


def test_no_topic_is_suggested_wrongly_and_clear_ones_are():
    found = [(suggested(one), right(one)) for one in questions()]
    named = [(code, gold) for codes, gold in found for code in codes]
    assert [code for code, gold in named if code not in gold] == []
    assert sorted(code for code, _gold in named) == ["LIC", "PRO"]


def test_one_word_is_not_enough_and_two_subjects_are_none():
    for title in ("¿Publicáis las actas?", "Contrato de limpieza", "¿Cómo llamamos al boletín?"):
        assert likely_topics(QuestionAddressee(), Written(title, "")) == [], title


def test_the_function_that_is_asked_is_its_topic():
    assert likely_topics(QuestionAddressee(function="SEC"), Written("¿Y esto?", "")) == ["SEC"]
