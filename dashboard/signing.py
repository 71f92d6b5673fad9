"""The key that signs the logs' heads: a file beside the data, never in the database, made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from dashboard.keyfiles import kept
from moderation.errors import Unavailable


def _made() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class KeyFile:
    """Ed25519 in PEM (PKCS #8)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        try:
            found = load_pem_private_key(kept(self._path, _made), password=None)
        except (OSError, TypeError, UnsupportedAlgorithm, ValueError) as error:
            raise self._unusable() from error
        if not isinstance(found, Ed25519PrivateKey):
            raise self._unusable()
        return found

    def _unusable(self) -> Unavailable:
        return Unavailable(kind="signing_key", what="signing_key", path=str(self._path))

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
