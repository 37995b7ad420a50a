"""Labels of imports in the reader's language: kinds of files, states."""

from intranet.administration.imports.columns import ImportKind
from intranet.platform.core.i18n import _


def kind_names() -> dict[ImportKind, str]:
    """Return the label of each kind of file."""
    return {
        ImportKind.STAFF: _("Single staff spreadsheet (creates units and posts)"),
        ImportKind.UNITS: _("Units"),
        ImportKind.POSTS: _("Posts"),
        ImportKind.PEOPLE: _("People and the posts they hold"),
        ImportKind.DUTIES: _("Duty roster"),
        ImportKind.DIR3: _("The common directory (DIR3)"),
        ImportKind.AGENCIES: _("Agencies"),
    }


def kind_hints() -> dict[ImportKind, str | None]:
    """Return what else is to be known of a kind of file before it is chosen."""
    return {
        **dict.fromkeys(ImportKind, None),
        ImportKind.STAFF: _(
            "A list of people with their unit and post, as personnel programs write it."
        ),
        ImportKind.PEOPLE: _("For posts that have a code here."),
        ImportKind.DIR3: _(
            "The official register of units. Only the units of your agency are taken from it."
        ),
        ImportKind.AGENCIES: _(
            "Only the name of your own agency. Other agencies are added by the people who run the "
            "server."
        ),
    }


def state_names() -> dict[str, tuple[str, str]]:
    """Return the label of each state of an import, and the tone in which it is shown."""
    return {
        "waiting": (_("Waiting"), "plain"),
        "columns": (_("Columns to decide"), "attn"),
        "checking": (_("File being read"), "plain"),
        "refused": (_("Refused"), "bad"),
        "checked": (_("Ready for review"), "attn"),
        "applying": (_("Being applied"), "plain"),
        "applied": (_("Applied"), "ok"),
    }
