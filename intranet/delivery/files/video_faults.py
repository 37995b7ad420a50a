"""Why a video is refused, in words for who sent it."""

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l


def not_video() -> Invalid:
    """It is something else, whatever it is called."""
    words = _l(
        "Some browsers cannot play this video. Save it as MP4 (H.264 and AAC) or WebM, "
        "and send it again."
    )
    return Invalid({"file": words})


def broken() -> Invalid:
    """It begins as a video and does not go on as one."""
    words = _l("This video is damaged or incomplete. Save it and send it again.")
    return Invalid({"file": words})


def tells_more() -> Invalid:
    """It comes in fragments, with a track that is neither picture nor sound."""
    words = _l(
        "Besides picture and sound, this video contains other data, such as the camera’s "
        "location. Export it without that data and send it again."
    )
    return Invalid({"file": words})


def not_played(codec: str) -> Invalid:
    """Its picture or sound is encoded in a way that some browsers do not know."""
    words = _l(
        "This video is encoded as %(codec)s, which some browsers cannot play. Save it with "
        "H.264 and AAC, and send it again.",
        codec=codec,
    )
    return Invalid({"file": words})
