"""The content of a mail, written once and rendered as plain text and as HTML.

The HTML loads nothing: no picture, no font, no tracking pixel. Its styles are inlined for clients
that support nothing else; the remaining style sheet holds the colours for dark mode.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from css_inline import CSSInliner
from flask import current_app

from intranet.platform.core.mail import Mail, in_language


@dataclass(frozen=True)
class Quote:
    """A quotation, as plain text with its line breaks."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of short lines with a title."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class LetterEntry:
    """An entry of a list in a mail, with the address that opens it."""

    title: str
    address: str
    detail: str = ""


@dataclass(frozen=True)
class Button:
    """The one action that a mail asks for."""

    words: str
    address: str


Block = str | Quote | Points | LetterEntry | Button


@dataclass(frozen=True)
class Letter:
    """The content of a mail, without its recipient.

    Args:
        subject: also the heading.
        blocks: the content from top to bottom; a string is a paragraph.
        why: the reason why the reader gets it.
        sender: the name of the sending agency or installation.
        stop: the address that unsubscribes from such mails, if that is possible.
    """

    subject: str
    blocks: Sequence[Block]
    why: str
    sender: str
    stop: str = ""


def write(
    letter: Letter, *, to: str, language: str, message_id: str = "", thread: str = ""
) -> Mail:
    """Render a letter as a mail, in text and HTML. It needs no request.

    Args:
        letter: the content, already in the reader's language.
        to: one address.
        language: the language of the letter, and of the frame around it.
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
