"""The hourly limit on directory entries: enough to work, too little to copy the directory.

Different people are counted, not rows: viewing a page again counts nothing. With Redis all
processes count together, by an estimate of fixed size; without it, each process counts alone.
"""

from collections.abc import Collection
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any
from uuid import UUID

from flask import current_app

from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings

PEOPLE_PER_HOUR = 3_000
HOUR_SECONDS = 3600
ENOUGH = _l("You have reached the hourly limit for viewing the directory. Try again later.")
REDIS_SECONDS = 0.5


class _Seen:
    """The people that each viewer was shown since the hour began."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour = 0
        self._seen: dict[UUID, set[int]] = {}

    def add(self, viewer_id: UUID, ids: Collection[UUID], hour: int) -> int:
        """Add people; return how many different people the viewer has seen this hour."""
        with self._lock:
            if hour != self._hour:
                self._hour, self._seen = hour, {}
            seen = self._seen.setdefault(viewer_id, set())
            if len(seen) <= PEOPLE_PER_HOUR:
                seen.update(hash(each) for each in ids)
            return len(seen)


def hand_out(viewer: Person, person_ids: Collection[UUID]) -> None:
    """Count people who are about to be shown in a list.

    Raises:
        TooMany: the hourly limit would be exceeded; with the seconds to wait.
    """
    if not person_ids:
        return
    now = clock.now().timestamp()
    hour = int(now // HOUR_SECONDS)
    seen: _Seen = current_app.extensions.setdefault("allowance", _Seen())
    count = seen.add(viewer.id, person_ids, hour)
    if url := settings().redis_url:
        from redis import RedisError  # noqa: PLC0415 - only where Redis is used

        with suppress(RedisError):
            count = max(count, _shared(_client(url), viewer.id, person_ids, hour))
    if count > PEOPLE_PER_HOUR:
        raise TooMany(int((hour + 1) * HOUR_SECONDS - now) + 1, ENOUGH)


def count_shown_people(viewer: Person, agency: Agency, person_ids: Collection[UUID]) -> None:
    """Count people of one agency who are about to be shown, unless the viewer works there.

    Raises:
        TooMany: as `hand_out`.
    """
    if agency.id not in own_agency_ids(viewer):
        hand_out(viewer, person_ids)


def _shared(client: Any, viewer_id: UUID, ids: Collection[UUID], hour: int) -> int:
    key = f"intranet:shown:{viewer_id.hex}:{hour}"
    with client.pipeline(transaction=False) as pipe:
        pipe.pfadd(key, *(each.hex for each in ids))
        pipe.expire(key, 2 * HOUR_SECONDS)
        pipe.pfcount(key)
        return int(pipe.execute()[-1])


@cache
def _client(url: str) -> Any:
    from redis import Redis  # noqa: PLC0415 - only where Redis is used

    return Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
