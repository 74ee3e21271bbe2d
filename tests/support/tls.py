"""TLS in front of a PostgreSQL: certificates of our own making, and a door that speaks as a server with `hostssl` does.

The PostgreSQL that pip brings was built without TLS. So the door does what its server would: it answers the request for
TLS, shows its certificate, and refuses whoever comes without; what is said behind it goes to the real server.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.conninfo import conninfo_to_dict

from support.postgres import fresh_database

TLS_REQUEST = struct.pack("!ii", 8, 80877103)
"""What a client says first who wants TLS (PostgreSQL's protocol, 54.2.11)."""


class Authority(NamedTuple):
    """Who signs certificates: the file that a client trusts, and the key."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Door(NamedTuple):
    """A PostgreSQL behind TLS: the port, and its database and user."""

    port: int
    database: str
    user: str

    def url(self, host: str = "localhost", **how: object) -> str:
        """The URL of its database, with parameters such as `sslmode`."""
        said = "&".join(f"{name}={value}" for name, value in how.items())
        return f"postgresql://{self.user}@{host}:{self.port}/{self.database}?hostaddr=127.0.0.1&{said}"


def authority(folder: Path, name: str) -> Authority:
    """Somebody whose signature counts for whoever has their file."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(name, key, name, key, x509.BasicConstraints(ca=True, path_length=0))
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, certificate, key)


def _signed(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, with_key: ec.EllipticCurvePrivateKey, *more: x509.ExtensionType
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]) for said in (name, by))
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    for extension in more:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(with_key, hashes.SHA256())


def _context(folder: Path, signer: Authority) -> ssl.SSLContext:
    """A server that is called `localhost`, as the signer says."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = _signed("localhost", key, signer.file.stem, signer.key, names)
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def behind_tls(folder: Path, signer: Authority) -> Iterator[Door]:
    """An empty database of a real PostgreSQL that is reached over TLS alone."""
    context = _context(folder, signer)
    with fresh_database() as url, socket.create_server(("127.0.0.1", 0)) as door:
        server = conninfo_to_dict(url)
        inside = f"{server['host']}/.s.PGSQL.{server.get('port', 5432)}"
        threading.Thread(target=_open, args=(door, context, inside), daemon=True).start()
        yield Door(door.getsockname()[1], str(server["dbname"]), str(server["user"]))


def _open(door: socket.socket, context: ssl.SSLContext, inside: str) -> None:
    with suppress(OSError):  # the door was closed
        while True:
            client, _address = door.accept()
            threading.Thread(target=_serve, args=(client, context, inside), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, inside: str) -> None:
    with client, suppress(OSError):
        if client.recv(len(TLS_REQUEST), socket.MSG_WAITALL) != TLS_REQUEST:
            client.sendall(_refusal("no pg_hba.conf entry for this host: TLS is required (hostssl)"))
            return
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as safe, socket.socket(socket.AF_UNIX) as server:
            server.connect(inside)
            threading.Thread(target=_pass_on, args=(server, safe), daemon=True).start()
            _pass_on(safe, server)


def _refusal(why: str) -> bytes:
    """PostgreSQL's message of an error, by which a session ends before it began."""
    fields = b"SFATAL\0VFATAL\0C28000\0M" + why.encode() + b"\0\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(65536):
            other.sendall(said)
        other.shutdown(socket.SHUT_WR)
