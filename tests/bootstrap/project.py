"""A small project that starts as ours does: our bootstrap, and one tiny package in its lock.

The package comes from a package index in a folder, so no network is needed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = """
import sys


def main(arguments):
    import tiny

    print("tiny", tiny.VERSION, "python", sys.prefix, "arguments", arguments)
    return 0
"""


class Project:
    """A checkout in a folder of its own, with an index that serves versions of `tiny`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.index = folder / "index"
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.root / "tools" / "locks").mkdir(parents=True)
        for wheel in (ROOT / "tools").glob("pip-*.whl"):
            shutil.copy(wheel, self.root / "tools")
        package = self.root / "intranet"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "intranet" / "bootstrap", package / "bootstrap", ignore=ignored)
        for name in ("__init__.py", "__main__.py"):
            shutil.copy(ROOT / "intranet" / name, package / name)
        (package / "cli").mkdir()
        (package / "cli" / "main.py").write_text(COMMAND)
        self.lock(self.publish("1.0"))

    def publish(self, version: str) -> str:
        """Put a version of the package into the index; gives its line for a lock."""
        folder = self.index / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        wheel = folder / f"tiny-{version}-py3-none-any.whl"
        about = f"tiny-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("tiny.py", f"VERSION = {version!r}\n")
            archive.writestr(
                f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
            )
            archive.writestr(
                f"{about}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            archive.writestr(f"{about}/RECORD", "")
        links = "".join(f'<a href="{path.name}">{path.name}</a>' for path in folder.glob("*.whl"))
        (folder / "index.html").write_text(links)
        return f"tiny=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"

    def lock(self, run: str, dev: str | None = None) -> None:
        """Write the two locks."""
        (self.root / "tools" / "locks" / "run.txt").write_text(run + "\n")
        (self.root / "tools" / "locks" / "dev.txt").write_text((dev or run) + "\n")

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python3 -m intranet` with the Python that these tests' environment was made with."""
        return self.run([base_python(), "-m", "intranet", *arguments], **environment)

    def run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Carry out a command in the checkout."""
        return subprocess.run(
            command,
            cwd=self.root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "PIP_INDEX_URL": self.index.as_uri(),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def base_python() -> str:
    """The Python that made this environment, which has none of its packages."""
    return str(getattr(sys, "_base_executable", sys.executable))
