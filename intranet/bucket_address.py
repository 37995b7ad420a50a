"""The address of a bucket of an object store, as a setting says it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# What the address of a bucket may say of it, and in which form.
OPTIONS = {
    "endpoint": (
        re.compile(r"https?://[^/?#@]+"),
        "an endpoint is http:// or https:// and a host, perhaps with a port",
    ),
    "region": (
        re.compile(r"[a-z0-9-]+"),
        "a region is small letters, digits and hyphens, as in eu-south-2",
    ),
    "style": (re.compile(r"path|virtual"), "the style is path or virtual"),
    "presign": (
        re.compile(r"[1-9]\d?|[12]\d\d|300", re.ASCII),
        "presign is a number of seconds, 1 to 300",
    ),
}


@dataclass(frozen=True)
class BucketAddress:
    """A bucket of an object store: its name, and where in it and how it is reached.

    `endpoint` is empty for AWS. `style` says whether the name of the bucket stands in the path or
    in the host. `presign` is for how many seconds a browser may fetch a file from the store itself;
    0 for never.
    """

    name: str
    prefix: str
    endpoint: str
    region: str
    style: str
    presign: int


@lru_cache
def parse_bucket(url: str) -> BucketAddress:
    """Parse `s3://BUCKET/PREFIX?endpoint=…&region=…&style=…&presign=…`.

    Raises:
        ValueError: it is no such address; the message goes on after the name of the setting.
    """
    parts = urlsplit(url)
    name, prefix = parts.netloc, parts.path.strip("/")
    if not url.startswith("s3://") or not NAME.fullmatch(name):
        raise ValueError("names no bucket: it is s3:// and the name of one, as in s3://files.")
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*|", prefix, re.ASCII):
        raise ValueError("has a prefix of other characters than letters, digits, -, _, . and /.")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for option, value in given.items():
        if option not in OPTIONS:
            raise ValueError(f"has {option!r}: of a bucket it takes {', '.join(OPTIONS)}.")
        shape, words = OPTIONS[option]
        if not shape.fullmatch(value):
            raise ValueError(f"has another {option} than it takes: {words}.")
    endpoint = given.get("endpoint", "")
    return BucketAddress(
        name=name,
        prefix=f"{prefix}/" if prefix else "",
        endpoint=endpoint,
        region=given.get("region", "us-east-1" if endpoint else ""),
        style=given.get("style", "path" if endpoint else "virtual"),
        presign=int(given.get("presign", "0")),
    )
