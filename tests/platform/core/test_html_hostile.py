"""Security, rows 8, 22 and 42: hostile text is shown as text."""

import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from intranet.platform.core.html import clean, plain_text
from tests.hostile import COSTLY, DISTURBING, MARKUP, UNSOUND, believed

SHOWN = {
    "a": {"href", "rel", "class", "data-kind", "data-id"},
    "div": {"class", "tabindex"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
}
BARE = {
    *("blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li"),
    *("s", "strong", "table", "tbody", "thead", "tr", "ul"),
}


class Inspector(HTMLParser):
    def handle_starttag(self, tag, attrs):
        assert tag in SHOWN or tag in BARE, tag
        assert {name for name, _ in attrs} <= SHOWN.get(tag, set()), attrs
        for name, value in attrs:
            if name == "href":
                assert urlsplit(value).scheme in {"http", "https", "mailto", ""}, value
                assert not value.startswith(("//", "/\\", "\\")), value
            if name == "rel":
                assert value == "noopener noreferrer nofollow"

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def assert_harmless(html: str) -> None:
    for form in (html, unicodedata.normalize("NFKC", html)):
        inspector = Inspector()
        inspector.feed(form)
        inspector.close()


@pytest.mark.parametrize("body", MARKUP)
def test_markup_is_shown_as_text_or_not_at_all(body):
    assert_harmless(believed(body).html)


@pytest.mark.parametrize("body", MARKUP)
def test_cleaning_leaves_only_what_is_on_the_list(body):
    html = str(clean(body))

    assert_harmless(html)
    assert clean(html) == html


def test_markup_stays_harmless_in_every_construct():
    around = "# {0}\n\n> {0}\n\n- {0}\n\n**{0}** [{0}](https://a.example/{0})\n\n|{0}|\n|-|\n|{0}|"
    for body in MARKUP:
        assert_harmless(believed(around.replace("{0}", body)).html)
        assert_harmless(believed(f"```html\n{body}\n```").html)


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "blob", "ftp"])
def test_a_link_of_a_forbidden_scheme_is_no_link(scheme):
    assert "<a " not in believed(f"[x]({scheme}:y) <{scheme}:y>").html


@pytest.mark.parametrize("sign", "\uff1c\uff1e\uff06\uff02\uff07\ufe60\ufe64\ufe65\u0338")
def test_signs_that_become_markup_when_normalised_are_written_as_numbers(sign):
    html = believed(f"a **{sign}b**").html

    assert sign not in html
    assert f"&#{ord(sign)};b" in html


def test_every_sign_that_folds_into_markup_is_known():
    folding = {
        chr(point)
        for point in range(0x80, 0x30000)
        if set("<>&\"'") & set(unicodedata.normalize("NFKC", chr(point)))
    }
    assert not folding & set(believed(" ".join(sorted(folding))).html)


@pytest.mark.parametrize("body", DISTURBING)
def test_what_stands_around_a_text_is_not_disturbed(body):
    for text in (believed(body).html, plain_text(body)):
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x07") & set(text)
        marks = [unicodedata.category(char) in {"Mn", "Me"} for char in text]
        assert not any(all(marks[start : start + 5]) for start in range(len(marks) - 4))


def test_overrides_written_as_entities_stay_entities():
    assert "\u202e" not in believed("&#x202e;txt.exe &#8238;").html


@pytest.mark.parametrize("body", UNSOUND)
def test_text_that_cannot_be_stored_can_still_be_shown(body):
    believed(body).html.encode()
    plain_text(body).encode()


@pytest.mark.parametrize("name", COSTLY)
def test_nothing_that_people_wrote_is_lost(name):
    body = COSTLY[name][:10_000]
    letters = "".join(char for char in body if char.isascii() and char.isalpha())
    shown = believed(body)

    assert_harmless(shown.html)
    if shown.simplified:
        assert 'class="markdown-plain"' in shown.html
    text = TextOf(shown.html).text
    assert text.count("a") <= letters.count("a") * 3
    if "a" in letters and "](" not in body and "a\u0301" not in body:
        assert text.count("a") >= letters.count("a") * 0.9


class TextOf(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.text += data
