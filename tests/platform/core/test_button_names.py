"""A button that is called otherwise than it shows: its name holds the text, in five languages."""

import pytest
from jinja2 import nodes

from intranet.bootstrap.places import RESOURCES as ROOT
from tests.reading import unnamed
from tools import catalogues

BUTTONS = {"button", "menu_item", "chip"}
LEAST_BUTTONS = 30


def texts(node):
    """Each text that is translated in an expression, with its context."""
    calls = [node] if isinstance(node, nodes.Call) else []
    for call in [*calls, *node.find_all(nodes.Call)]:
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        given = [each.value for each in call.args if isinstance(each, nodes.Const)]
        if name == "_" and given:
            yield given[0], None
        elif name == "pgettext" and given:
            yield given[1], given[0]


def said_in(catalogue, text, context):
    """What a catalogue says for a text."""
    message = catalogue.get(text, context)
    assert message
    return catalogues.forms(message.string)[0]


def buttons(env):
    """The texts that a button shows, those of its name, and where it stands."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        tree = env.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Getattr) or call.node.attr not in BUTTONS:
                continue
            names = [each.value for each in call.kwargs if each.key == "aria_label"]
            if call.args and names:
                shown, called = list(texts(call.args[0])), list(texts(names[0]))
                yield shown, called, f"{path.relative_to(ROOT)}:{call.lineno}"


@pytest.mark.slow
def test_the_name_of_each_button_holds_the_text_that_it_shows(app):
    faults, read = [], 0
    catalogue_of = {language: catalogues.read(language) for language in catalogues.LANGUAGES}
    for shown, called, where in buttons(app.jinja_env):
        read += bool(shown)
        for language, catalogue in catalogue_of.items():
            for text in shown:
                said = said_in(catalogue, *text)
                names = [said_in(catalogue, *name) for name in called]
                if all(unnamed(said, name) for name in names):
                    faults.append((where, language, said, names))

    assert faults == []
    assert read > LEAST_BUTTONS
