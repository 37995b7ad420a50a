"""Limits for files.

The size of one upload is the setting INTRANET_UPLOAD_MB; that of a video, sent in parts, is set by
the agency (`Agency.video_mb`).
"""

from datetime import timedelta

MIB = 1024 * 1024
GIB = 1024 * MIB

PERSON_BYTES = 2 * GIB
AGENCY_BYTES = 200 * GIB
MADE_BYTES = 2 * GIB - 1
"""Limit of a file that the program makes: what its column holds."""

NAME_CHARACTERS = 200
ALTERNATIVE_CHARACTERS = 500
LONG_TEXT_CHARACTERS = 20_000

PICTURE_PIXELS = 50_000_000
PICTURE_SIDE_PIXELS = 16_384
PICTURE_MEMORY_BYTES = 512 * MIB
"""Memory limit for decoding a picture; a server process decodes one at a time."""
WRITTEN_BYTES = 512 * MIB
"""Limit of what is written while a picture is decoded."""
PICTURE_SECONDS, PICTURE_WAIT_SECONDS = 40, 40
PICTURES_OF_A_PERSON, PICTURES_WAITING = 12, 60
"""How many pictures may be in work or wait, of one person (one message of ten) and in all."""
UPLOADS_AT_FIRST, UPLOADS_A_SECOND = 120, 0.2
"""A person's upload rate: a burst, then so many a second."""
THUMBNAIL_PIXELS = (720, 540)
PHOTO_PIXELS = 384
SMALL_PHOTO_PIXELS = 96
PROFILE_BYTES = 16 * 1024
FORM_OVERHEAD_BYTES = 128 * 1024
"""Bytes of a form besides its file: a message of 10,000 characters, and the part headers."""
PHOTO_BYTES = 20 * MIB

VIDEO_SIDE_PIXELS = 8192
POSTER_PIXELS = (1280, 720)
PART_BYTES = 4 * MIB
"""The largest part of an upload in parts, one request each."""
MAX_UPLOADS = 5
RESPONSE_BYTES = 4 * MIB
"""The most that a player gets in one response, so that a paused player holds no thread."""

CAPTIONS_BYTES = MIB
MAX_CUES = 10_000

UNUSED_FOR = timedelta(days=1)
