"""Every act that the code can record in an audit log, found by reading the code."""

import ast
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from intranet.attention.moderation.models import Outcome, Verdict
from intranet.organisation.identity.models import ProvisioningEffect

IMPORTED = ("unit", "post", "appointment")
PARTS: dict[str, Iterable[str]] = {
    "*.end": IMPORTED,
    "*.change": (*IMPORTED, "person"),
    "moderation.*": Outcome,
    "moderation.appeal_*": Verdict,
    "provisioning.*": set(ProvisioningEffect)
    - {ProvisioningEffect.NONE, ProvisioningEffect.PROBLEM},
}
"""The values of the part of an act that is only known when it happens."""


class Module:
    """A module, with its functions and its constants."""

    def __init__(self, tree: ast.Module, house: list["Module"]) -> None:
        self.house = house
        self.functions = {
            node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }
        self.constants: dict[str, ast.expr] = {}
        for node in tree.body:
            self._keep(node)

    def _keep(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Name):
                self.constants[target.id] = node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for name, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(name, ast.Name):
                        self.constants[name.id] = value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            self.constants[node.target.id] = node.value

    def calls(self, *names: str) -> Iterator[tuple[ast.Call, ast.FunctionDef]]:
        """Yield the calls of these functions, each with the function that it stands in."""
        for owner in self.functions.values():
            for node in ast.walk(owner):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names:
                    yield node, owner

    def values(  # noqa: PLR0911 - a case for each form
        self, found: ast.expr, owner: ast.FunctionDef | None
    ) -> set[str]:
        """Return the texts that an expression can have; `*` for a part that is not known."""
        match found:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.IfExp():
                return self.values(found.body, owner) | self.values(found.orelse, owner)
            case ast.JoinedStr():
                parts = [self.values(part, owner) for part in found.values]
                return {"".join(texts) for texts in product(*parts)}
            case ast.FormattedValue():
                return self.values(found.value, owner)
            case ast.Name():
                return self._named(found.id, owner)
            case ast.Call() if ast.unparse(found.func) in self.functions:
                return self._returned(self.functions[ast.unparse(found.func)])
            case ast.Dict():
                return set().union(*(self.values(value, owner) for value in found.values))
            case ast.Subscript(value=ast.Name() | ast.Dict()):
                return self.values(found.value, owner)
        return {"*"}

    def _returned(self, function: ast.FunctionDef) -> set[str]:
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        return set().union(*(self.values(value, function) for value in given if value))

    def _named(self, name: str, owner: ast.FunctionDef | None) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(owner) if owner else ():
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            ):
                found |= self.values(node.value, owner)
        if owner and (place := _place(owner, name)) is not None:
            for module in [self] if owner.name.startswith("_") else self.house:
                for call, caller in module.calls(owner.name):
                    if (given := _given(call, name, place)) is not None:
                        found |= module.values(given, caller)
        if not found and name in self.constants:
            found = self.values(self.constants[name], None)
        return found or {"*"}


def _place(owner: ast.FunctionDef, name: str) -> int | None:
    names = [each.arg for each in (*owner.args.args, *owner.args.kwonlyargs)]
    return names.index(name) if name in names else None


def _given(call: ast.Call, name: str, place: int) -> ast.expr | None:
    by_name = {each.arg: each.value for each in call.keywords}
    return by_name.get(name) or (call.args[place] if place < len(call.args) else None)


def recorded_acts(folder: Path) -> set[str]:
    """Return the acts that `record` and `AuditAct` are called with below a folder."""
    house: list[Module] = []
    for path in folder.rglob("*.py"):
        house.append(Module(ast.parse(path.read_text(encoding="utf-8")), house))
    acts: set[str] = set()
    for module in house:
        for call, owner in module.calls("record", "AuditAct"):
            if (given := _given(call, "act", 0)) is not None:
                acts |= module.values(given, owner)
    written = {act for act in acts if "." in act or "*" in act}
    return {act.replace("*", each) for act in written for each in PARTS.get(act, ("*",))}
