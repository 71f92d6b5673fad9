"""The key that signs the logs' heads: a file beside the data, never in the database, made when it is first needed."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from moderation.errors import Unavailable


class KeyFile:
    """Ed25519 in PEM (PKCS #8), readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        try:
            return self._read() if self._path.exists() else self._made()
        except (OSError, ValueError) as error:
            raise Unavailable(kind="signing_key", path=str(self._path)) from error

    def _read(self) -> Ed25519PrivateKey:
        found = load_pem_private_key(self._path.read_bytes(), password=None)
        if not isinstance(found, Ed25519PrivateKey):
            raise ValueError(self._path)
        return found

    def _made(self) -> Ed25519PrivateKey:
        key = Ed25519PrivateKey.generate()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, unlike a rename, leaves a key that another process has made meanwhile.
            os.link(part, self._path)
        except FileExistsError:
            return self._read()
        finally:
            part.unlink()
        return key

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def verifies(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
