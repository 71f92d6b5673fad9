"""Time-based one-time passwords (RFC 6238) by pyotp, and the key under which their secrets are stored."""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from dashboard.keyfiles import kept
from moderation.errors import Unavailable

_ISSUER = "Taliq"
_SECONDS = 30
# A phone's clock may be one step off, and a person types for some seconds.
_WINDOW = 1


class TimeCodes:
    """Secrets leave this class for the person's own screen alone; what is stored is encrypted and authenticated."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _vault(self) -> Fernet:
        try:
            return Fernet(kept(self._path, Fernet.generate_key))
        except (OSError, ValueError) as error:
            raise self._unusable() from error

    def _unusable(self) -> Unavailable:
        return Unavailable(kind="secrets_key", what="secrets_key", path=str(self._path))

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def address(self, secret: str, name: str) -> str:
        """What an authenticator app reads as a square code."""
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)

    def sealed(self, secret: str) -> bytes:
        return self._vault.encrypt(secret.encode())

    def opened(self, sealed: bytes) -> str:
        try:
            return self._vault.decrypt(sealed).decode()
        except InvalidToken as error:
            raise self._unusable() from error

    def step(self, secret: str, code: str, *, at: datetime, after: int) -> int | None:
        """The time step whose code it is, if it is a later one than `after`: each code counts once."""
        now = int(at.timestamp()) // _SECONDS
        found = None
        for step in range(now - _WINDOW, now + _WINDOW + 1):
            if hmac.compare_digest(pyotp.TOTP(secret).at(step * _SECONDS), code) and step > after:
                found = step
        return found
