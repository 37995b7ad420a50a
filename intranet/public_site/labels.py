"""Labels of the public site, in the reader's language."""

from intranet.collaboration.initiatives.body import FACT_NAMES, FACTS

LICENCE = "Creative Commons Attribution 4.0 International"
LICENCE_NAME = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def fact_words() -> dict[str, str]:
    """Return the labels of an initiative's facts, in the order shown."""
    return {name: str(FACT_NAMES[name]) for name in FACTS}
