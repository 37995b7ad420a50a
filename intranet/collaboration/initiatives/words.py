"""Stages and uses, in the reader's language."""

from intranet.collaboration.initiatives.models import Stage, Use
from intranet.platform.core.i18n import _

STAGE_TONES = {"idea": "plain", "pilot": "attn", "running": "ok", "closed": "outline"}
USE_TONES = {"considering": "attn", "adopted": "ok", "adapted": "accent", "gave_up": "plain"}


def stage_words() -> dict[str, str]:
    """How far it is."""
    return {
        Stage.IDEA.value: _("Idea"),
        Stage.PILOT.value: _("Pilot"),
        Stage.RUNNING.value: _("Running"),
        Stage.CLOSED.value: _("Closed"),
    }


def use_words() -> dict[str, str]:
    """What an agency says of its use, for a label."""
    return {
        Use.CONSIDERING.value: _("Being considered"),
        Use.ADOPTED.value: _("In use"),
        Use.ADAPTED.value: _("In use, adapted"),
        Use.GAVE_UP.value: _("No longer in use"),
    }


def own_use_words() -> dict[str, str]:
    """The same in the first person, to choose from."""
    return {
        Use.ADOPTED.value: _("We use it"),
        Use.ADAPTED.value: _("We use an adapted version"),
        Use.CONSIDERING.value: _("We are considering it"),
        Use.GAVE_UP.value: _("We stopped using it"),
    }
