"""From what people write to HTML that may be shown: the only door to the sanitiser."""

from intranet.core.html.markdown import Mention, ResolveMention, post_addresses
from intranet.core.html.rendering import Rendered, clean, plain_text, render_markdown, render_page

__all__ = [
    "Mention",
    "Rendered",
    "ResolveMention",
    "clean",
    "plain_text",
    "post_addresses",
    "render_markdown",
    "render_page",
]
