"""Build the image of a release without a daemon, and try it without a container engine.

`python tools/image.py build ARCHIVE.tar IMAGE.tar` carries out docs/deploy/Containerfile with
buildah, upon a Debian that is made from its packages, or upon `--base debian@sha256:…`; it prints
the image's digest. `python tools/image.py try IMAGE.tar` starts its root file system in namespaces,
as the Containerfile says: read-only, as user 840, without rights, with nothing but its data to
write to. As root, on Debian.
"""

import argparse
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools.packing import pack  # noqa: E402 - a script of this folder
from tools.programs import system_program  # noqa: E402 - a script of this folder

BASE = re.compile(r"[\w./:-]+@sha256:[0-9a-f]{64}")
"""An image by what is in it, and not by a name that can be given to another."""
SUITE = "trixie"
DATA, TEMPORARY = "/var/lib/intranet", "/tmp"  # noqa: S108 - one of its own
USER = 840
READY_SECONDS, STOPPED_SECONDS = 60, 20


class FaultyImageError(Exception):
    """An image does not run as it has to; the text says how."""


class Buildah:
    """The program buildah, with its images in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        system_program("netavark")  # buildah wants it, but Debian may install another in its place
        store = ["--root", str(folder / "images"), "--runroot", str(folder / "run")]
        self._command = [system_program("buildah"), *store, "--storage-driver", "vfs"]
        self._command[1:1] = ["--log-level", "error"]

    def __call__(self, *arguments: str) -> str:
        """Run it; return what it prints last."""
        done = subprocess.run([*self._command, *arguments], stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().strip().rpartition("\n")[2]

    def config(self, image: str) -> dict[str, Any]:
        """Return how an image says that it is to be run."""
        command = [*self._command, "inspect", "--type", "image", image]
        done = subprocess.run(command, capture_output=True, check=True)
        config: dict[str, Any] = json.loads(done.stdout)["OCIv1"]["config"]
        return config


def build(archive: Path, target: Path, *, base: str = "", mirror: str = "") -> str:
    """Build the image from a release's archive into a file; return its digest.

    Args:
        base: an image with its digest; empty makes Debian from its packages.
        mirror: where Debian's packages are; empty takes this machine's.
    """
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, tarfile.open(archive) as tar:
        scratch = Path(name)
        first = tar.getmembers()[0]
        inside, epoch = first.name.partition("/")[0], str(int(first.mtime))
        tar.extractall(scratch, filter="data")
        buildah = Buildah(scratch)
        base = base or _debian(buildah, scratch, epoch, mirror)
        limits = [
            f"--ulimit={kind}={value}:{value}"
            for kind, value in (
                ("nofile", resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
                ("nproc", resource.getrlimit(resource.RLIMIT_NPROC)[1]),
            )
        ]
        image = buildah(
            *("build", "--isolation", "chroot", "--quiet", "--timestamp", epoch, *limits),
            "--omit-history",  # it names the folder of this run
            *("--build-arg", f"BASE={base}", "--build-arg", f"SOURCE_DATE_EPOCH={epoch}"),
            *("--file", str(scratch / inside / "Containerfile"), str(scratch / inside)),
        )
        layout, digest = scratch / "layout", scratch / "digest"
        buildah("push", "--quiet", "--digestfile", str(digest), image, f"oci:{layout}:{inside}")
        target.write_bytes(pack(layout, "", int(epoch)))
        return digest.read_text(encoding="utf-8")


def _debian(buildah: Buildah, scratch: Path, epoch: str, mirror: str) -> str:
    """Make an image of the smallest Debian, as Debian's own slim ones are."""
    root = scratch / "debian.tar"
    left_out = ("man", "doc", "info", "locale")
    options = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in left_out]
    subprocess.run(
        [
            *(system_program("mmdebstrap"), "--variant=minbase", "--quiet", *options),
            *(SUITE, str(root), *([mirror] if mirror else [])),
        ],
        env={"SOURCE_DATE_EPOCH": epoch, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        check=True,
    )
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(root), "/")
    return buildah("commit", "--quiet", "--timestamp", epoch, container, f"localhost/{SUITE}")


