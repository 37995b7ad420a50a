"""A program for tests: it says what its environment holds, or works without an end."""

import json
import os
import sys

from intranet.platform.core.subprocesses import EXIT_TOO_MUCH, limit_process

if __name__ == "__main__":
    limit_process(memory_bytes=1 << 28, processor_seconds=5, written_bytes=1 << 20)
    if sys.argv[1] == "work":
        while True:
            pass
    if sys.argv[1] == "fill":
        try:
            bytearray(1 << 29)
        except MemoryError:
            sys.exit(EXIT_TOO_MUCH)
    if sys.argv[1] == "break":
        raise RuntimeError
    print(json.dumps(sorted(os.environ)))
