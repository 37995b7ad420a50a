"""Labels of the public site, in the reader's language."""

from intranet.collaboration.initiatives.composing import FACT_NAMES, FACTS
from intranet.platform.core.i18n import _

LICENCE = "Creative Commons Attribution 4.0 International"
LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def stage_words() -> dict[str, str]:
    """Return the labels of the stages of an initiative."""
    return {
        "idea": _("Idea"),
        "pilot": _("Pilot"),
        "running": _("Running"),
        "closed": _("Closed"),
    }


def kind_words() -> dict[str, str]:
    """Return the labels of the kinds of public items."""
    return {"initiative": _("Initiative"), "article": _("Article")}


def fact_words() -> dict[str, str]:
    """Return the labels of an initiative's facts, in the order shown."""
    return {name: str(FACT_NAMES[name]) for name in FACTS}
