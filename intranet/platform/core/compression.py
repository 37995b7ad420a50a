"""Compress text responses with gzip, which makes a page about four times smaller.

Static files are compressed once, pages each time. The gzip header of a page has a name of random
length, so that the length of the response does not reveal a secret in the page.
Source: Heal the BREACH, Palacios and others, 2022.
"""

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request

OURS = frozenset({"static", "asset"})
TYPES = frozenset(
    {
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/ld+json",
        "application/problem+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
MIN_BYTES = 600
MAX_BYTES = 4 * 1024 * 1024
MAX_NAME_BYTES = 100


def init_app(app: Flask) -> None:
    """Compress responses for browsers that accept gzip."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.status_code != 200:  # noqa: PLR2004 - OK
        return response
    response.vary.add("Accept-Encoding")
    ours = request.endpoint in OURS
    if response.is_streamed and not ours:
        return response
    if request.method == "HEAD" or not request.accept_encodings["gzip"]:
        return response
    length = response.content_length
    if "Content-Encoding" in response.headers or not MIN_BYTES <= (length or 0) <= MAX_BYTES:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    response.set_data(_once(content) if ours else _each_time(content))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    # JSON keeps its strong tag: it is a version for `If-Match`, which does not accept weak tags.
    if etag and response.mimetype != "application/json":
        response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=256)
def _once(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _each_time(content: bytes) -> bytes:
    name = "a" * (1 + secrets.randbelow(MAX_NAME_BYTES))
    packed = io.BytesIO()
    with gzip.GzipFile(name, "wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
