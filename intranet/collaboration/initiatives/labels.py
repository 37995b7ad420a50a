"""Labels of stages and uses, in the reader's language."""

from intranet.collaboration.initiatives.models import Stage, Use
from intranet.platform.core.i18n import _

STAGE_TONES = {"idea": "plain", "pilot": "attn", "running": "ok", "closed": "outline"}
USE_TONES = {"considering": "attn", "adopted": "ok", "adapted": "accent", "gave_up": "plain"}


def stage_words() -> dict[str, str]:
    """Return the labels of the stages."""
    return {
        Stage.IDEA.value: _("Idea"),
        Stage.PILOT.value: _("Pilot"),
        Stage.RUNNING.value: _("Running"),
        Stage.CLOSED.value: _("Closed"),
    }


def use_words() -> dict[str, str]:
    """Return the labels of the uses."""
    return {
        Use.CONSIDERING.value: _("Being considered"),
        Use.ADOPTED.value: _("In use"),
        Use.ADAPTED.value: _("In use, adapted"),
        Use.GAVE_UP.value: _("No longer in use"),
    }


def own_use_words() -> dict[str, str]:
    """Return the labels of the uses in the first person, as options."""
    return {
        Use.ADOPTED.value: _("We use it"),
        Use.ADAPTED.value: _("We use an adapted version"),
        Use.CONSIDERING.value: _("We are considering it"),
        Use.GAVE_UP.value: _("We stopped using it"),
    }
