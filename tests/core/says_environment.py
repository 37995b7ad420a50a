"""A program for tests: it says what its environment holds, or works without an end."""

import json
import os
import sys

from intranet.core.apart import limit_process

if __name__ == "__main__":
    limit_process(memory_bytes=1 << 28, processor_seconds=5, written_bytes=1 << 20)
    if sys.argv[1] == "work":
        while True:
            pass
    if sys.argv[1] == "fill":
        bytearray(1 << 29)
    print(json.dumps(sorted(os.environ)))
