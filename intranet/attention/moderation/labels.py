"""Labels of moderation, in the reader's language."""

from intranet.platform.core.i18n import _


def reason_names() -> dict[str, str]:
    """Return the labels of the reasons."""
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
    """Return the labels of the outcomes."""
    return {
        "hidden": _("Hidden"),
        "warned": _("Author warned"),
        "dismissed": _("No action needed"),
    }


def subject_names() -> dict[str, str]:
    """Return the labels of the kinds of content."""
    return {
        "message": _("Message"),
        "publication": _("Publication"),
        "profile": _("Profile"),
    }


SUBJECT_ICONS = {"message": "message-square", "publication": "newspaper", "profile": "user"}
OUTCOME_TONES = {"hidden": "bad", "warned": "attn", "dismissed": "plain"}
