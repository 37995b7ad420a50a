"""Checks of `intranet doctor` on this machine and its settings."""

import os
import resource
import shutil
import smtplib
from getpass import getuser
from pathlib import Path
from urllib.parse import urlsplit

from intranet.bucket_address import BucketAddress
from intranet.cli.doctor_findings import Patient, WrongError
from intranet.config import BadSettingError, Settings
from intranet.delivery.files.scanning import ScannerError, version_of
from intranet.delivery.files.storage import check_storage
from intranet.platform.core.allowed_hosts import is_loopback
from intranet.platform.core.capacity import (
    MAX_SOCKETS_ON_GEVENT,
    MAX_SOCKETS_ON_THREADS,
    MAX_THREADS,
)

MIN_FREE_MB = 500
ANSWERS_WITHIN_SECONDS = 5


def data_folder(patient: Patient) -> str:
    """Check that the data folder is writable and has room."""
    return _room_in(patient.settings.data_dir)


def files(patient: Patient) -> str:
    """Check that the bucket can be used, or that the folder is writable and has room."""
    if bucket := patient.settings.storage_bucket:
        return _usable(bucket, patient.settings)
    folder = patient.settings.storage_folder  # it may be on another disk
    if not folder.exists():
        return f"{folder} is made with the first file"
    return _room_in(folder)


def viruses(patient: Patient) -> str:
    """Check that the virus scanner answers, if one is set: without it uploads are refused."""
    address = patient.settings.clamav
    if not address:
        return "files that people send are not scanned; set INTRANET_CLAMAV to have ClamAV do it"
    try:
        version = version_of(address)
    except (ScannerError, OSError) as error:
        message = (
            f"ClamAV does not answer at {address}, so no file is taken: start clamd and let this "
            "user reach its socket, or see INTRANET_CLAMAV."
        )
        raise WrongError(message) from error
    return f"{version} scans what people send"


def open_files(patient: Patient) -> str:
    """Check that a process may open enough files for all its sockets and threads."""
    sockets = MAX_SOCKETS_ON_THREADS if patient.settings.on_sqlite else MAX_SOCKETS_ON_GEVENT
    needed = sockets + 2 * MAX_THREADS
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < needed:
        message = (
            f"at most {most} for a process, and {sockets} sockets need {needed}: "
            f"set LimitNOFILE={needed} where it is started."
        )
        raise WrongError(message)
    return f"enough for {sockets} sockets in each process"


def mail(patient: Patient) -> str:
    """Check that the mail server answers."""
    settings = patient.settings
    if not settings.smtp_url:
        return (
            f"goes into {settings.data_dir / 'mail'}; nobody gets it until INTRANET_SMTP_URL is set"
        )
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(url.hostname or "localhost", url.port or 0, timeout=ANSWERS_WITHIN_SECONDS) as it:
            it.ehlo()
            takes_tls = url.scheme == "smtps" or it.has_extn("starttls")
    except OSError as error:
        message = f"{url.hostname} does not answer: see INTRANET_SMTP_URL."
        raise WrongError(message) from error
    if url.username and not takes_tls and not is_loopback(url.hostname or "localhost"):
        message = (
            f"{url.hostname} offers no STARTTLS, so the password in INTRANET_SMTP_URL is not sent "
            "and no mail goes out: set smtps://, or have the server offer it."
        )
        raise WrongError(message)
    return f"goes out over {url.hostname}, from {settings.mail_from}"


def address(patient: Patient) -> str:
    """Check that people reach the site over TLS."""
    base_url = patient.settings.base_url
    is_here = is_loopback(urlsplit(base_url).hostname or "")
    if not patient.settings.secure_cookies and not is_here:
        message = (
            f"{base_url} is without TLS, so passwords and cookies can be read on the way: "
            "put a proxy with https before it and set INTRANET_BASE_URL."
        )
        raise WrongError(message)
    if not patient.settings.is_base_url_given:
        return (
            f"links in mails begin with {base_url}; it answers to its IP addresses and the name of "
            "this machine, and to another name once INTRANET_BASE_URL says it"
        )
    return f"links in mails begin with {base_url}, and it answers to no other name"


def proxies(patient: Patient) -> str:
    """Check that a TLS proxy is set as trusted; else all clients seem to have its address."""
    count = patient.settings.trusted_proxies
    if patient.settings.secure_cookies and not count:
        raise WrongError(
            "INTRANET_BASE_URL is https, so a proxy stands before it, and none is counted: "
            "set INTRANET_TRUSTED_PROXIES, or one person's failures to sign in bar everybody."
        )
    return f"{count} believed, each of which has to set X-Forwarded-For" if count else "none"


def _usable(bucket: BucketAddress, settings: Settings) -> str:
    try:
        check_storage(settings)
    except BadSettingError as error:
        raise WrongError(str(error)) from error
    at = urlsplit(bucket.endpoint)
    if at.scheme == "http" and not is_loopback(at.hostname or ""):
        message = (
            f"{bucket.endpoint} is without TLS, so files can be read on the way: "
            "set endpoint=https://… in INTRANET_STORAGE_URL."
        )
        raise WrongError(message)
    return f"in the bucket {bucket.name}, which was written, read, listed and cleared"


def _room_in(folder: Path) -> str:
    if not os.access(folder, os.W_OK):
        message = f"{folder} may not be written: `chown -R {getuser()} {folder}`."
        raise WrongError(message)
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < MIN_FREE_MB:
        message = (
            f"{free_mb} MB are free and {MIN_FREE_MB} MB are needed: `du -xh {folder} | sort -h` "
            "shows what takes room."
        )
        raise WrongError(message)
    return f"may be written, {free_mb} MB are free"
