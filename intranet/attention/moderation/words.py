"""What moderation says in the reader's language."""

from intranet.platform.core.i18n import _


def reason_names() -> dict[str, str]:
    """Why something is reported or decided."""
    return {
        "insult": _("Insult"),
        "harassment": _("Harassment or threat"),
        "discrimination": _("Discrimination"),
        "personal_data": _("Personal data that should not be there"),
        "misleading": _("False or misleading"),
        "off_topic": _("Does not belong here"),
        "other": _("Another reason"),
    }


def outcome_names() -> dict[str, str]:
    """What was decided."""
    return {
        "hidden": _("Hidden"),
        "warned": _("Author warned"),
        "dismissed": _("No action needed"),
    }


def subject_names() -> dict[str, str]:
    """What was reported."""
    return {
        "message": _("Message"),
        "publication": _("Publication"),
        "profile": _("Profile"),
    }


SUBJECT_ICONS = {"message": "message-square", "publication": "newspaper", "profile": "user"}
OUTCOME_TONES = {"hidden": "bad", "warned": "attn", "dismissed": "plain"}
