"""Bundle our JavaScript modules into a few files when they are served.

A page needs sixty small modules, and sixty requests cost more than their content. So each of
`ENTRIES` is served as one file with every module that it imports. Each module is in a function of
its own, and they run in the same order as in a browser. A module is in the first bundle that
reaches it. Under its own address there is a stub that re-exports it from the bundle, so that it
exists only once. Only the forms of `import` and `export` that we use are supported.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

# In the order in which pages load them.
ENTRIES = {
    "core": "platform/core/core.js",
    "everywhere": "messaging/conversations/everywhere.js",
    "conversation": "messaging/messages/conversation-page.js",
    "writing": "publishing/writing/writing.js",
    "editor": "publishing/publications/editor-page.js",
}
OTHERS = "vendor/"
_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<path>[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("([^"]+)"\)')
_UNKNOWN = re.compile(r"^(?:import|export|await)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_LONG_TEXT = re.compile(r"^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Module:
    """A module as written: its path below `static` and its source."""

    path: str
    text: str

    @property
    def imports(self) -> list[tuple[str, str]]:
        """Path and names of each import, in order; no names for an import without bindings."""
        found = _IMPORT.finditer(self.text)
        return [(_beside(self.path, part["path"]), part["names"] or "") for part in found]

    @property
    def exports(self) -> list[str]:
        """The names that it exports."""
        return _EXPORT.findall(self.text)


@dataclass
class Scripts:
    """All bundles, and the bundle of each module."""

    files: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def stands_for(self, path: str) -> str | None:
        """Return a stub that re-exports a bundled module from its bundle; None for any other."""
        if path not in self.homes:
            return None
        up = "../" * path.count("/")
        lines = f'import {{ held }} from "{up}bundles/{self.homes[path]}.js";\n'
        if names := self.names[path]:
            lines += f'export const {{ {", ".join(names)} }} = held["{path}"];\n'
        return lines


@cache
def scripts(folder: Path, _version: str) -> Scripts:
    """Bundle all modules in a folder, once for each version of it.

    Raises:
        ValueError: a module uses an unsupported form of `import` or `export`.
    """
    made = Scripts()
    for name, entry in ENTRIES.items():
        modules = [one for one in _in_order(folder, entry) if one.path not in made.homes]
        made.homes |= {one.path: name for one in modules}
        made.names |= {one.path: one.exports for one in modules}
        made.files[name] = _together(name, modules, made.homes)
    return made


def _in_order(folder: Path, entry: str) -> Iterator[Module]:
    """Yield the entry and its imports, each module after those that it imports."""
    done: set[str] = set()

    def visit(path: str, above: tuple[str, ...]) -> Iterator[Module]:
        if path in above:
            raise ValueError(f"{path} imports itself by way of {', '.join(above)}")
        if path in done or path.startswith(OTHERS):
            return
        done.add(path)
        module = Module(path, (folder / path).read_text(encoding="utf-8"))
        for other, _names in module.imports:
            yield from visit(other, (*above, path))
        yield module

    return visit(entry, ())


def _together(name: str, modules: list[Module], homes: dict[str, str]) -> str:
    """Return a bundle of these modules, which imports the modules that are outside it."""
    needed = [path for one in modules for path, _names in one.imports]
    outside = dict.fromkeys(path for path in needed if path.startswith(OTHERS))
    before = dict.fromkeys(homes[path] for path in needed if homes.get(path, name) != name)
    places = {path: f"other{number}" for number, path in enumerate(outside)}
    places |= {
        path: f'{"held" if home == name else home}["{path}"]' for path, home in homes.items()
    }
    lines = [f'import * as {places[path]} from "../{path}";' for path in outside]
    lines += [f'import {{ held as {home} }} from "./{home}.js";' for home in before]
    lines += ["export const held = {};"]
    lines += [f'held["{one.path}"] = (() => {{\n{_body(one, places)}}})();' for one in modules]
    return "\n".join(lines) + "\n"


def _body(module: Module, places: dict[str, str]) -> str:
    """Return a module's code as the body of a function that returns its exports."""

    def taken(found: re.Match[str]) -> str:
        names = " ".join((found["names"] or "").split()).rstrip(",").replace(" as ", ": ")
        place = places[_beside(module.path, found["path"])]
        return f"const {{ {names} }} = {place};\n" if names else ""

    text = _EXPORT.sub("", _IMPORT.sub(taken, module.text))
    text = _LATER.sub(lambda found: f'import("../{_beside(module.path, found[1])}")', text)
    here = f'new URL("../{module.path}", import.meta.url).href'
    text = text.replace("import.meta.url", here)
    if unknown := _UNKNOWN.search(text):
        raise ValueError(f"{module.path} cannot be put together with others: {unknown[0]}")
    if not _LONG_TEXT.search(text):  # within a template literal every space counts
        text = _INDENT.sub("", _COMMENT.sub("", text))
    return f"{text}return {{ {', '.join(module.exports)} }};\n"


def _beside(path: str, relative: str) -> str:
    """Resolve a relative import of a module to a path below `static`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))
