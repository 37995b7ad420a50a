"""Reading the documents: their tables, and the files and functions of the code that they name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
FOLDERS = "intranet|templates|static|migrations|tests|tools|docs"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./@-]*)(?::([\w.#]+))?`")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Every document: those at the top of the project, then those under docs/."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def text_of(name: str) -> str:
    """A document by its path under docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    found = re.search(rf"(?m)^(#+) {re.escape(heading)}$", text)
    assert found, f"there is no heading “{heading}”"
    level = len(found[1])
    rest = text[found.end() :]
    following = re.search(rf"(?m)^#{{1,{level}}} ", rest)
    return rest[: following.start()] if following else rest


def rows(text: str) -> list[list[str]]:
    """The rows of all tables in a text, without their heads."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        is_row = line.startswith("|") and not re.fullmatch(r"[|:\- ]+", line)
        is_head = number + 1 < len(lines) and re.fullmatch(r"\|[|:\- ]+\|", lines[number + 1])
        if is_row and not is_head:
            cells = re.split(r"(?<!\\)\|", line.strip("|"))
            found.append([cell.strip() for cell in cells])
    return found


def codes(text: str) -> list[str]:
    """What stands between backticks, in order."""
    return re.findall(r"`([^`]+)`", text)


def named_in(path: Path) -> Iterator[tuple[str, str | None]]:
    """Files of ours that a document names, with the function if one is named: `path:name`."""
    for found in NAMED.finditer(path.read_text(encoding="utf-8")):
        yield found[1], found[2]


def holds(path: Path, name: str) -> bool:
    """Whether a file of the code defines a function, a class, a method or a name."""
    if path.suffix == ".py":
        return name in _python_names(path)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        return all(_is_in_script(text, part) for part in name.split("."))
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


@cache
def _python_names(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_names(tree.body, ""))


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name):
                yield prefix + name
            case ast.ClassDef(name=name, body=inside):
                yield prefix + name
                yield from _names(inside, f"{prefix}{name}.")
            case ast.Assign(targets=targets):
                for target in targets:
                    for each in ast.walk(target):
                        if isinstance(each, ast.Name):
                            yield prefix + each.id
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name


def _is_in_script(text: str, name: str) -> bool:
    plain = re.escape(name)
    declared = rf"\b(?:function|class|const|let) {plain}\b"
    method = rf"^\s+(?:async |static |get |set )?#?{plain}\("
    return re.search(rf"{declared}|{method}", text, re.MULTILINE) is not None
