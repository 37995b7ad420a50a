"""Make the files of a release from what is committed: `python tools/release.py FOLDER`.

The source, the wheel, an archive that installs without network, the list of what is in it
(CycloneDX), the image, the chart and the hashes of all, signed where a key is named. The same
commit gives the same bytes. docs/releasing.md says how to verify them.
"""

import argparse
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools.image import BASE, build  # noqa: E402 - a script of this folder
from tools.packing import hash_of, pack, write_sums  # noqa: E402 - a script of this folder
from tools.programs import python_packages  # noqa: E402 - a script of this folder

PIP = next((ROOT / "tools").glob("pip-*.whl"))
PYTHONS = ("3.11", "3.12", "3.13")
MACHINE = "x86_64"
# A wheel asks for a glibc of up to 2.34: Debian 12, Ubuntu 22.04, RHEL 9 and what came after.
PLATFORMS = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 35)))
NAMESPACE = "intranet-release"
"""What the signature is for, so that one for something else is none."""
VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) or "") or None)
"""


class Release:
    """The release of a commit; each function makes a file in `folder` and returns its path."""

    def __init__(self, commit: str, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self.epoch = int(_git("log", "-1", "--format=%ct", commit))
        packed = _git("archive", "--format=tar", "--prefix=source/", commit)
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(scratch, filter="data")
        self.source = scratch / "source"
        self._locks = self.source / "tools" / "locks"
        self._deploy = self.source / "docs" / "deploy"
        project = tomllib.loads((self.source / "pyproject.toml").read_text(encoding="utf-8"))
        self.name = f"intranet-{project['project']['version']}"
        self.environment = {**os.environ, "SOURCE_DATE_EPOCH": str(self.epoch)}

    def make_source(self) -> Path:
        """Pack the source."""
        target = self.folder / f"{self.name}.tar.gz"
        packed = pack(self.source, self.name, self.epoch)
        target.write_bytes(gzip.compress(packed, mtime=self.epoch))
        return target

    def make_wheel(self) -> Path:
        """Build the wheel with the backend that is locked for development."""
        _pip(
            *("wheel", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(self.folder), str(self.source)),
            environment=self.environment,
        )
        return next(self.folder.glob(f"{self.name}-*.whl"))

    def make_archive(self, wheel: Path, pythons: Sequence[str] = PYTHONS) -> Path:
        """Pack all that an installation needs besides one of these versions of Python."""
        inside = f"{self.name}-linux-{MACHINE}"
        folder = self.scratch / inside
        (folder / "wheels").mkdir(parents=True)
        lock = (self._locks / "run.txt").read_text(encoding="utf-8")
        for python in pythons:
            download(lock, python, folder / "wheels")
        shutil.copy(wheel, folder / "wheels")
        own = f"{self.name.replace('-', '==')} --hash=sha256:{hash_of(wheel)}\n"
        (folder / "requirements.txt").write_text(f"{lock}{own}", encoding="utf-8")
        (folder / "pythons").write_text("".join(f"{each}\n" for each in pythons), encoding="utf-8")
        shutil.copytree(self._deploy, folder / "deploy")
        for name in ("Containerfile", "install"):
            (folder / "deploy" / name).rename(folder / name)
        shutil.copy(self.source / "tools" / PIP.name, folder)
        write_sums(folder)
        target = self.folder / f"{inside}.tar"
        target.write_bytes(pack(folder, inside, self.epoch))
        return target

    def make_bill(self) -> Path:
        """List what is installed and what browsers load, with hashes, as CycloneDX."""
        target = self.folder / f"{self.name}.cdx.json"
        home = python_packages("release") / "bin"
        command = [str(home / "cyclonedx-py"), "requirements", str(self._locks / "run.txt")]
        command += ["--pyproject", str(self.source / "pyproject.toml"), "--mc-type", "application"]
        command += ["--output-reproducible", "--sv", "1.6", "-o", "-"]
        listed = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, check=True)
        bill = json.loads(listed.stdout)
        manifest = self.source / "static" / "vendor" / "manifest.json"
        vendored = json.loads(manifest.read_text(encoding="utf-8"))
        bill["components"] += [vendored_component(*package) for package in vendored.items()]
        text = json.dumps(bill, indent=2, sort_keys=True)
        subprocess.run([str(home / "python"), "-c", VALIDATE], input=text, text=True, check=True)
        target.write_text(f"{text}\n", encoding="utf-8")
        return target

    def make_image(self, archive: Path, base: str) -> str:
        """Build the image; return its digest, which goes into a file beside it."""
        target = self.folder / f"{self.name}-image.tar"
        digest = build(archive, target, base=base)
        target.with_suffix(".digest").write_text(f"{digest}\n", encoding="utf-8")
        return digest

    def make_chart(self, digest: str = "") -> Path:
        """Pack the chart, which names the image by its digest if there is one."""
        folder = self.scratch / "chart"
        shutil.copytree(self._deploy / "chart", folder)
        values = folder / "values.yaml"
        text = values.read_text(encoding="utf-8")
        values.write_text(text.replace('digest: ""', f'digest: "{digest}"', 1), encoding="utf-8")
        target = self.folder / f"{self.name}-chart.tgz"
        packed = pack(folder, "intranet", self.epoch)
        target.write_bytes(gzip.compress(packed, mtime=self.epoch))
        return target


def vendored_component(name: str, package: dict[str, Any]) -> dict[str, Any]:
    """Return a package of npm that is served to browsers, as CycloneDX lists it."""
    return {
        "type": "library",
        "bom-ref": f"npm-{name}",
        "name": name,
        "version": package["version"],
        "purl": f"pkg:npm/{quote(name)}@{package['version']}",
        "licenses": [{"expression": package["licence"]}],
        "hashes": [{"alg": "SHA-256", "content": package["archive_sha256"]}],
    }


def download(lock: str, python: str, folder: Path) -> None:
    """Fetch the wheels of a lock for a version of Python, and compare their hashes.

    pip reads a lock's conditions for the Python that runs it, so they are read here.
    """
    # The first and any later release of this Python.
    releases = [{"python_version": python, "python_full_version": f"{python}.{n}"} for n in (0, 99)]
    kept = []
    for entry in lock.replace("\\\n", " ").splitlines():
        if entry and not entry.startswith("#"):
            requirement = Requirement(entry.partition(" --hash")[0])
            marker = requirement.marker
            if not marker or any(marker.evaluate(release) for release in releases):
                hashes = entry[entry.index("--hash") :]
                kept.append(f"{requirement.name}{requirement.specifier} {hashes}\n")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(kept)
        file.flush()
        of_platform = [f"--platform={each}_{MACHINE}" for each in PLATFORMS]
        _pip(
            *("download", "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            *("--implementation", "cp", "--python-version", python, *of_platform),
            *("--dest", str(folder), "--requirement", file.name),
        )


def sign(file: Path, key: Path) -> None:
    """Sign a file with a key of OpenSSH, into a file beside it that ends in `.sig`."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)]
    subprocess.run(command, check=True)


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def _pip(*arguments: str, environment: dict[str, str] | None = None) -> None:
    command = [sys.executable, f"{PIP}/pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, env=environment, check=True)


def main() -> None:
    """Make every file of a release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--commit", default="HEAD", help="a tag, or another commit")
    parser.add_argument("--key", type=Path, help="the private key of OpenSSH that signs")
    parser.add_argument("--image", action="store_true", help="build the image, as root on Debian")
    parser.add_argument("--base", default="", help="what it stands on, an image with its digest")
    options = parser.parse_args()
    if options.base and not BASE.fullmatch(options.base):
        parser.error("--base takes an image with its digest, as in debian@sha256:…")
    options.folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        release = Release(options.commit, options.folder, Path(scratch))
        release.make_source()
        archive = release.make_archive(release.make_wheel())
        release.make_bill()
        digest = release.make_image(archive, options.base) if options.image else ""
        release.make_chart(digest)
    sums = write_sums(options.folder)
    if options.key:
        sign(sums, options.key)
    print(sums.read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
