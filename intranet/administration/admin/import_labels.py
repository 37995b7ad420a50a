"""Labels of imports in the reader's language: kinds of files, states."""

from intranet.administration.imports.columns import ImportKind
from intranet.platform.core.i18n import _


def kind_names() -> dict[ImportKind, str]:
    """Return the label of each kind of file."""
    return {
        ImportKind.PEOPLE: _("People and the posts they hold"),
        ImportKind.STAFF: _("Single staff spreadsheet (creates units and posts)"),
        ImportKind.UNITS: _("Units"),
        ImportKind.POSTS: _("Posts"),
        ImportKind.AGENCIES: _("Agencies"),
        ImportKind.DUTIES: _("Duty roster"),
        ImportKind.DIR3: _("The common directory (DIR3)"),
    }


def state_names() -> dict[str, tuple[str, str]]:
    """Return the label of each state of an import, and the tone in which it is shown."""
    return {
        "waiting": (_("Waiting"), "plain"),
        "checking": (_("File being read"), "plain"),
        "refused": (_("Refused"), "bad"),
        "checked": (_("Ready for review"), "attn"),
        "applying": (_("Being applied"), "plain"),
        "applied": (_("Applied"), "ok"),
    }
