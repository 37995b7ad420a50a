import re

import pytest

from intranet.platform.core.html import plain_text, render_markdown
from tests.hostile import believed

ANA = "0192b5c8-0000-7000-8000-000000000001"


def shown(body: str) -> str:
    return re.sub(' rel="[^"]*"', "", believed(body).html)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**Plans** are *in*.", "<p><strong>Plans</strong> are <em>in</em>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("# Title", "<h3>Title</h3>"),
        ("###### Small", "<h6>Small</h6>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("&lt; &nbsp;", "<p>&amp;lt; &amp;nbsp;</p>"),
        ("before\n---\nafter", "<p>before</p>\n<hr>\n<p>after</p>"),
        ("    indented", "<p>indented</p>"),
        ("art. 3.º, 1ª, ½", "<p>art. 3.º, 1ª, ½</p>"),
    ],
)
def test_markdown_is_shown_as_people_expect_in_a_talk(body, html):
    assert shown(body) == html


def test_a_table_is_shown_with_its_alignment_and_can_be_reached_by_keyboard():
    html = shown("|a|b|\n|-|-:|\n|1|2|")

    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<td class="align-right">2</td>' in html


@pytest.mark.parametrize(
    ("body", "href", "words"),
    [
        ("see https://a.example/x_y_z.", "https://a.example/x_y_z", "https://a.example/x_y_z"),
        ("(https://a.example/?q=1&r=2)", "https://a.example/?q=1&amp;r=2", None),
        ("https://a.example/*x*", "https://a.example/*x", None),
        ("https://intranet/page", "https://intranet/page", None),
        ("www.a.example", "http://www.a.example", "www.a.example"),
        ("ana@a.example", "mailto:ana@a.example", "ana@a.example"),
        ("[the plan](https://a.example)", "https://a.example", "the plan"),
        ("[here](/c/1)", "/c/1", "here"),
        ("<https://a.example>", "https://a.example", "https://a.example"),
        ("[](https://a.example)", "https://a.example", "https://a.example"),
        ("![a photo](https://a.example/x.png)", "https://a.example/x.png", "a photo"),
        ("![](https://a.example/x.png)", "https://a.example/x.png", "https://a.example/x.png"),
        ("[**bold** ![x](https://b.example)](https://a.example)", "https://a.example", None),
    ],
)
def test_addresses_are_links_that_give_nothing_away(body, href, words):
    html = believed(body).html

    rel = 'rel="noopener noreferrer nofollow"'
    assert f'<a href="{href}" {rel}>' in html
    assert html.count("<a ") == 1
    assert "<img" not in html
    assert words is None or f">{words}</a>" in html


@pytest.mark.parametrize("body", ["informe.es", "v1.2", "a@b", "`https://a.example`", "http://"])
def test_what_only_looks_a_little_like_an_address_stays_text(body):
    assert "<a " not in believed(body).html


def test_code_is_coloured_by_classes_and_stays_as_written():
    html = believed("```py\ndef f(x):\n    return '<b>'  # https://a.example\n```").html

    assert '<span class="tok-keyword">def</span>' in html
    assert '<span class="tok-comment"># https://a.example</span>' in html
    assert "&lt;b&gt;" in html
    assert re.sub("<[^>]*>", "", html).startswith("def f(x):\n    return")


def test_code_in_an_unknown_language_is_shown_without_colours():
    assert believed("```klingon\nx < y\n```").html == (
        '<pre class="code"><code>x &lt; y</code></pre>'
    )


@pytest.mark.parametrize(
    ("kind", "place"), [("person", "/people/"), ("post", "/posts/"), ("channel", "/c/")]
)
def test_a_mention_is_a_link_and_is_told(kind, place):
    rendered = believed(f"Ask @[Ana Ruiz]({kind}:{ANA}), please.")

    assert f'class="mention" data-kind="{kind}" data-id="{ANA}"' in rendered.html
    assert f'href="{place}{ANA}"' in rendered.html
    assert ">@Ana Ruiz</a>, please." in rendered.html
    assert rendered.mentions == [{"kind": kind, "id": ANA, "text": "Ana Ruiz"}]


def test_a_mention_shows_the_words_of_the_one_who_knows_them():
    body = f"@[The mayor](person:{ANA}) and @[x](post:{ANA})"

    rendered = render_markdown(
        body, resolve_mention=lambda mention: "Ana" if mention["kind"] == "person" else None
    )

    assert ">@Ana</a> and @x" in rendered.html
    assert rendered.mentions == [{"kind": "person", "id": ANA, "text": "Ana"}]


@pytest.mark.parametrize(
    "body",
    [
        f"`@[Ana](person:{ANA})`",
        f"```\n@[Ana](person:{ANA})\n```",
        f"\\@[Ana](person:{ANA})",
        f"[@[Ana](person:{ANA})](https://a.example)",
        "@[Ana](person:1)",
        f"@[Ana](admin:{ANA})",
    ],
)
def test_code_links_and_what_is_no_mention_address_nobody(body):
    rendered = believed(body)

    assert rendered.mentions == []
    assert "mention" not in rendered.html


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("# Title\n\n- **a** `b`\n- c", "Title a b c"),
        (f"@[Ana](person:{ANA}) ![plan](https://a.example/x.png)", "@Ana plan"),
        ("```py\nx = 1\n```", "x = 1"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("<b>x</b>", "<b>x</b>"),
        ("> ", ">"),
        ("word " * 100, ("word " * 100)[:159].rstrip() + "…"),
    ],
)
def test_a_preview_is_one_line_without_markup(body, line):
    assert plain_text(body) == line
    assert len(plain_text(body)) <= 160


@pytest.mark.parametrize("body", [">", "#", "-", "[]()", "```\n```"])
def test_a_body_of_signs_alone_is_shown_as_it_was_written(body):
    rendered = believed(body)

    inside = body.replace(">", "&gt;").replace("\n", "<br>")
    assert rendered.html == f'<p class="markdown-plain">{inside}</p>'
    assert not rendered.simplified
