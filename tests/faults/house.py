"""A site as people start it, and one that can be told to do wrong."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.faults.site import Site
from tests.services import PostgreSQL, Redis

SWITCHED = ("-m", "tests.faults.serving")


class House:
    """The two sites on one database server, each made and started on first use.

    On PostgreSQL two workers serve, with Redis between them; on SQLite one process does.
    """

    def __init__(self, database: str, stack: ExitStack) -> None:
        self._database = database
        self._stack = stack
        self._sites: dict[bool, Site] = {}
        self._postgresql: PostgreSQL | None = None
        self._redis: Redis | None = None

    def site(self, *, switched: bool = False) -> Site:
        """The one or the other, serving."""
        if switched not in self._sites:
            self._sites[switched] = site = self.new_site()
            if switched:
                site.command = SWITCHED
            site.fill()
            site.start()
        return self._sites[switched]

    def new_site(self, kind: type[Site] = Site) -> Site:
        """A further one, empty and not serving yet."""
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        if self._database == "postgresql" and self._postgresql is None:
            self._postgresql, self._redis = PostgreSQL(durable=True, own_disk=True), Redis(own=True)
            for service in (self._postgresql, self._redis):
                self._stack.callback(service.remove)
                service.start()
        url = f"sqlite:///{folder / 'intranet.sqlite'}"
        if self._postgresql:
            url = self._postgresql.new_database()
        site = kind(folder, url, self._redis, self._postgresql)
        self._stack.callback(site.let_go)
        return site

    def leave(self, site: Site) -> None:
        """Let go of a site that was made for one run: it would serve beside all that follow."""
        if site in self._sites.values():
            return
        site.let_go()
        if self._postgresql:
            self._postgresql.drop_database(site.database_url)
