"""A program whose callers are ready at the same moment under gevent."""

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402 - after the patches

from intranet.platform.core.group_commit import GroupCommit  # noqa: E402


def main() -> None:
    """Say who was served together."""
    rounds: list[list[int]] = []
    line: GroupCommit[int] = GroupCommit(lambda take: rounds.append(take()), most=10)
    gevent.joinall([gevent.spawn(line.join, "a", number) for number in range(4)], raise_error=True)
    print(*rounds)


main()
