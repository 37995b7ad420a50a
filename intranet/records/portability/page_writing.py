"""The frame of the readable pages: plain HTML with one stylesheet, in the agency's language."""

from typing import Any

from flask import current_app

from intranet.records.packages.writing import PackageWriter

FOLDER = "records/portability/package"
STYLES = "pages.css"


class PageWriter:
    """Writes pages of a package. `files` are the paths of its files by id."""

    def __init__(self, writer: PackageWriter, language: str, name: str) -> None:
        """Begin with the stylesheet; `name` is what the package is about."""
        self._writer = writer
        self._language = language
        self._name = name
        self.files: dict[str, str] = {}
        writer.add(STYLES, self._render("pages.css", 0).encode())

    def write(self, path: str, template: str, *, depth: int = 0, **values: Any) -> None:
        """Write a page; `depth` is how many folders it lies below the first page."""
        self._writer.add(path, self._render(template, depth, **values).encode())

    def _render(self, template: str, depth: int, **values: Any) -> str:
        # Not `render_template`: what pages of the site know of their reader has no place here.
        found = current_app.jinja_env.get_template(f"{FOLDER}/{template}")
        return found.render(
            language=self._language, about=self._name, up="../" * depth, styles=STYLES, **values
        )
