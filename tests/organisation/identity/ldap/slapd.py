"""A real OpenLDAP server of the tests' own, with an authority of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from ldap3 import MODIFY_REPLACE, Connection, Server

from tests.services import free_port
from tools.programs import slapd

SUFFIX = "dc=monteclaro,dc=example"
PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
READER, READER_SECRET = f"cn=reader,{SUFFIX}", "the reader of the directory"
ADMIN, ADMIN_SECRET = f"cn=admin,{SUFFIX}", "the administrator of the directory"
START_SECONDS = 30


class Authority:
    """An authority of the house, and the certificates that it signs."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Monteclaro")])
        self._certificate = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> str:
        """Its own certificate."""
        return self._certificate.public_bytes(Encoding.PEM).decode()

    def certify(self, host: str, folder: Path) -> tuple[Path, Path]:
        """Write a certificate of a host, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        signed = (self._builder(name, key).add_extension(names, critical=False)).sign(
            self._key, hashes.SHA256()
        )
        certificate, secret = folder / "server.pem", folder / "server.key"
        certificate.write_bytes(signed.public_bytes(Encoding.PEM))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        secret.write_bytes(pem)
        return certificate, secret

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
        )


class Slapd:
    """A directory with a reader, and the people and groups that a test puts there."""

    def __init__(
        self, home: Path, *, host: str = "localhost", size_limit: str = "unlimited"
    ) -> None:
        self._home = home
        self._size_limit = size_limit
        self.authority = Authority()
        self._certificate, self._key = self.authority.certify(host, home)
        self.port, self.tls_port = free_port(), free_port()
        self._program, more, self._schemas = slapd()
        self._environment = {**os.environ, **more}
        self._process: subprocess.Popen[bytes] | None = None

    def fill(self, entries: str = "") -> None:
        """Write the first entries, before the server is started."""
        (self._home / "data").mkdir()
        self._configuration.write_text(self._settings())
        ldif = self._home / "first.ldif"
        ldif.write_text(FIRST + entries)
        self._run("-T", "add", "-q", "-f", str(self._configuration), "-l", str(ldif))

    def start(self) -> None:
        """Bring the server up and wait for its port."""
        addresses = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.tls_port}/"
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-f", str(self._configuration), "-h", addresses, "-d", "0"],
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError((self._home / "log").read_text())

    def stop(self) -> None:
        """Bring the server down."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(START_SECONDS)
            self._process = None

    def fall_silent(self) -> None:
        """Let the server hold its connections and answer nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def remove(self) -> None:
        """Stop the server and forget everything in it."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def add_person(self, uid: str, name: str, **values: Any) -> str:
        """Add a person; return their name in the directory."""
        dn = f"uid={uid},{PEOPLE}"
        *_, surname = name.split()
        given = {"uid": uid, "cn": name, "sn": surname, **values}
        with self._writing() as link:
            assert link.add(dn, "inetOrgPerson", given), link.result
        return dn

    def add_group(self, name: str, members: Sequence[str]) -> str:
        """Add a group; return its name in the directory."""
        dn = f"cn={name},{GROUPS}"
        with self._writing() as link:
            assert link.add(dn, "groupOfNames", {"cn": name, "member": list(members)}), link.result
        return dn

    def change(self, dn: str, values: Mapping[str, Sequence[str]]) -> None:
        """Replace values of an entry."""
        with self._writing() as link:
            changes = {name: [(MODIFY_REPLACE, list(new))] for name, new in values.items()}
            assert link.modify(dn, changes), link.result

    def rename(self, dn: str, uid: str) -> str:
        """Give an entry another name."""
        with self._writing() as link:
            assert link.modify_dn(dn, f"uid={uid}"), link.result
        return f"uid={uid},{PEOPLE}"

    def delete(self, dn: str) -> None:
        """Take an entry away."""
        with self._writing() as link:
            assert link.delete(dn), link.result

    @property
    def _configuration(self) -> Path:
        return self._home / "slapd.conf"

    def _writing(self) -> Connection:
        return Connection(Server("127.0.0.1", self.port), ADMIN, ADMIN_SECRET)

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [self._program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _settings(self) -> str:
        modules = [*self._schemas.parents[2].glob("usr/lib/ldap/back_mdb.la")]
        modules = modules or [*Path("/usr/lib/ldap").glob("back_mdb.la")]
        schemas = "\n".join(
            f"include {self._schemas}/{name}.schema" for name in ("core", "cosine", "inetorgperson")
        )
        return f"""{schemas}
modulepath {modules[0].parent}
moduleload back_mdb
sizelimit {self._size_limit}
TLSCertificateFile {self._certificate}
TLSCertificateKeyFile {self._key}
database mdb
maxsize 1073741824
suffix "{SUFFIX}"
rootdn "{ADMIN}"
rootpw "{ADMIN_SECRET}"
directory {self._home / "data"}
dbnosync
index objectClass,uid,mail,entryUUID,member eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
"""


FIRST = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
dc: monteclaro
o: Monteclaro

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: {GROUPS}
objectClass: organizationalUnit
ou: groups

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {READER_SECRET}

"""
