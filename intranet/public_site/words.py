"""What stands on the open web as a word, in the reader's language."""

from intranet.collaboration.initiatives.composing import FACT_NAMES, FACTS
from intranet.platform.core.i18n import _

LICENCE = "Creative Commons Attribution 4.0 International"
LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def stage_words() -> dict[str, str]:
    """How far an initiative is."""
    return {
        "idea": _("Idea"),
        "pilot": _("Pilot"),
        "running": _("Running"),
        "closed": _("Closed"),
    }


def kind_words() -> dict[str, str]:
    """What sort of thing it is."""
    return {"initiative": _("Initiative"), "article": _("Article")}


def fact_words() -> dict[str, str]:
    """What is said of an initiative in a line, in this order."""
    return {name: str(FACT_NAMES[name]) for name in FACTS}
