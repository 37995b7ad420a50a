"""Security, rows 8, 22 and 42: hostile text in a real browser, and its `innerHTML` round trip."""

import pytest

from intranet.platform.core.html import clean
from tests.hostile import MARKUP, believed

LOOK = """html => {
  const [shown, again] = ["shown", "again"].map(id => document.getElementById(id));
  shown.innerHTML = html;
  again.innerHTML = shown.innerHTML;
  again.innerHTML = again.innerHTML;
  const alive = element =>
    /^(script|img|svg|math|style|iframe|object|embed|form|input|template|noscript|title|link|meta|base)$/i
      .test(element.tagName)
    || [...element.attributes].some(({ name, value }) =>
      name.startsWith("on") || name === "id" || name === "style"
      || /^[\\s\\u0000-\\u0020]*(javascript|data|vbscript):/i.test(value));
  return {
    alive: [...document.querySelectorAll("#shown *, #again *")].filter(alive).map(e => e.outerHTML),
    same: shown.innerHTML === again.innerHTML,
    broken: document.body.children.length - 2,
  };
}"""


@pytest.fixture
def watched(page):
    """A page that notes what runs and what is fetched."""
    happened = []

    def note(dialog):
        happened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("request", lambda request: happened.append(request.url))
    page.set_content('<!doctype html><div id="shown"></div><div id="again"></div>')
    happened.clear()
    return page, happened


def test_nothing_runs_nothing_is_fetched_and_nothing_changes_in_the_round_trip(watched):
    page, happened = watched
    for body in MARKUP:
        for html in (
            believed(body).html,
            clean(body),
            believed(f"> - **{body}**\n\n|{body}|\n|-|\n|{body}|").html,
            believed(f"```html\n{body}\n```").html,
        ):
            assert page.evaluate(LOOK, str(html)) == {"alive": [], "same": True, "broken": 0}, html

    assert happened == []
