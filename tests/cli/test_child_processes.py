"""Who is made below another ends where the other is gone, and only there."""

import os

import pytest

from intranet.cli.child_processes import die_with, do_apart


def status_of(work):
    """How a process ends that does some work and then ends with 7."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_who_was_made_by_the_process_named_goes_on():
    above = os.getpid()

    assert status_of(lambda: die_with(above)) == 7


@pytest.mark.parametrize("above", [1, 2**22 - 1])
def test_who_was_given_to_another_ends(above):
    assert status_of(lambda: die_with(above)) == 1


def test_work_apart_is_waited_for(tmp_path):
    do_apart((tmp_path / "done").touch)

    assert (tmp_path / "done").exists()
