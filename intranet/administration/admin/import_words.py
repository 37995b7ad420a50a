"""What imports say in the reader's language: kinds of files, how far one is."""

from intranet.administration.imports.columns import Kind
from intranet.platform.core.i18n import _


def kind_names() -> dict[Kind, str]:
    """What a file holds."""
    return {
        Kind.PEOPLE: _("People and the posts they hold"),
        Kind.STAFF: _("Single staff spreadsheet (creates units and posts)"),
        Kind.UNITS: _("Units"),
        Kind.POSTS: _("Posts"),
        Kind.AGENCIES: _("Agencies"),
        Kind.DUTIES: _("Duty roster"),
        Kind.DIR3: _("The common directory (DIR3)"),
    }


def state_names() -> dict[str, tuple[str, str]]:
    """How far an import is, and the tone in which that is shown."""
    return {
        "waiting": (_("Waiting"), "plain"),
        "checking": (_("File being read"), "plain"),
        "refused": (_("Refused"), "bad"),
        "checked": (_("Ready for review"), "attn"),
        "applying": (_("Being applied"), "plain"),
        "applied": (_("Applied"), "ok"),
    }
