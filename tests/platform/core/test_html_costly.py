"""Rendering is bounded by sizes: no message takes more than 50 ms, no page more than 500."""

import random

import pytest

from intranet.platform.core.html import plain_text, render_markdown, render_page
from intranet.platform.core.html.code import LANGUAGES
from intranet.publishing.publications.texts import BODY_LIMIT
from tests.hostile import COSTLY, LIMIT
from tests.pace import within

pytestmark = pytest.mark.slow

SECONDS = 0.05
PAGE_SECONDS = 0.5
CODE = [
    "a b ",
    "a.",
    "a<",
    "{",
    "(",
    '"',
    "'",
    "`",
    "/*",
    "<!--",
    "${",
    "@",
    "\\",
    "a(b ",
    "=\n",
    "a:",
]


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_body_is_rendered_in_time(name):
    body = COSTLY[name][:LIMIT]

    within(SECONDS, render_markdown, body)
    within(SECONDS, plain_text, body)


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_page_is_rendered_in_time(name):
    body = (COSTLY[name] * (BODY_LIMIT // len(COSTLY[name]) + 1))[:BODY_LIMIT]

    within(PAGE_SECONDS, render_page, body)


@pytest.mark.parametrize(("first", "last"), [("> a", "> b"), ("```", "```"), ("", "")])
@pytest.mark.parametrize("between", ["\n", "\n\n ", "\n ", "\n\t\n"])
def test_nothing_at_all_is_rendered_in_time(first, between, last):
    body = f"{first}{between * (BODY_LIMIT // len(between))}{last}"

    within(PAGE_SECONDS, render_page, body)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_code_is_coloured_in_time(language):
    for piece in CODE:
        lines = "\n".join([(piece * 390)[:390]] * 7)
        within(SECONDS, render_markdown, f"```{language}\n{lines}\n```")


def test_any_mixture_is_rendered_in_time():
    dice = random.Random(1)
    pieces = [name.removesuffix(" repeated") for name in COSTLY if name.endswith(" repeated")]
    bodies = [COSTLY[f"{piece} repeated"][:40] for piece in pieces]
    for _ in range(150):
        body = "".join(dice.choices(bodies, k=400))[:LIMIT]
        line = "".join(dice.choices(bodies, k=3)) + "\n" * dice.randint(0, 2)
        within(SECONDS, render_markdown, body)
        within(SECONDS, render_markdown, (line * LIMIT)[:LIMIT])


def test_many_fences_share_one_limit_of_colours():
    body = "\n".join(["```py", *["x = 1"] * 200, "```"] * 3)

    html = render_markdown(body).html

    assert html.count('<pre class="code">') == 3
    assert html.count("tok-number") == 400


@pytest.mark.parametrize(
    "body", [">" * 5_000 + " x", "[" * 5_000, "- " * 4_999 + "x", "*a " * 3_000, "a\n" * 5_000]
)
def test_what_is_too_deep_or_too_much_is_shown_as_it_was_written_and_says_so(body):
    rendered = render_markdown(body)

    assert rendered.simplified
    assert rendered.html.startswith('<p class="markdown-plain">')
    assert rendered.html.count("x") + rendered.html.count("[") + rendered.html.count("a") > 0


def test_a_long_and_decent_body_is_no_exception():
    paragraph = (
        "The plans for **Rúa Nova** are in, see [the folder](https://a.example/plans_2024) and "
        "`PLAN-12`.\n\n- first point\n- second *point*\n\n> as agreed\n\n|a|b|\n|-|-|\n|1|2|\n\n"
    )
    rendered = render_markdown((paragraph * 60)[:LIMIT])

    assert not rendered.simplified
    assert rendered.html.count("<table>") > 40
