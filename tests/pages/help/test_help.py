"""The help page: it answers in the reader's language, and its words are found without script."""

import re

import pytest
from markupsafe import Markup

from intranet.config import LANGUAGES
from intranet.messaging.messages.forms import FILES_LIMIT
from intranet.pages.help.topics import HelpGroup, Topic, with_words
from intranet.pages.help.views import all_topics


def page(client, query=""):
    answer = client.get(f"/help{query}")
    assert answer.status_code == 200
    return answer.text


def anchors(text):
    return re.findall(r'<section class="topic"\s+id="([\w-]+)"', text)


def addresses(text):
    main = text[text.index('id="main"') : text.index('id="toasts"')]
    return set(re.findall(r'href="(/(?!static/)[^"#?]*)', main))


def test_every_topic_is_on_the_page_and_in_its_list(client_of, cast, app):
    text = page(client_of(cast.ana))
    with app.test_request_context():
        known = [topic.anchor for group in all_topics(cast.ana) for topic in group.topics]

    assert anchors(text) == known
    assert re.findall(r'side-nav__link"\s+href="#([\w-]+)"', text) == known


@pytest.mark.slow
def test_no_id_stands_twice_on_the_page(client_of, cast):
    ids = re.findall(r'\sid="([^"]+)"', page(client_of(cast.ana)))

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.slow
@pytest.mark.both
def test_every_address_that_it_names_is_there(client_of, cast):
    ana = client_of(cast.ana)

    for address in sorted(addresses(page(ana))):
        assert ana.get(address, follow_redirects=True).status_code == 200, address


def test_it_says_the_limits_that_hold(client_of, cast, app):
    text = page(client_of(cast.ana), "?q=paper+clip&lang=en")

    assert anchors(text) == ["files"]
    assert f"{FILES_LIMIT} files" in text
    assert f"{app.config['SETTINGS'].upload_mb} MB" in text


def test_its_shortcuts_are_those_of_the_dialog(client_of, cast):
    text = page(client_of(cast.ana), "?q=italic&lang=en")

    assert anchors(text) == ["keyboard"]
    lists = re.findall(r'<dl class="shortcuts">(.*?)</dl>', text, re.DOTALL)
    assert len(lists) == 2
    assert lists[0] == lists[1]


def test_the_menu_leads_to_the_shortcuts(client_of, cast):
    text = page(client_of(cast.ana))

    assert 'href="/help#keyboard"' in text
    assert 'id="keyboard"' in text


def test_it_names_the_posts_that_administer_the_agency(client_of, cast):
    text = page(client_of(cast.ana), "?q=audit&lang=en")

    assert anchors(text) == ["administrators", "reporting"]
    assert f"/posts/{cast.administrator_post.id}" in text


def test_it_finds_what_is_listed_below_a_text(client_of, cast):
    assert anchors(page(client_of(cast.ana), "?q=looking+into&lang=en")) == ["reactions"]
    assert anchors(page(client_of(cast.ana), "?q=exactly+these+words&lang=en")) == ["search"]


def test_nothing_found_leads_back_to_all(client_of, cast):
    text = page(client_of(cast.ana), "?q=zzzz&lang=en")

    assert anchors(text) == []
    assert "No topics contain these words" in text
    assert 'value="zzzz"' in text


def test_hostile_words_are_only_words(client_of, cast):
    text = page(client_of(cast.ana), "?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E" + "x" * 5000)

    assert "<script>alert" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_there_in_every_language(client_of, cast, language):
    text = page(client_of(cast.ana), f"?lang={language}")

    assert f'<html lang="{language}"' in text
    assert "%(" not in text


def test_who_is_not_signed_in_is_asked_to(client):
    answer = client.get("/help")

    assert answer.status_code == 303
    assert answer.location == "/signin?next=/help"


def topic(title, text):
    return Topic("x", "info", title, Markup(text), links=())  # noqa: S704 - a text of ours


GROUPS = [
    HelpGroup("One", [topic("Atención", "<p>Escribe en el canal.</p>"), topic("Files", "<kbd>B")]),
    HelpGroup("Two", [topic("Posts", "<p>They outlive</p><p>R&amp;D people.</p>")]),
]


def found(words):
    return [each.title for group in with_words(GROUPS, words) for each in group.topics]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("", ["Atención", "Files", "Posts"]),
        ("ATENCION", ["Atención"]),
        ("canal escri", ["Atención"]),
        ("b", ["Files"]),
        ("outlive r", ["Posts"]),
        ("live", []),
        ("kbd", []),
        ("amp", []),
        ("?!", ["Atención", "Files", "Posts"]),
    ],
)
def test_each_word_begins_a_word_of_the_topic(words, titles):
    assert found(words) == titles


def test_a_group_without_topics_is_left_out():
    assert [group.title for group in with_words(GROUPS, "outlive")] == ["Two"]
