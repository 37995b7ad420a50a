"""Names of kinds, decisions, texts and faults, in the reader's language."""

from collections.abc import Mapping

from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l, pgettext
from intranet.records.access_requests.models import AccessDecision, AccessKind, FoundKind

FAULTS: Mapping[str, Words] = {
    "left": _l("Hidden words are still to be seen here."),
    "changed": _l("This has changed since it was decided. Read it again."),
    "lost": _l("The text with a hidden passage is gone. Show the passage again, or read it anew."),
    "hidden_in_file": _l(
        "The file holds hidden words. Let it go out as text only, or leave it out."
    ),
    "no_text": _l("The file has no readable text. Leave it out, or let it go out as it is."),
    "not_looked_at": _l(
        "Words in pictures or scans were not searched. Look at the file and say so, or leave it "
        "out."
    ),
    "unread": _l("Not everything has been read yet."),
    "nothing": _l("Nothing is included yet."),
    "not_whole": _l(
        "The file cannot be searched whole. Let it go out as text only, or leave it out."
    ),
    "not_in_charge": _l("The request was closed, or someone else is in charge by now."),
    "shows": _l("The finished package would have shown hidden words, so it was not kept."),
}
"""Why a package is not made, by key."""


def access_kinds() -> dict[AccessKind, Words]:
    """Return the names of the rights by which somebody asks."""
    return {
        AccessKind.TRANSPARENCY: _l("Transparency law"),
        AccessKind.OWN: _l("A person’s own data"),
    }


def kind_names() -> dict[FoundKind, Words]:
    """Return the names of what is found."""
    return {
        FoundKind.DAY: _l("Messages of a day"),
        FoundKind.PUBLICATION: _l("Publication"),
        FoundKind.FILE: _l("File"),
        FoundKind.HELD: _l("Kept content"),
    }


def decision_names() -> dict[AccessDecision, Words]:
    """Return the names of decisions."""
    return {
        AccessDecision.UNREAD: pgettext("access", "To read"),
        AccessDecision.INCLUDED: pgettext("access", "Included"),
        AccessDecision.LEFT_OUT: pgettext("access", "Not included"),
    }


def role_names() -> dict[str, Words]:
    """Return what a text is, where that is not plain from its place."""
    return {
        "version": _l("Earlier version"),
        "forward": _l("Forwarded"),
        "forwarded_from": _l("Forwarded from"),
        "title": _l("Title"),
        "summary": _l("Summary"),
        "note": _l("Note on the correction"),
        "alternative": _l("Description"),
        "extracted": _l("Text of the file"),
    }
