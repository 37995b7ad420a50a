"""What the interpreter is told about memory."""

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
from intranet.platform.core.memory import tune_interpreter

NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES.split()]

library = ctypes.CDLL(None)
library.mallinfo2.restype = Info
tune_interpreter()
before = library.mallinfo2().hblkhd
first = bytearray(4_000_000)
del first
second = bytearray(1_000_000)
print(library.mallinfo2().hblkhd - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="told to Linux's C library alone")
def test_a_large_block_goes_back_when_it_is_freed_also_after_a_larger_one_was():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    if "undefined symbol" in done.stderr:
        pytest.skip("another C library, or an old one")

    assert int(done.stdout) >= 1_000_000, done.stderr
