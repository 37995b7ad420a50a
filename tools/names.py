"""Check names and docstrings: `python3 -m intranet check names`.

It reads `intranet/`, `tools/bench/` and `tools/demo/`. A class name is defined in one file only. A
docstring opens with a sentence, not with a clause such as "What is asked". A module constant that
is a plain number has no vague name, such as `AT_ONCE`.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (ROOT / "intranet", ROOT / "tools" / "bench", ROOT / "tools" / "demo")
CLAUSE = re.compile(r"(?:Who|What|Whoever|Whom|Whose|Those who)\b")
# Names of numbers that say neither a unit nor what is counted.
VAGUE = re.compile(
    r"_?(?:AHEAD|AT_ONCE|ENOUGH|FEW|LATE|LONG|MANY|MOST|SEVERAL|SHOWN|SOON|TOGETHER)"
)


def is_number(node: ast.expr | None) -> bool:
    """Return whether an expression consists of numbers and operators alone."""
    if isinstance(node, ast.BinOp):
        return is_number(node.left) and is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def is_public(node: ast.AST) -> TypeGuard[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """Return whether a node is a module, a class or a public function."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not node.name.startswith("_")
    return isinstance(node, ast.Module | ast.ClassDef)


def numbers(module: ast.Module) -> Iterator[ast.Name]:
    """Yield the names of the module constants that are plain numbers."""
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        for name, value in pairs:
            if isinstance(name, ast.Name) and name.id.isupper() and is_number(value):
                yield name


def faults(*packages: Path) -> Iterator[str]:
    """Yield each fault in packages as `file:line: message`."""
    classes: defaultdict[str, list[Path]] = defaultdict(list)
    paths = [(package, path) for package in packages for path in sorted(package.rglob("*.py"))]
    for package, path in paths:
        file = path.relative_to(package.parent)
        module = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and file not in classes[node.name]:
                classes[node.name].append(file)
            if is_public(node) and CLAUSE.match(summary := ast.get_docstring(node) or ""):
                yield f"{file}:{getattr(node, 'lineno', 1)}: {summary.splitlines()[0]}"
        for name in numbers(module):
            if VAGUE.fullmatch(name.id):
                yield f"{file}:{name.lineno}: {name.id} says no unit, nor what it counts"
    for class_name, files in sorted(classes.items()):
        if len(files) > 1:
            yield f"{files[0]}: class {class_name} is also in {', '.join(map(str, files[1:]))}"


if __name__ == "__main__":
    found = list(faults(*PACKAGES))
    print("\n".join(found))
    sys.exit(bool(found))
