"""Settings: each bad one is named, with its fault and what is allowed."""

import stat

import pytest

from intranet.config import SECRETS, BadSettingError, Settings, check_mix, read_settings


def read(tmp_path, **given):
    return read_settings({"INTRANET_DATA_DIR": str(tmp_path / "data"), **given})


def test_nothing_set_is_enough(tmp_path):
    settings = read(tmp_path)

    assert settings.on_sqlite
    assert settings.data_dir.is_dir()
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.storage_url == f"file:{tmp_path / 'data' / 'files'}"
    assert not settings.secure_cookies


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = read(tmp_path).secret_key
    mode = (tmp_path / "data" / "secret_key").stat().st_mode

    assert len(first) == 64
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE(mode) == 0o600


SECRET = {
    "secret_key": "k" * 40,
    "database_url": "postgresql+psycopg://me:hunter2@db/x",
    "replica_url": "postgresql+psycopg://me:hunter2@replica/x",
    "redis_url": "redis://:hunter2@r",
    "smtp_url": "smtp://me:hunter2@mail.example",
    "metrics_token": "hunter2" * 5,
    "demo_password": "hunter2",
    "sentry_dsn": "https://hunter2@errors.example/1",
}


def kept(tmp_path, text, mode=0o600):
    file = tmp_path / "secret"
    file.write_bytes(text)
    file.chmod(mode)
    return str(file)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_can_stand_in_a_file_and_none_is_shown(tmp_path, name):
    secret = SECRET.get(name, "hunter2")
    file = kept(tmp_path, f"{secret}\n".encode(), 0o640)

    settings = read(tmp_path, **{f"INTRANET_{name.upper()}_FILE": file})

    assert getattr(settings, name) == secret
    assert secret not in repr(settings)


