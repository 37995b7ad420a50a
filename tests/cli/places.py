"""Installations of their own, in which commands are run."""

import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from intranet.app import create_app
from intranet.config import read_settings


@dataclass
class Place:
    """Where an installation is: its settings, and what is in it."""

    settings: dict[str, str]

    @property
    def folder(self) -> Path:
        return Path(self.settings["data_dir"])

    def run(self, command, *arguments, **more):
        """Run a command in this process."""
        return CliRunner().invoke(command, list(map(str, arguments)), env=self.environment(**more))

    def opened(self):
        return create_app(read_settings(self.environment()))

    def environment(self, **more):
        return {
            f"INTRANET_{name.upper()}": value for name, value in {**self.settings, **more}.items()
        }


def refused(done):
    """The one sentence that a command ended with."""
    assert done.exit_code == 1, done.output
    assert done.output.startswith("Error: ")
    assert len(done.output.strip().splitlines()) == 1, done.output
    return done.output


def change_manifest(copy, **changes):
    path = copy / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
