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
PICTURE_MEMORY_BYTES = 512 * MIB
"""The most that decoding one picture takes; a process that serves decodes one at a time."""
WRITTEN_BYTES = 512 * MIB
"""The most that is written while a picture is decoded."""
PICTURE_SECONDS, PICTURE_WAIT_SECONDS = 40, 40
PICTURES_OF_A_PERSON, PICTURES_WAITING = 12, 60
"""How many are prepared or wait for it: two messages of ten would be too many of one person."""
UPLOADS_AT_FIRST, UPLOADS_A_SECOND = 120, 0.2
"""How many files one person sends: so many at first, then as many as this."""
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
