"""Settings, read once from the environment or from the TOML file it names."""

import os
import re
import secrets
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from intranet.bucket_address import BucketAddress, parse_bucket

PREFIX = "INTRANET_"
LANGUAGES = ("es", "ca", "gl", "eu", "en")
# The smallest values of numeric settings.
MIN_VALUES = {"trusted_proxies": 0, "posts_per_10s": 1, "upload_mb": 1}
STARTS = {
    "database_url": ("sqlite:///", "postgresql://", "postgresql+psycopg://"),
    "replica_url": ("postgresql://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "base_url": ("http://", "https://"),
    "smtp_url": ("smtp://", "smtps://"),
    "clamav": ("unix:", "tcp://"),
}
CHOICES = {"log": ("text", "json")}
MIN_KEY_CHARACTERS = 32
SHAPES = {
    "sentry_dsn": (
        re.compile(r"https?://[^\s@/:]+@[^\s@/]+(/[^\s?#]+)*/[0-9]+"),
        "a DSN as the service shows it, as in https://KEY@errors.town.example/1",
    ),
    "mail_from": (
        re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+"),
        "one mail address, as in intranet@town.example",
    ),
    "machine": (re.compile(r"[a-z0-9]{2}"), "two small letters or digits, as in a1"),
    "identity_hosts": (
        re.compile(r"[a-z0-9.-]+(,[a-z0-9.-]+)*"),
        "names of hosts in small letters, as in ldap.town.example,sso.town.example",
    ),
}


class BadSettingError(Exception):
    """A setting is unknown or has an invalid value; the text says which and why."""


@dataclass(frozen=True)
class Settings:
    """The settings of an installation; named as in the environment, in lower case."""

    data_dir: Path = Path("var")
    database_url: str = field(default="", repr=False)
    replica_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    storage_url: str = ""
    storage_access_key: str = field(default="", repr=False)
    storage_secret_key: str = field(default="", repr=False)
    clamav: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "intranet@localhost"
    log: str = "text"
    machine: str = "00"
    trusted_proxies: int = 0
    posts_per_10s: int = 20
    upload_mb: int = 50
    demo_password: str = field(default="vilaverde", repr=False)
    metrics_token: str = field(default="", repr=False)
    identity_hosts: str = ""
    sentry_dsn: str = field(default="", repr=False)

    is_base_url_given: bool = False
    # Set by tests only, which run the other servers on this machine.
    reaches_inside: bool = False

    @property
    def on_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def storage_bucket(self) -> BucketAddress | None:
        """The bucket in which files are stored; None if they are in a folder."""
        return parse_bucket(self.storage_url) if self.storage_url.startswith("s3:") else None

    @property
    def storage_folder(self) -> Path:
        """The folder in which files are stored, without a bucket."""
        return Path(self.storage_url.removeprefix("file:").removeprefix("//"))

    @property
    def inside_hosts(self) -> frozenset[str]:
        """The hosts in our own networks at which providers of identity may be reached."""
        return frozenset(self.identity_hosts.split(",")) - {""}

    @property
    def secure_cookies(self) -> bool:
        """Whether people reach the site over TLS, so that cookies must not travel without it."""
        return self.base_url.startswith("https://")


NAMES = frozenset(Settings.__dataclass_fields__) - {"is_base_url_given", "reaches_inside"}
# What is not to be shown. Each may stand in a file that the setting with `_FILE` names.
SECRETS = frozenset(name for name in NAMES if not Settings.__dataclass_fields__[name].repr)


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
    values = {name: _value(name, text) for name, text in _with_secrets(given).items()}
    return _completed(Settings(**values, is_base_url_given="base_url" in values))


def _from_file(path: Path) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSettingError(f"INTRANET_CONFIG: {path} cannot be read: {error}") from error
    return {name.removeprefix(PREFIX).lower(): str(value) for name, value in content.items()}


def _with_secrets(given: Mapping[str, str]) -> dict[str, str]:
    """Replace each `NAME_file` of a secret by what stands in that file."""
    files = {f"{name}_file": name for name in SECRETS}
    read = {name: text for name, text in given.items() if name not in files}
    for setting in given.keys() & files.keys():
        name = files[setting]
        if name in given:
            both = f"{PREFIX}{name.upper()} and {PREFIX}{setting.upper()}"
            raise BadSettingError(f"{both} are both set: take one of them away.")
        read[name] = _secret_in(Path(given[setting]), PREFIX + setting.upper())
    return read


def _secret_in(path: Path, setting: str) -> str:
    """Return the one line in a file that the operator named; it is never created here."""
    try:
        with path.open(encoding="utf-8") as file:
            is_shown = stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IRWXO
            text = file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it is not text"
        raise BadSettingError(f"{setting}: {path} cannot be read: {why}") from error
    if is_shown:
        raise BadSettingError(
            f"{setting}: everybody on this machine can read {path}; leave it to the user and "
            "group of the service, with mode 600 or 640."
        )
    if not text or "\n" in text:
        raise BadSettingError(f"{setting}: {path} holds one line, and no more.")
    return text


def check_mix(settings: Settings, *, workers: int) -> None:
    """Refuse settings that do not work together, and say what to set.

    Args:
        workers: how many processes serve.

    Raises:
        BadSettingError: the settings do not work together.
    """
    if workers > 1 and settings.on_sqlite:
        raise BadSettingError(
            "Several workers need PostgreSQL: set INTRANET_DATABASE_URL, "
            "or start one worker, which is enough for SQLite."
        )
    if workers > 1 and not settings.redis_url:
        raise BadSettingError(
            "Several workers hear of each other over Redis: set INTRANET_REDIS_URL, "
            "or start one worker."
        )
    if settings.replica_url and settings.on_sqlite:
        raise BadSettingError(
            "INTRANET_REPLICA_URL names a replica of PostgreSQL, and the database is SQLite: "
            "set INTRANET_DATABASE_URL to the server that it replicates, or take it away."
        )


def database_address(text: str) -> str:
    """Check the address of a database that is no setting, and return it as `database_url` is.

    Raises:
        BadSettingError: it is no such address; the text does not quote it.
    """
    text = text.strip()
    if not text.startswith(STARTS["database_url"]):
        starts = _either(STARTS["database_url"])
        raise BadSettingError(f"That is not the address of a database: it starts with {starts}.")
    return with_driver(text)


def with_driver(url: str) -> str:
    """Return the address of a database with the driver that is used."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _value(name: str, text: str) -> Any:
    """Parse and check the value of a setting."""
    setting = PREFIX + name.upper()
    if name not in NAMES:
        allowed = ", ".join(sorted(PREFIX + other.upper() for other in NAMES))
        raise BadSettingError(
            f"{setting} is not a setting. Settings are {allowed} and {PREFIX}CONFIG; a secret may "
            f"also stand in a file, as in {PREFIX}SECRET_KEY_FILE."
        )
    if not text.strip():
        raise BadSettingError(f"{setting} is empty: give it a value or take it away.")
    if name in MIN_VALUES:
        return _number(setting, text, MIN_VALUES[name])
    if name == "data_dir":
        return Path(text)
    if name in STARTS or name == "storage_url":
        _check_start(name, setting, text)
    if name in CHOICES and text not in CHOICES[name]:
        raise BadSettingError(f"{setting} is {text!r}: it takes {_either(CHOICES[name])}.")
    if name == "secret_key" and len(text) < MIN_KEY_CHARACTERS:
        raise BadSettingError(
            f"{setting} is too short: it takes {MIN_KEY_CHARACTERS} characters or more, at random."
        )
    if name in SHAPES and not SHAPES[name][0].fullmatch(text):
        shown = "not one" if name in SECRETS else repr(text)
        raise BadSettingError(f"{setting} is {shown}: it takes {SHAPES[name][1]}.")
    return text


def _check_start(name: str, setting: str, text: str) -> None:
    """Refuse an address with the wrong scheme for this setting."""
    if name == "storage_url":
        _check_storage(setting, text)
        return
    starts = STARTS[name]
    if not text.startswith(starts):
        raise BadSettingError(
            f"{setting} is not such an address: it starts with {_either(starts)}."
        )
    if "://" in text and name not in {"database_url", "replica_url"}:
        check_address(setting, text, needs_host=not text.startswith(("redis", "unix:")))
    if name == "clamav" and text.startswith("unix:") and not urlsplit(text).path.startswith("/"):
        raise BadSettingError(
            f"{setting} names no socket: it is unix: and its path, as in unix:/run/clamd.ctl."
        )


def _check_storage(setting: str, text: str) -> None:
    """Refuse a storage that is neither a folder nor a bucket."""
    if text.startswith("s3:"):
        try:
            parse_bucket(text)
        except ValueError as error:
            raise BadSettingError(f"{setting} {error}") from error
        return
    if not text.removeprefix("file:").removeprefix("//").strip() or not text.startswith("file:"):
        raise BadSettingError(
            f"{setting} is not such an address: it starts with file: and names a folder, "
            "or with s3:// and names a bucket."
        )


def _number(setting: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise BadSettingError(f"{setting} is {text!r}: it takes a whole number from {least} up.")
    return int(text)


def check_address(setting: str, text: str, *, needs_host: bool) -> None:
    """Refuse an address without a host or with an invalid port, or a site address with a path.

    An error quotes only the address of the site, since others may contain a password.
    """
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError as error:
        raise BadSettingError(
            f"{setting} is not such an address: its port is a number up to 65535."
        ) from error
    if needs_host and not parts.hostname:
        raise BadSettingError(f"{setting} names no host.")
    if setting == f"{PREFIX}BASE_URL" and (parts.path.strip("/") or parts.query or parts.fragment):
        raise BadSettingError(
            f"{setting} is {text!r}: the site is at the root of its host, without a path."
        )


def _either(choices: tuple[str, ...]) -> str:
    return " or ".join(choices)


def _completed(settings: Settings) -> Settings:
    """Fill in defaults that depend on the data folder; create the folder and key once."""
    data_dir = settings.data_dir.absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettingError(
            f"INTRANET_DATA_DIR: {data_dir} cannot be made: {error.strerror}"
        ) from error
    url = settings.database_url or f"sqlite:///{data_dir / 'intranet.sqlite'}"
    key = settings.secret_key or _kept_key(data_dir / "secret_key")
    return replace(
        settings,
        data_dir=data_dir,
        database_url=with_driver(url),
        replica_url=with_driver(settings.replica_url),
        storage_url=settings.storage_url or f"file:{data_dir / 'files'}",
        base_url=settings.base_url.rstrip("/"),
        secret_key=key,
    )


def _kept_key(path: Path) -> str:
    """Return the key of this data folder, created on first start, readable by its owner only."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="utf-8").strip()
