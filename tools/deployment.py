"""Check what docs/deploy offers to container engines and Kubernetes: `check deploy`.

The Containerfile by hadolint, the compose file by Compose itself and compose-lint, the chart by
Helm's own library, and each manifest that it renders by the schemas of Kubernetes, the oldest
version that the chart takes and the newest known.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools.programs import MissingProgramError, python_packages, system_program  # noqa: E402 - a script

DEPLOY = ROOT / "docs" / "deploy"
DIGEST = f"sha256:{'0' * 64}"
OLDEST_KUBERNETES = "1.28"
VALUES: dict[str, Any] = {
    "image": {"repository": "registry.town.example/intranet", "digest": DIGEST},
    "host": "intranet.town.example",
}
# Each changes VALUES to what the chart has to refuse.
REFUSED: tuple[dict[str, Any], ...] = (
    {"image": {"repository": "registry.town.example/intranet", "digest": "latest"}},
    {"host": ""},
    {"secrets": {"name": "intranet", "keys": ["INTRANET_REDIS_URL"]}},
    {"settings": {"BASE_URL": "x"}},
    {"web": {"replicas": 0}},
)
OTHER_VALUES: dict[str, Any] = {
    "image": {**VALUES["image"], "pullSecrets": ["registry"]},
    "files": {"existingClaim": "files"},
    "settings": {"INTRANET_MAIL_FROM": "intranet@town.example"},
}
IN_A_BUCKET: dict[str, Any] = {"settings": {"INTRANET_STORAGE_URL": "s3://files"}}


def containerfile() -> Iterator[str]:
    """Yield what hadolint finds in the Containerfile."""
    yield from _found([_tool("hadolint"), str(DEPLOY / "Containerfile")])


def compose() -> Iterator[str]:
    """Yield what Compose and compose-lint find in the compose file, with all that it asks for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(DEPLOY / "compose.yaml", folder)
        shutil.copy(DEPLOY / "intranet.env.example", folder / "intranet.env")
        images = ("IMAGE", "NGINX_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE")
        lines = [f"{image}=example@{DIGEST}\n" for image in images]
        (folder / ".env").write_text("".join(lines), encoding="utf-8")
        whole = folder / "whole.yaml"
        command = [system_program("docker-compose"), "config", "--output", str(whole)]
        yield from _found(command, folder)
        if whole.exists():
            options = ["--fail-on", "low", "--strict-config", "--skip-suppressed", "--quiet"]
            config = ["--config", str(DEPLOY / "compose-lint.yaml")]
            yield from _found([_tool("compose-lint"), "check", *options, *config, str(whole)])


def chart() -> Iterator[str]:
    """Yield what Helm and the schemas of Kubernetes find in the chart."""
    import helm_python as helm  # noqa: PLC0415 - of the other environment
    import kubernetes_validate  # noqa: PLC0415 - of the other environment

    folder = DEPLOY / "chart"
    versions = (OLDEST_KUBERNETES, kubernetes_validate.latest_version())
    for values in (VALUES, {**VALUES, **OTHER_VALUES}, {**VALUES, **IN_A_BUCKET}):
        report = helm.lint(folder, values, strict=True)
        for message in report["messages"]:
            if message["severity"] > 1:  # an icon is only recommended
                yield f"{message['path']}: {message['error']}"
        with helm.Chart.load(folder) as loaded:
            manifests = loaded.render(values, name="intranet", namespace="town")
        for name, text in manifests.items():
            for version in versions:
                yield from _against_schema(name, text, version)
    for change in REFUSED:
        with helm.Chart.load(folder) as loaded:
            try:
                loaded.render({**VALUES, **change}, name="intranet", namespace="town")
            except helm.HelmError:
                continue
        yield f"chart: it takes {change}"


def _against_schema(name: str, text: str, version: str) -> Iterator[str]:
    import kubernetes_validate  # noqa: PLC0415 - of the other environment
    import yaml  # noqa: PLC0415 - of the other environment

    for manifest in yaml.safe_load_all(text):
        if manifest:
            try:
                kubernetes_validate.validate(manifest, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                where = ".".join(map(str, error.path))
                yield f"{name}, {manifest['kind']}, Kubernetes {version}: {where}: {error.message}"


def _found(command: list[str], folder: Path = ROOT) -> Iterator[str]:
    """Yield what a linter prints, if it finds anything."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f"{Path(command[0]).name}: {done.stdout}{done.stderr}".strip()


def _tool(name: str) -> str:
    return str(Path(sys.prefix) / "bin" / name)


def main() -> int:
    """Run every check; return 0 if nothing was found."""
    try:
        home = python_packages("release")
        if Path(sys.prefix).resolve() != home.resolve():
            python = str(home / "bin" / "python")
            os.execv(python, [python, __file__])  # noqa: S606 - no shell wanted
        found = [line for check in (containerfile, compose, chart) for line in check()]
    except MissingProgramError as error:
        found = [str(error)]
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
