"""What templates know besides Jinja: localised text, dates, tones."""

from flask import Flask

from intranet.core.types import Localized
from intranet.core.web import current_language


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(localized)


def localized(text: Localized | None, fallback: str = "") -> str:
    """A localised text in the reader's language, else in `fallback`, else in its own."""
    return text.text(current_language(), fallback) if text else ""