def attempt(image: Path) -> list[str]:
    """Start an image's root file system in namespaces; return what was seen, a line each.

    Raises:
        FaultyImageError: it is not as it has to be.
    """
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        scratch = Path(name)
        buildah = Buildah(scratch)
        container = buildah("from", "--quiet", f"oci-archive:{image.absolute()}")
        root = buildah("mount", container)
        config = buildah.config(buildah("images", "--quiet"))
        data = scratch / "data"
        data.mkdir(mode=0o700)
        subprocess.run(["chown", config["User"], str(data)], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        try:
            with _started(root, config, data, port) as process:
                return list(_seen(process, data, port))
        finally:
            buildah("umount", container)


@contextmanager
def _started(
    root: str, config: dict[str, Any], data: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    environment = [part for line in config["Env"] for part in ("--setenv", *line.split("=", 1))]
    user, _, group = config["User"].partition(":")
    command = [
        *(system_program("bwrap", package="bubblewrap"), "--ro-bind", root, "/"),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", TEMPORARY, "--bind", str(data), DATA),
        *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent"),
        *("--clearenv", *environment),
        # As an engine does it: rights to become the user, and then none.
        *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
        *("--cap-add", "CAP_SETPCAP", "--", "/usr/bin/setpriv", f"--reuid={user}"),
        *(f"--regid={group}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"),
        *("--no-new-privs", "--", "/usr/bin/env", f"--chdir={config['WorkingDir']}"),
        *(*config["Cmd"], "--port", str(port)),
    ]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


def _seen(process: subprocess.Popen[bytes], data: Path, port: int) -> Iterator[str]:
    began = time.monotonic()
    while not _is_ready(port):
        _require(process.poll() is None, "it ended by itself")
        _require(time.monotonic() - began < READY_SECONDS, "it did not get ready")
        time.sleep(0.2)
    yield f"ready after {time.monotonic() - began:.1f} s"
    inner = _serving(process.pid)
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{inner}/status").read_text(encoding="utf-8").splitlines()
    )
    _require(set(status["Uid"].split()) == {str(USER)}, f"it runs as {status['Uid']}")
    _require(int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, "it has capabilities")
    _require(status["NoNewPrivs"] == "1", "it can gain rights")
    yield f"runs as {USER}, without capabilities, and can gain none"
    mounts = [
        line.split()
        for line in Path(f"/proc/{inner}/mountinfo").read_text(encoding="utf-8").splitlines()
    ]
    writable = sorted(each[4] for each in mounts if "rw" in each[5].split(","))
    outside = [path for path in writable if not path.startswith(("/dev", "/proc"))]
    _require(outside == [TEMPORARY, DATA], f"it writes in {outside}")
    yield f"writes nowhere but in {' and '.join(outside)}"
    _require((data / "intranet.sqlite").stat().st_uid == USER, "its data are not its own")
    began = time.monotonic()
    subprocess.run(["kill", f"-{signal.SIGTERM.value}", str(inner)], check=True)
    process.wait(STOPPED_SECONDS)
    yield f"stopped after {time.monotonic() - began:.1f} s"


def _require(is_so: bool, fault: str) -> None:  # noqa: FBT001 - as of assert
    if not is_so:
        raise FaultyImageError(fault)


def _is_ready(port: int) -> bool:
    try:
        address = f"http://127.0.0.1:{port}/health/ready"
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's
    except OSError:
        return False


def _serving(pid: int) -> int:
    """Return the process that serves, below bubblewrap's own two."""
    for _ in range(2):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        if not children:
            break
        pid = int(children[0])
    return pid


def main() -> None:
    """Build an image, or try one."""
    parser = argparse.ArgumentParser(description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    building = acts.add_parser("build", help="build the image of a release's archive")
    building.add_argument("archive", type=Path)
    building.add_argument("image", type=Path)
    building.add_argument("--base", default="", help="an image with its digest")
    building.add_argument("--mirror", default="", help="Debian's packages, such as of one day")
    trying = acts.add_parser("try", help="start an image in namespaces")
    trying.add_argument("image", type=Path)
    options = parser.parse_args()
    if options.act == "try":
        for line in attempt(options.image):
            print(line, flush=True)
        return
    if options.base and not BASE.fullmatch(options.base):
        parser.error("--base takes an image with its digest, as in debian@sha256:…")
    print(build(options.archive, options.image, base=options.base, mirror=options.mirror))


if __name__ == "__main__":
    main()
