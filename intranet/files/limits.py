"""How much is taken.

The size of one upload is the setting INTRANET_UPLOAD_MB; that of a video, sent in parts, is what an
agency decides (`Agency.video_mb`).
"""

from datetime import timedelta

MIB = 1024 * 1024
GIB = 1024 * MIB

PERSON_BYTES = 2 * GIB
AGENCY_BYTES = 200 * GIB

NAME_CHARACTERS = 200
ALTERNATIVE_CHARACTERS = 500
LONG_TEXT_CHARACTERS = 20_000

PICTURE_PIXELS = 50_000_000
PICTURE_SIDE = 16_384
PICTURES_AT_ONCE = 2
THUMBNAIL_PIXELS = (720, 540)
PHOTO_PIXELS = 384
SMALL_PHOTO_PIXELS = 96
PROFILE_BYTES = 16 * 1024
AROUND_A_FILE = 128 * 1024
"""Bytes of a form besides its file: a message of 10,000 characters, and what names the parts."""
PHOTO_BYTES = 20 * MIB

VIDEO_SIDE = 8192
POSTER_PIXELS = (1280, 720)
PART_BYTES = 4 * MIB
"""The most that one request of an upload in parts brings."""
UPLOADS_AT_ONCE = 5
SENT_AT_ONCE_BYTES = 4 * MIB
"""The most that a player gets for one request, so that who pauses holds no thread of ours."""

CAPTIONS_BYTES = MIB
CUES = 10_000

UNUSED_FOR = timedelta(days=1)
