"""Two runs: the quick one, between two thoughts, and with `--all` everything.

Marked `slow` is what takes long and finds rarely: faults one after the other, every page in every
look, every door with every value. So is any other test that takes a quarter of a second of a
processor, as one in five does; where a file would be left empty, its quickest stays if it takes no
seconds. What is slow runs with `--all`, or where its file or folder is named.
"""

import os
import shutil
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; pytest makes folders of its own in it
MEMORY_BYTES = 4 << 30


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="everything, on both databases")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.addinivalue_line(
        "markers", "slow: takes a quarter of a second of a processor; runs with --all"
    )
    if _is_usable(MEMORY):  # a test waits for the disk at each commit otherwise
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_report_header(config):
    if is_quick(config):
        return "the quick run; --all has everything"
    return "everything" if config.getoption("all") else "what is named"


def is_quick(config) -> bool:
    """Whether nothing is named and not everything is asked for."""
    return not config.getoption("all") and list(config.args) == config.getini("testpaths")


def pytest_collection_modifyitems(config, items):
    """Leave out what is slow of the quick run."""
    if not is_quick(config):
        return
    if left := [item for item in items if is_slow(item)]:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not is_slow(item)]


def is_slow(item) -> bool:
    """Whether a test is left to the whole run."""
    return item.get_closest_marker("slow") is not None


def _is_usable(folder: Path) -> bool:
    """Whether folders for tests can be there: there is room, and programs in it may be run."""
    try:
        flags = os.statvfs(folder).f_flag
        return not flags & os.ST_NOEXEC and shutil.disk_usage(folder).free > MEMORY_BYTES
    except OSError:
        return False
