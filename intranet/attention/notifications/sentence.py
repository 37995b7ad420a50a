"""The sentence of a notification: who did what to which thing.

The page, mail, push and the digest render the same sentence: the page shows names and titles in
bold (`Sentence.html`), the others take plain text (`str`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flask_babel
from markupsafe import Markup, escape

from intranet.attention.notifications.sentences import SENTENCES
from intranet.platform.core.i18n import _, ngettext

START, END = "\ue000", "\ue001"
"""Private-use characters around bold text; no name or title contains them."""


@dataclass(frozen=True)
class Sentence:
    """A sentence in the reader's language, with its names and titles marked."""

    marked: str

    def __str__(self) -> str:
        return self.marked.replace(START, "").replace(END, "")

    @property
    def html(self) -> Markup:
        """The sentence for a page: names and titles are bold."""
        text = str(escape(self.marked))
        return Markup(text.replace(START, "<b>").replace(END, "</b>"))  # noqa: S704 - escaped above


def sentence(act: str, actors: Sequence[str], what: str = "", messages: int = 1) -> Sentence:
    """Build the sentence of an act.

    Args:
        act: a key of `SENTENCES`; `direct`, `post` or `channel` for messages.
        actors: the names of those who did it, the newest first; empty where nobody is named.
        what: the title of the thing, or the name of the conversation.
        messages: the number of messages.
    """
    if act in {"direct", "post", "channel"}:
        return Sentence(_of_messages(act, actors, _bold(what), messages))
    form = SENTENCES[act]
    if form.by and (actors or not form.alone):
        text = flask_babel.get_translations().ungettext(*form.by, max(1, len(actors)))
        return Sentence(text % {"who": _who(actors), "what": _bold(what)})
    return Sentence(str(form.alone) % {"what": _bold(what)})


def _of_messages(act: str, actors: Sequence[str], place: str, number: int) -> str:
    """Build the sentence of messages, with their number, by one author or several."""
    who, is_one = _who(actors), len(actors) <= 1
    if act == "direct":
        if is_one:
            return ngettext(
                "%(who)s wrote to you", "%(who)s wrote you %(num)s messages", number, who=who
            )
        return ngettext(
            "%(who)s sent you %(num)s message",
            "%(who)s together sent you %(num)s messages",
            number,
            who=who,
        )
    if is_one:
        return ngettext(
            "%(who)s wrote in %(place)s",
            "%(who)s wrote %(num)s messages in %(place)s",
            number,
            who=who,
            place=place,
        )
    return ngettext(
        "%(who)s wrote %(num)s message in %(place)s",
        "%(who)s together wrote %(num)s messages in %(place)s",
        number,
        who=who,
        place=place,
    )


def _who(names: Sequence[str]) -> str:
    """Return the actors as text: one, two, or the newest and how many more."""
    if not names:
        return _("A colleague")
    if len(names) == 1:
        return _bold(names[0])
    if len(names) == 2:  # noqa: PLR2004 - both are named
        return _("%(first)s and %(second)s", first=_bold(names[0]), second=_bold(names[1]))
    more = len(names) - 1
    return ngettext(
        "%(name)s and %(num)s other", "%(name)s and %(num)s others", more, name=_bold(names[0])
    )


def _bold(text: str) -> str:
    return f"{START}{text}{END}" if text else ""
