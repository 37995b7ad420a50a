"""Refusals of videos, in words for the sender."""

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l


def not_video() -> Invalid:
    """Return the refusal of a file that is no video, whatever its name."""
    words = _l(
        "Some browsers cannot play this video. Save it as MP4 (H.264 and AAC) or WebM, "
        "and send it again."
    )
    return Invalid({"file": words})


def broken() -> Invalid:
    """Return the refusal of a file that begins as a video and does not continue as one."""
    words = _l("This video is damaged or incomplete. Save it and send it again.")
    return Invalid({"file": words})


def extra_track() -> Invalid:
    """Return the refusal of a fragmented video with a track besides picture and sound."""
    words = _l(
        "Besides picture and sound, this video contains other data, such as the camera’s "
        "location. Export it without that data and send it again."
    )
    return Invalid({"file": words})


def not_played(codec: str) -> Invalid:
    """Return the refusal of an encoding that some browsers do not know."""
    words = _l(
        "This video is encoded as %(codec)s, which some browsers cannot play. Save it with "
        "H.264 and AAC, and send it again.",
        codec=codec,
    )
    return Invalid({"file": words})
