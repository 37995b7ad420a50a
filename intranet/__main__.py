"""`python3 -m intranet`: make the environment on first use, then run the command.

This file has to be understood by a Python too old for the rest, so that it can say so.
"""

from __future__ import annotations

import os
import sys

OLDEST = (3, 11)


def too_old(version: tuple[int, ...]) -> str:
    """Return the message for a Python that is too old; else empty."""
    if version[:2] >= OLDEST:
        return ""
    found = ".".join(str(part) for part in version[:3])
    wanted = ".".join(str(part) for part in OLDEST)
    return f"Python {found} is too old: install Python {wanted} or later and use that one."


def main() -> int:
    """Check the Python version and the platform, prepare the environment, and run the command."""
    sentence = too_old(sys.version_info[:3])
    if not sentence and os.name != "posix":
        sentence = "Intranet runs on Linux and macOS; on Windows, run it under WSL."
    if sentence:
        sys.stderr.write(sentence + "\n")
        return 1
    from intranet.bootstrap.start import enter_environment  # noqa: PLC0415 - too new for some

    status = enter_environment(sys.argv[1:])
    if status:
        return status
    from intranet.cli import main as commands  # noqa: PLC0415 - needs what was just installed

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
