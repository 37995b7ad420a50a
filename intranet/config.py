"""Settings, read once from the environment or from the TOML file that it names."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "INTRANET_"
LANGUAGES = ("es", "ca", "gl", "eu", "en")


class BadSettingError(Exception):
    """A setting is unknown or holds a value that cannot be; the text says which and why."""


@dataclass(frozen=True)
class Settings:
    """What may differ between two installations; named as in the environment, in lower case."""

    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    storage_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "intranet@localhost"
    log: str = "text"
    trusted_proxies: int = 0
    posts_per_10s: int = 20
    upload_mb: int = 50
    demo_password: str = field(default="vilaverde", repr=False)
    metrics_token: str = field(default="", repr=False)

    @property
    def on_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def secure_cookies(self) -> bool:
        """Whether people reach the site over TLS, so that cookies must not travel without it."""
        return self.base_url.startswith("https://")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises:
        BadSettingError: a name is unknown, or a value is not one of those allowed.
    """
    environment = os.environ if environment is None else environment
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and not name.startswith(PREFIX + "TEST_")
    }
    given.pop("chromium", None)
    if path := given.pop("config", None):
        given = {**_from_file(Path(path)), **given}
    key_file = given.pop("secret_key_file", None)
    values = {name: _value(name, text) for name, text in given.items()}
    settings = Settings(**values)
    return _completed(settings, key_file)


def _from_file(path: Path) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"INTRANET_CONFIG: {path} cannot be read: {error}"
        raise BadSettingError(message) from error
    return {name.removeprefix(PREFIX).lower(): str(value) for name, value in content.items()}


def _value(name: str, text: str) -> Any:
    setting = PREFIX + name.upper()
    known = Settings.__dataclass_fields__
    if name not in known:
        allowed = ", ".join(sorted(PREFIX + other.upper() for other in known))
        message = f"{setting} is not a setting. Settings are {allowed}, {PREFIX}CONFIG."
        raise BadSettingError(message)
    if name in {"trusted_proxies", "posts_per_10s", "upload_mb"}:
        if not text.isdecimal():
            message = f"{setting} is {text!r}: it takes a whole number from 0 up."
            raise BadSettingError(message)
        return int(text)
    if name == "data_dir":
        return Path(text)
    starts = {
        "database_url": ("sqlite:///", "postgresql+psycopg://", "postgresql://"),
        "redis_url": ("redis://", "rediss://", "unix://"),
        "storage_url": ("file:", "s3:"),
        "base_url": ("http://", "https://"),
        "smtp_url": ("smtp://", "smtps://"),
    }.get(name)
    if starts and not text.startswith(starts):
        message = f"{setting} does not start with one of {', '.join(starts)}"
        raise BadSettingError(message)
    if name == "log" and text not in {"text", "json"}:
        message = f"{setting} is {text!r}: it takes text or json."
        raise BadSettingError(message)
    return text


def _completed(settings: Settings, key_file: str | None) -> Settings:
    """Fill in what follows from the data folder, and make the folder and the key once."""
    data_dir = settings.data_dir.absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"INTRANET_DATA_DIR: {data_dir} cannot be made: {error.strerror}"
        raise BadSettingError(message) from error
    url = settings.database_url or f"sqlite:///{data_dir / 'intranet.sqlite'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    key = settings.secret_key or _kept_key(Path(key_file) if key_file else data_dir / "secret_key")
    return Settings(
        **{
            **settings.__dict__,
            "data_dir": data_dir,
            "database_url": url,
            "storage_url": settings.storage_url or f"file:{data_dir / 'files'}",
            "base_url": settings.base_url.rstrip("/"),
            "secret_key": key,
        }
    )


def _kept_key(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        key = secrets.token_hex(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(key)
        return key
