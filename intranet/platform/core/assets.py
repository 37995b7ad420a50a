"""Serve static files under versioned addresses, and bundle stylesheets.

Each file is found at `/static/PATH` and at `/static/@VERSION/PATH`. The version is a digest of all
files, so responses under it are cached for ever. Modules, stylesheets and fonts refer to each other
by relative addresses, so a file from one version loads the others from the same version.

A stylesheet is written as one small file per component. The file with the name of its folder, such
as `static/platform/core/core.css`, lists what belongs to it, as `@import url("…") layer(…)`. Served
as one bundle it needs one request instead of twenty. Scripts are put together likewise
(`intranet/platform/core/js_modules.py`), except in debugging.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from intranet.platform.core.errors import NotFound
from intranet.platform.core.js_modules import ENTRIES, Scripts, scripts

YEAR_SECONDS = 365 * 24 * 3600
VERSION = "asset_version"
_BUNDLE = re.compile(r"bundles/([a-z_]+)\.(css|js)")
_IMPORT = re.compile(
    r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?(?P<media>.*?);'
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};>]) ?")
_VALUE = re.compile(r"(?<=[{;])([\w-]+): ")
_COMMA = re.compile(r'("[^"]*")|, ')


def init_app(app: Flask) -> None:
    """Serve the static files under versioned addresses too."""
    app.extensions[VERSION] = _version_at_first(_folder(app))
    app.add_url_rule("/static/@<version>/<path:path>", endpoint="asset", view_func=serve)
    app.add_template_global(_asset_of(app), "asset")
    app.add_template_global(stylesheet)
    app.add_template_global(script)


def asset(path: str) -> str:
    """Return the address of a static file in its current version."""
    return f"{current_app.static_url_path}/@{_version()}/{path}"


def _asset_of(app: Flask) -> Callable[[str], str]:
    """Return a fast `asset` for templates, which looks up the version only in debugging."""
    prefix = f"{app.static_url_path}/@{app.extensions[VERSION]}/"

    def asset_of_this_version(path: str) -> str:
        return asset(path) if app.debug else prefix + path

    return asset_of_this_version


def stylesheet(name: str) -> Markup:
    """Return the link element for the stylesheet that `NAME/NAME.css` below `static/` lists."""
    return Markup('<link rel="stylesheet" href="{}">').format(asset(f"bundles/{name}.css"))


def script(name: str, *, blocking: bool = False) -> Markup:
    """Return the script element for the modules listed under this name in `js_modules.ENTRIES`.

    Args:
        blocking: show the page only after the script has run, because its changes move the layout.
    """
    path = ENTRIES[name] if current_app.debug else f"bundles/{name}.js"
    how = Markup(' blocking="render"') if blocking else ""
    return Markup('<script type="module" src="{}"{}></script>').format(asset(path), how)


def serve(version: str, path: str) -> Response:
    """Serve a file; a page loaded before an update gets the current version."""
    if found := _BUNDLE.fullmatch(path):
        response = _stylesheet(found[1]) if found[2] == "css" else _script(found[1])
    elif not current_app.debug and (text := _scripts().stands_for(path)):
        response = _made(text, "text/javascript")
    else:
        response = current_app.send_static_file(path)
    if version == _version():
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


def _version() -> str:
    """Return the digest of all files, computed at start-up or, in debugging, for each request."""
    if not current_app.debug:
        return str(current_app.extensions[VERSION])
    if VERSION not in g:
        setattr(g, VERSION, _version_of(_folder(current_app)))
    return str(g.get(VERSION))


@cache
def _version_at_first(folder: Path) -> str:
    return _version_of(folder)


def _version_of(folder: Path) -> str:
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _folder(app: Flask) -> Path:
    return Path(str(app.static_folder))


def _script(name: str) -> Response:
    if name not in ENTRIES:
        raise NotFound
    return _made(_scripts().files[name], "text/javascript")


def _scripts() -> Scripts:
    return scripts(_folder(current_app), _version())


def _stylesheet(name: str) -> Response:
    entry = _entries(_folder(current_app), _version()).get(name)
    if entry is None:
        raise NotFound
    parts = [entry, *_imported(entry)]
    return _made(_bundled(entry, max(part.stat().st_mtime_ns for part in parts)), "text/css")


@cache
def _entries(folder: Path, _version: str) -> dict[str, Path]:
    """Return the stylesheets that are named like their folder, by name; each lists a bundle."""
    return {path.stem: path for path in folder.rglob("*.css") if path.stem == path.parent.name}


def _made(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.set_etag(sha256(text.encode()).hexdigest()[:12])
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


@cache
def _bundled(entry: Path, _changed_ns: int) -> str:
    text = _IMPORT.sub(lambda found: _part(entry.parent, found), _text(entry))
    return _compact(text)


def _compact(text: str) -> str:
    text = _SPACE.sub(" ", _COMMENT.sub("", text))
    text = _AROUND.sub(r"\1", text).replace(";}", "}")
    text = _VALUE.sub(r"\1:", text).strip()
    return _COMMA.sub(lambda found: found[1] or ",", text)


def _imported(entry: Path) -> Iterator[Path]:
    for found in _IMPORT.finditer(_text(entry)):
        yield entry.parent / found["path"]


def _part(folder: Path, found: re.Match[str]) -> str:
    text = _text(folder / found["path"])
    if layer := found["layer"]:
        text = f"@layer {layer} {{ {text} }}"
    if media := found["media"].strip():
        text = f"@media {media} {{ {text} }}"
    return text


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
