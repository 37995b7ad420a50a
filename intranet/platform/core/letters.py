"""What a mail says, written once and shown twice: as plain text and as HTML for every client.

The HTML asks for nothing from outside: no picture, no font, no sign that it was opened. Its styles
stand in the elements, for clients that know nothing else; what is left of the sheet are the colours
for the dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from css_inline import CSSInliner
from flask import current_app

from intranet.platform.core.mail import Mail, in_language


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, as plain text with its line breaks."""

    text: str


@dataclass(frozen=True)
class Points:
    """Short lines that belong together, with what they are about before them."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Entry:
    """One thing of several in a mail, which can be opened."""

    title: str
    address: str
    detail: str = ""


@dataclass(frozen=True)
class Button:
    """The one thing to do."""

    words: str
    address: str


Block = str | Quote | Points | Entry | Button


@dataclass(frozen=True)
class Letter:
    """A mail before it has a reader.

    Args:
        subject: also its heading.
        blocks: what it says, from top to bottom; a string is a paragraph.
        why: why its reader gets it.
        sender: in whose name: an agency, the installation.
        stop: the address at which such mails are stopped, where they can be.
    """

    subject: str
    blocks: Sequence[Block]
    why: str
    sender: str
    stop: str = ""


def write(
    letter: Letter, *, to: str, language: str, message_id: str = "", thread: str = ""
) -> Mail:
    """Make the mail, text and HTML from the same words. It needs no request.

    Args:
        letter: what it says, in the language of its reader already.
        to: one address.
        language: of the letter; the frame's own words follow it.
        message_id: as `stable_id` makes it.
        thread: the `message_id` of the mail that this one belongs to.
    """
    with in_language(language):
        blocks = [(type(block).__name__, block) for block in letter.blocks]
        facts = {"letter": letter, "language": language, "blocks": blocks}
        text = _render("letter.txt", facts)
        html = _inliner().inline(_render("letter.html", facts))
    return Mail(
        to=to,
        subject=letter.subject,
        text=text,
        language=language,
        html=html,
        message_id=message_id,
        thread=thread,
        unsubscribe=letter.stop,
    )


def _render(template: str, facts: dict[str, object]) -> str:
    return current_app.jinja_env.get_template(f"platform/core/mail/{template}").render(facts)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
