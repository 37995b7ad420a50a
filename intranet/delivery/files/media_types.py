"""Media types of files, detected from their content and never from the sender's claim."""

import re
from typing import Final

import filetype

UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
XML: Final = "application/xml"

PICTURES: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
MP4: Final = "video/mp4"
WEBM: Final = "video/webm"
VIDEOS: Final = frozenset({MP4, WEBM})
HEAD_BYTES: Final = 8192

# Kinds that a browser or a desktop opens without running anything on our origin. They too are
# sent as attachments; all others go as `UNKNOWN`.
SAFE_ATTACHMENTS: Final = {
    TEXT,
    "application/pdf",
    "application/rtf",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "application/epub+zip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "image/avif",
    "image/bmp",
    "image/heic",
    "image/tiff",
    "audio/aac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/x-flac",
    "audio/x-wav",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
}

# The first extension is added to a name that claims another.
EXTENSIONS: Final = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png", ".apng"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    MP4: (".mp4", ".m4v"),
    WEBM: (".webm",),
}

# Markup that makes a browser treat a text as a page, wherever it is.
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|frameset|object|embed|img|a|b|h1|p|br"
    rb"|div|table|style|title|meta|link|base|form|!--)[\s>/]",
    re.IGNORECASE,
)
_SVG = re.compile(
    rb"<(?:\w+:)?svg[\s>/]|xmlns\s*=\s*[\"']http://www\.w3\.org/2000/svg", re.IGNORECASE
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"


def media_type_of(head: bytes) -> str:
    """Detect the media type from the first bytes of a file; `UNKNOWN` if they show none.

    Args:
        head: the first `HEAD_BYTES` bytes, fewer if the file is shorter.
    """
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    if _is_text(head):
        return _kind_of_text(head)
    guessed = filetype.guess_mime(head)
    if guessed == "image/apng":
        return "image/png"
    return str(guessed) if guessed else UNKNOWN


def extension_of(media_type: str, claimed: str) -> str:
    """Return the extension with its dot: the claimed one unless the content says another."""
    fitting = EXTENSIONS.get(media_type)
    return claimed if not fitting or claimed.lower() in fitting else fitting[0]


def is_shown(media_type: str) -> bool:
    """Return whether browsers may display this media type in the page; others are downloads."""
    return media_type in PICTURES


def served_type(media_type: str) -> str:
    """Return the media type to serve a file as: its own if that is harmless, else plain bytes."""
    harmless = is_shown(media_type) or media_type in SAFE_ATTACHMENTS
    return media_type if harmless else UNKNOWN


def _is_text(head: bytes) -> bool:
    return head.translate(None, _CONTROLS) == head


def _kind_of_text(head: bytes) -> str:
    if _SVG.search(head):
        return SVG
    if _MARKUP.search(head):
        return HTML
    return XML if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") else TEXT
