"""Stylesheets: written as one small file per component, served as one file per page.

`static/core/core.css` and `static/PACKAGE/PACKAGE.css` only list what belongs to them, as
`@import url("…") layer(…)`. A browser could follow that by itself; we put the parts together, so
that it needs one request instead of twenty. Without the application, the lists still work.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request
from markupsafe import Markup

from intranet.core.errors import NotFound

YEAR_SECONDS = 365 * 24 * 3600
_IMPORT = re.compile(
    r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?(?P<media>.*?);'
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")


def init_app(app: Flask) -> None:
    """Serve the bundles beside the static files, so that addresses inside them stay true."""
    app.add_url_rule("/static/bundles/<name>.css", endpoint="stylesheet", view_func=serve)
    app.add_template_global(stylesheet)


def stylesheet(name: str) -> Markup:
    """The link to a bundle, under an address that changes with its content."""
    address = f"/static/bundles/{name}.css?v={digest(bundle(name))}"
    return Markup('<link rel="stylesheet" href="{}">').format(address)


def serve(name: str) -> Response:
    """Answer with a bundle; for ever where the address names the version it has."""
    try:
        text = bundle(name)
    except FileNotFoundError as error:
        raise NotFound from error
    response = Response(text, mimetype="text/css")
    response.set_etag(digest(text))
    if request.args.get("v") == digest(text):
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def bundle(name: str) -> str:
    """The stylesheet that `static/NAME/NAME.css` lists, as one text without comments.

    Raises:
        FileNotFoundError: no package has such a stylesheet.
    """
    folder = Path(str(current_app.static_folder)) / name
    if not name.isalpha() or not folder.is_dir():
        raise FileNotFoundError(name)
    entry = folder / f"{name}.css"
    parts = [entry, *_imported(entry)]
    return _bundled(entry, max(part.stat().st_mtime_ns for part in parts))


def digest(text: str) -> str:
    """A short name for this content."""
    return sha256(text.encode()).hexdigest()[:12]


@cache
def _bundled(entry: Path, _changed_ns: int) -> str:
    return _compact(_IMPORT.sub(lambda found: _part(entry.parent, found), _text(entry)))


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


def _compact(text: str) -> str:
    return _SPACE.sub(" ", _COMMENT.sub("", text)).strip()
