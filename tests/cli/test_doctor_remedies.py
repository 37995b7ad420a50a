"""Whatever the doctor finds wrong names a command or a setting that settles it."""

import ast
import re
from pathlib import Path

MODULES = sorted((Path(__file__).parents[2] / "intranet/cli").glob("*_checks.py"))
REMEDY = re.compile(r"`[^`]+`|INTRANET_\w+|Limit\w+=")
# Their text is made elsewhere, of names of settings.
MADE_ELSEWHERE = {"schema.NEWER", "str(error)"}


def text_of(node):
    """The text of a literal or a formatted one; what is filled in is left out."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def findings(module):
    """The text of each finding that a module raises."""
    for function in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        said = ""
        for node in sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0)):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
                said = text_of(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "WrongError":
                (given,) = node.args
                if ast.unparse(given) not in MADE_ELSEWHERE:
                    yield said if ast.unparse(given) == "message" else text_of(given)


def test_each_finding_names_what_settles_it():
    said = [text for module in MODULES for text in findings(module)]
    assert len(said) > 20
    assert [text for text in said if not REMEDY.search(text)] == []
