"""Fault: a new version comes in one process after the other, with its migration, under load."""

import os
import random
import shutil
import subprocess
import sys
import tarfile
import threading
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import psycopg

from intranet.platform.core import schema
from tests.faults.history import Killed
from tests.faults.house import House
from tests.faults.registry import fault
from tests.faults.run import Run
from tests.faults.site import ROOT, Site

COMMAND = ("-c", "import sys; from intranet.cli.main import main; sys.exit(main(sys.argv[1:]))")
MIGRATIONS = "migrations/versions/"
EXPAND = "ALTER TABLE messages ADD COLUMN of_the_next_version integer"
CONTRACT = "ALTER TABLE messages DROP COLUMN of_the_next_version"


@dataclass
class Rolling(Site):
    """Two processes on one database, of which each client takes one that is up."""

    fronts: list[Site] = field(default_factory=list)
    up: list[Site] = field(default_factory=list)
    older: Path = ROOT

    def address(self) -> str:
        """One of those that are up."""
        if not self.up:
            raise ConnectionRefusedError
        return random.choice(self.up).address()

    def let_go(self) -> None:
        """Stop all of it."""
        for front in self.fronts:
            front.stop()
        super().let_go()

    def front(self) -> Site:
        """One of the processes, not yet started."""
        front = Site(self.folder, self.database_url, self.redis, self.postgresql)
        front.code, front.command = self.older, COMMAND
        front.base_url, front.is_front = f"http://127.0.0.1:{self.port}", True
        self.fronts.append(front)
        return front


def two_of_the_older(house: House) -> Site:
    """A site with people in it, to be served by the version before the newest migration."""
    site = house.new_site(Rolling)
    assert isinstance(site, Rolling)
    site.older = site.folder / "older"
    unpack_older(site.older)
    site.fill()
    return site


def older_migrations() -> list[str]:
    """The names of all migrations but the newest."""
    files = (ROOT / MIGRATIONS).glob("[0-9]*.py")
    return sorted(file.name for file in files)[:-1]


def older_commit() -> str:
    """The newest commit that has all migrations but the newest, or the same where there is one."""
    if not older_migrations():
        return "HEAD"
    for commit in ["HEAD", *_git("log", "--format=%H", "--", MIGRATIONS).decode().split()]:
        files = map(Path, _git("ls-tree", "--name-only", commit, MIGRATIONS).decode().split())
        if sorted(file.name for file in files if file.match("[0-9]*.py")) == older_migrations():
            return commit
    raise AssertionError("no commit is of before the newest migration")


def unpack_older(folder: Path) -> None:
    """The code as it was before the newest migration came in."""
    tree = _git("archive", older_commit())
    folder.mkdir()
    with tarfile.open(fileobj=BytesIO(tree)) as archive:
        archive.extractall(folder, filter="data")


def _git(*arguments: str) -> bytes:
    return subprocess.run(
        [shutil.which("git") or "git", *arguments], cwd=ROOT, check=True, capture_output=True
    ).stdout


@fault(
    "rolling-restart",
    kills=True,
    only="postgresql",
    why="one process serves SQLite",
    own=two_of_the_older,
)
def rolling_restart(run: Run) -> None:
    """Expand, take in the newer version one process after the other, contract: no post fails."""
    site = run.site
    assert isinstance(site, Rolling)
    if names := older_migrations():
        with site.house() as app:
            schema.downgrade(app, names[-1][:4])
    for front in (site.front(), site.front()):
        front.start()
        site.up.append(front)
    run.go_on()
    _alter(site, EXPAND)
    _migrate(site)
    run.go_on()
    for front in site.fronts:
        site.up.remove(front)
        threading.Event().wait(0.2)
        was = front.process.pid
        front.stop()
        run.go_on()
        front.code = ROOT
        front.start()
        run.note(Killed(was, front.process.pid))
        site.up.append(front)
        run.go_on()
    _alter(site, CONTRACT)
    run.go_on()


def _migrate(site: Site) -> None:
    """As the operator does, with the newer version."""
    subprocess.run(
        [sys.executable, *COMMAND, "migrate"],
        cwd=ROOT,
        env={**os.environ, **site.settings},
        check=True,
        capture_output=True,
    )


def _alter(site: Site, statement: str) -> None:
    """Change the table that everybody writes to; who waits for it holds up nobody for long."""
    url = site.database_url.replace("+psycopg", "", 1)
    pause = threading.Event()
    while True:
        try:
            with psycopg.connect(url) as connection:
                connection.execute("SET lock_timeout = '200ms'")
                connection.execute(statement)
            return
        except psycopg.errors.LockNotAvailable:
            pause.wait(0.1)
