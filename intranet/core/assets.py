"""Static files under addresses that change with their content, and stylesheets put together.

A stylesheet is written as one small file per component. `static/core/core.css` and
`static/PACKAGE/PACKAGE.css` list what belongs to them, as `@import url("…") layer(…)`. A browser
could follow that by itself; served as one file it needs one request instead of twenty.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from markupsafe import Markup

from intranet.core.errors import NotFound

YEAR_SECONDS = 365 * 24 * 3600
_IMPORT = re.compile(
    r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?(?P<media>.*?);'
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};]) ?")


def init_app(app: Flask) -> None:
    """Serve the bundles beside the static files, so that addresses inside them stay true."""
    app.add_url_rule("/static/bundles/<name>.css", endpoint="stylesheet", view_func=serve)
    app.add_template_global(asset)
    app.add_template_global(stylesheet)
    app.after_request(_keep_for_ever)


def asset(path: str) -> str:
    """The address of a static file, which changes with its content.

    Scripts and fonts keep their plain names: modules and stylesheets name them so, and under a
    second address they would be loaded, or run, twice.
    """
    if path.endswith((".js", ".woff2")):
        return url_for("static", filename=path)
    file = Path(str(current_app.static_folder)) / path
    return url_for("static", filename=path, v=_digest_of(file, file.stat().st_mtime_ns))


def stylesheet(name: str) -> Markup:
    """The link to a bundle."""
    address = url_for("stylesheet", name=name, v=_digest(bundle(name)))
    return Markup('<link rel="stylesheet" href="{}">').format(address)


def serve(name: str) -> Response:
    """Answer with a bundle."""
    try:
        text = bundle(name)
    except FileNotFoundError as error:
        raise NotFound from error
    response = Response(text, mimetype="text/css")
    response.set_etag(_digest(text))
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def bundle(name: str) -> str:
    """The stylesheet that `static/NAME/NAME.css` lists, as one text without comments.

    Raises:
        FileNotFoundError: no package has such a stylesheet.
    """
    entry = Path(str(current_app.static_folder)) / name / f"{name}.css"
    if not name.isalpha() or not entry.exists():
        raise FileNotFoundError(name)
    parts = [entry, *_imported(entry)]
    return _bundled(entry, max(part.stat().st_mtime_ns for part in parts))


def _keep_for_ever(response: Response) -> Response:
    """What was asked for under the name of its content never changes."""
    is_there = response.status_code < HTTPStatus.BAD_REQUEST
    if is_there and request.endpoint in {"static", "stylesheet"} and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@cache
def _bundled(entry: Path, _changed_ns: int) -> str:
    text = _IMPORT.sub(lambda found: _part(entry.parent, found), _text(entry))
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", text))).replace(";}", "}").strip()


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


@cache
def _digest_of(file: Path, _changed_ns: int) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