def test_what_holds_a_password_is_a_secret():
    assert set(SECRET) <= SECRETS


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (b"k" * 40, 0o644, "everybody on this machine can read"),
        (b"k" * 40, 0o601, "everybody on this machine can read"),
        (b"\n", 0o600, "one line"),
        (b"k" * 40 + b"\n" + b"l" * 40, 0o600, "one line"),
        (b"\xff" * 40, 0o600, "not text"),
        (b"short", 0o600, "32 characters"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused(tmp_path, text, mode, said):
    with pytest.raises(BadSettingError, match=said) as refused:
        read(tmp_path, INTRANET_SECRET_KEY_FILE=kept(tmp_path, text, mode))
    assert "kkk" not in str(refused.value)


def test_a_secret_is_given_in_one_way(tmp_path):
    file = tmp_path / "intranet.toml"
    file.write_text(f'secret_key_file = "{kept(tmp_path, b"k" * 40)}"\n')

    assert read(tmp_path, INTRANET_CONFIG=str(file)).secret_key == "k" * 40
    with pytest.raises(BadSettingError, match="INTRANET_SECRET_KEY_FILE are both set"):
        read(tmp_path, INTRANET_CONFIG=str(file), INTRANET_SECRET_KEY="l" * 40)


def test_a_file_of_settings_is_overruled_by_the_environment(tmp_path):
    file = tmp_path / "intranet.toml"
    file.write_text('base_url = "https://a.example/"\nposts_per_10s = 5\n')
    settings = read(tmp_path, INTRANET_CONFIG=str(file), INTRANET_POSTS_PER_10S="7")

    assert settings.base_url == "https://a.example"
    assert settings.posts_per_10s == 7
    assert settings.secure_cookies


def test_the_names_of_other_programs_and_of_the_tests_are_left_alone(tmp_path):
    assert read(tmp_path, HOME="/x", INTRANET_TEST_PG="x", INTRANET_CHROMIUM="/x", MY_INTRANET="1")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("INTRANET_BASEURL", "x", "is not a setting"),
        ("INTRANET_", "x", "is not a setting"),
        ("INTRANET_IS_BASE_URL_GIVEN", "1", "is not a setting"),
        ("INTRANET_POSTS_PER_10S", "0", "from 1 up"),
        ("INTRANET_POSTS_PER_10S", "-3", "whole number"),
        ("INTRANET_POSTS_PER_10S", "1e3", "whole number"),
        ("INTRANET_POSTS_PER_10S", "٣", "whole number"),
        ("INTRANET_UPLOAD_MB", "many", "whole number"),
        ("INTRANET_TRUSTED_PROXIES", "yes", "whole number"),
        ("INTRANET_LOG", "xml", "text or json"),
        ("INTRANET_DATABASE_URL", "mysql://x/y", "sqlite:/// or postgresql://"),
        ("INTRANET_REDIS_URL", "http://x", "redis://"),
        ("INTRANET_REPLICA_URL", "sqlite:///x", "starts with postgresql://"),
        ("INTRANET_STORAGE_URL", "/srv", "starts with file:"),
        ("INTRANET_STORAGE_URL", "file:", "names a folder"),
        ("INTRANET_STORAGE_URL", "s3:bucket", "names no bucket"),
        ("INTRANET_STORAGE_URL", "s3://", "names no bucket"),
        ("INTRANET_STORAGE_URL", "s3://key:secret@files", "names no bucket"),
        ("INTRANET_STORAGE_URL", "s3://files/a//b", "prefix"),
        ("INTRANET_STORAGE_URL", "s3://files?endpoint=minio:9000", "http:// or https://"),
        ("INTRANET_STORAGE_URL", "s3://files?presign=301", "1 to 300"),
        ("INTRANET_STORAGE_URL", "s3://files?style=", "path or virtual"),
        ("INTRANET_STORAGE_URL", "s3://files?acl=public", "has 'acl'"),
        ("INTRANET_CLAMAV", "/run/clamd.ctl", "unix: or tcp://"),
        ("INTRANET_CLAMAV", "unix:clamd.ctl", "names no socket"),
        ("INTRANET_CLAMAV", "tcp://", "no host"),
        ("INTRANET_BASE_URL", "intranet.example", "http:// or https://"),
        ("INTRANET_BASE_URL", "https://", "no host"),
        ("INTRANET_BASE_URL", "https://x.example:99999", "port"),
        ("INTRANET_BASE_URL", "https://x.example/path", "without a path"),
        ("INTRANET_SMTP_URL", "mail.example", "smtp:// or smtps://"),
        ("INTRANET_SMTP_URL", "smtp://", "no host"),
        ("INTRANET_MAIL_FROM", "nobody", "mail address"),
        ("INTRANET_MAIL_FROM", "a@b.example\nBcc: c@d.example", "mail address"),
        ("INTRANET_SENTRY_DSN", "errors.example", "is not one: it takes a DSN"),
        ("INTRANET_SENTRY_DSN", "https://key@errors.example", "is not one: it takes a DSN"),
        ("INTRANET_SECRET_KEY", "short", "32 characters"),
        ("INTRANET_SECRET_KEY", " ", "empty"),
        ("INTRANET_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
        ("INTRANET_SMTP_URL_FILE", "/", "cannot be read"),
        ("INTRANET_BASE_URL_FILE", "/nowhere/url", "is not a setting"),
        ("INTRANET_CONFIG", "/nowhere/file", "cannot be read"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(tmp_path, name, value, said):
    with pytest.raises(BadSettingError) as refused:
        read(tmp_path, **{name: value})
    assert str(refused.value).startswith(name)
    assert said in str(refused.value)
    assert str(refused.value).count("\n") <= 1


def test_a_setting_that_holds_a_password_is_not_repeated(tmp_path):
    with pytest.raises(BadSettingError) as refused:
        read(tmp_path, INTRANET_DATABASE_URL="mysql://me:hunter2@db/x")
    assert "hunter2" not in str(refused.value)
    settings = read(tmp_path, INTRANET_SMTP_URL="smtp://me:hunter2@mail.example")
    assert "hunter2" not in repr(settings)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettingError, match="cannot be made"):
        read_settings({"INTRANET_DATA_DIR": str(tmp_path / "file" / "data")})


POSTGRESQL = Settings(database_url="postgresql+psycopg:///x")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(database_url="sqlite:///x"), "INTRANET_DATABASE_URL"),
        (POSTGRESQL, "INTRANET_REDIS_URL"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, said):
    with pytest.raises(BadSettingError, match=said):
        check_mix(settings, workers=2)


def test_what_goes_together_is_taken():
    check_mix(Settings(database_url="sqlite:///x"), workers=1)
    check_mix(POSTGRESQL, workers=1)
    both = Settings(database_url="postgresql+psycopg:///x", redis_url="redis://127.0.0.1")
    check_mix(both, workers=4)
