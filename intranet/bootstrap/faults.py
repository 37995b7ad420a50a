"""Messages for what can be missing on a machine, each with a remedy."""

import errno
import re
from dataclasses import dataclass
from pathlib import Path


class EnvironmentFault(Exception):  # noqa: N818 - it is told to a person, not raised as a bug
    """A problem outside the program; the text is the whole message."""


FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def from_os_error(error: OSError, folder: Path) -> EnvironmentFault | None:
    """Return the message for a full or read-only disk; None for any other error."""
    where = error.filename or folder
    if error.errno in FULL:
        return EnvironmentFault(
            f"No room on the disk that holds {folder}: make some and run the command again."
        )
    if error.errno in FORBIDDEN:
        return EnvironmentFault(
            f"No permission to write {where}: give this user the folder, or copy the project "
            "to a folder of theirs."
        )
    return None


@dataclass(frozen=True)
class Cause:
    """A cause of failure, recognised by a pattern in pip's output."""

    pattern: str
    sentence: str


# In order of precedence: the first match is the cause of the later ones.
PIP_CAUSES = (
    Cause(
        r"No space left on device|Disk quota exceeded|\[Errno (28|122)\]",
        sentence="No room on the disk that holds {folder}: make some and run the command again.",
    ),
    Cause(
        r"Permission denied|Read-only file system|\[Errno (13|30)\]",
        sentence="No permission to write {folder}: give this user the folder, or copy the "
        "project to a folder of theirs.",
    ),
    Cause(
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError",
        sentence="No secure connection to the package index: its certificate is not trusted "
        "here. Behind a proxy that reads traffic, name the proxy's certificate in PIP_CERT.",
    ),
    Cause(
        r"THESE PACKAGES DO NOT MATCH THE HASHES",
        sentence="The package {package} is not the one the lock names, so nothing was "
        "installed. If a mirror is set for pip, see what it serves.",
    ),
    Cause(
        r"Retrying \(Retry|Failed to (connect|resolve|establish)|Connection (refused|reset|broken)"
        r"|Network is unreachable|name resolution|Name or service not known|[Tt]imed out"
        r"|ProxyError|ConnectionError",
        sentence="No network: the packages could not be fetched. Connect this machine, or set "
        "https_proxy or a mirror in pip's settings, and run the command again.",
    ),
    Cause(
        r"No matching distribution found for (?P<package>[^=\s]+)",
        sentence="There is no ready-made package {package} for this machine and this Python; "
        "use Linux or macOS on x86-64 or arm64 with Python 3.11 to 3.13.",
    ),
)
CULPRIT = re.compile(r"(?m)^(?:Collecting|   ) +(?P<package>[\w.-]+)==")


def from_pip(output: str, folder: Path, log: Path) -> EnvironmentFault:
    """Return the message for a failure of pip; its full output stays in `log`."""
    for cause in PIP_CAUSES:
        if found := re.search(cause.pattern, output):
            named = [found.groupdict().get("package"), *reversed(CULPRIT.findall(output)), "?"]
            package = next(filter(None, named))
            return EnvironmentFault(cause.sentence.format(folder=folder, package=package))
    return EnvironmentFault(f"The packages could not be installed; what pip said is in {log}.")
