"""Turn Markdown into safe HTML: the only module that uses the sanitiser."""

from intranet.platform.core.html.markdown import post_addresses
from intranet.platform.core.html.mentions import (
    BodyMention,
    ResolveMention,
    bare,
    mentions_in,
    with_true_names,
)
from intranet.platform.core.html.rendering import (
    Rendered,
    clean,
    plain_text,
    render_markdown,
    render_page,
)

__all__ = [
    "BodyMention",
    "Rendered",
    "ResolveMention",
    "bare",
    "clean",
    "mentions_in",
    "plain_text",
    "post_addresses",
    "render_markdown",
    "render_page",
    "with_true_names",
]
