"""How much is taken. The size of one upload is the setting INTRANET_UPLOAD_MB."""

from datetime import timedelta

MIB = 1024 * 1024
GIB = 1024 * MIB

PERSON_BYTES = 2 * GIB
AGENCY_BYTES = 200 * GIB

NAME_CHARACTERS = 200
ALTERNATIVE_CHARACTERS = 500

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

UNUSED_FOR = timedelta(days=1)
