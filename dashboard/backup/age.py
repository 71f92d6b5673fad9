"""Encryption by the age format (https://age-encryption.org/v1), streamed through pyrage.

To public keys a backup is a plain age file. The library takes a passphrase for what fits into memory only, so a backup
by passphrase is two age files one after the other: first, as text, the private key of this one backup under the
passphrase; then the backup, to that key's public one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage.x25519 import Identity, Recipient

from moderation.errors import Invalid

_MAGIC = b"age-encryption.org/v1"
_BEGIN, _END = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"
_LONGEST_KEY = 10_000
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 -- how a private key begins  # The mark of a key, not a key.  # nosec B105
_LEAST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Whom a backup is for: the holders of these keys, or who knows the passphrase."""

    recipients: tuple[Recipient, ...] = ()
    passphrase: str = ""

    def __post_init__(self) -> None:
        if not self.recipients and len(self.passphrase) < _LEAST:
            raise Invalid(field="passphrase", reason="too_short", low=_LEAST)


def recipients_of(text: str) -> tuple[Recipient, ...]:
    """Public keys `age1…`, separated by commas or lines. Invalid(reason="not_a_recipient") for anything else."""
    found = [word for line in text.splitlines() if not line.startswith("#") for word in line.replace(",", " ").split()]
    try:
        return tuple(Recipient.from_str(word) for word in found)
    except pyrage.RecipientError as error:
        raise Invalid(field="recipient", reason="not_a_recipient") from error


def identities_of(text: str) -> list[Identity]:
    """The private keys in a key file. Invalid(reason="not_an_identity") where there is none."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [Identity.from_str(line) for line in lines if line.startswith(_SECRET)]
    except pyrage.IdentityError as error:
        raise Invalid(field="identity", reason="not_an_identity") from error
    if not found:
        raise Invalid(field="identity", reason="not_an_identity")
    return found


def new_identity() -> tuple[str, str]:
    """A private key, and its public one."""
    made = Identity.generate()
    return str(made), str(made.to_public())


def seal(pieces: Iterable[bytes], out: BinaryIO, lock: Lock) -> None:
    """Whatever `pieces` or `out` raise comes out as it is."""
    recipients: Sequence[Recipient] = lock.recipients
    if not recipients:
        once = Identity.generate()
        out.write(by_passphrase.encrypt(str(once).encode(), lock.passphrase, armored=True))
        recipients = [once.to_public()]
    source, sink = _Source(pieces), _Sink(out)
    try:
        pyrage.encrypt_io(source, sink, list(recipients))
    except pyrage.EncryptError as error:
        raised = source.error or sink.error or error
        # Its own cause is what says what happened to the database.
        raise raised from raised.__cause__


def asks_for_passphrase(source: BinaryIO) -> bool:
    """Whether it is under a passphrase; Invalid(reason="foreign") where it is no age file. Takes nothing from it."""
    start = source.peek(len(_BEGIN))[: len(_BEGIN)]  # type: ignore[attr-defined]
    if start == _BEGIN:
        return True
    if start.startswith(_MAGIC):
        return False
    raise Invalid(field="backup", reason="foreign" if start else "empty")


@contextmanager
def opened(source: BinaryIO, identities: Sequence[Identity], passphrase: str = "") -> Iterator[Plain]:  # nosec B107
    """What was sealed; nothing of it is certain before `finish()`.

    Invalid(field="backup"): `wrong_key`, `wrong_passphrase`, or `damaged` for what is cut short or was changed.
    """
    if asks_for_passphrase(source):
        identities = [_once(source, passphrase)]
    plain = Plain(source, identities)
    try:
        yield plain
    except Exception as error:
        plain.close()
        # What was read made no sense, and the decryption knows why: the file ended, or somebody changed it.
        if trouble := plain.trouble():
            raise trouble from error
        raise
    plain.close()


def _once(source: BinaryIO, passphrase: str) -> Identity:
    lines: list[bytes] = []
    while not lines or lines[-1].strip() != _END:
        line = source.readline(200)
        if not line or sum(map(len, lines)) > _LONGEST_KEY:
            raise Invalid(field="backup", reason="damaged")
        lines.append(line)
    try:
        return Identity.from_str(by_passphrase.decrypt(b"".join(lines), passphrase).decode())
    except pyrage.DecryptError as error:
        raise Invalid(field="backup", reason="wrong_passphrase") from error
    except (pyrage.IdentityError, UnicodeError) as error:
        raise Invalid(field="backup", reason="damaged") from error


class _Source:
    """Pieces as a file to read. The library tells only the words of an error, so the error itself is kept."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class _Sink:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.error: BaseException | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._out.write(content)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._out.flush()


class Plain:
    """The library pushes what it decrypts; a thread of its own pushes it through a pipe, from which it is pulled."""

    def __init__(self, source: BinaryIO, identities: Sequence[Identity]) -> None:
        self._source, self._identities = _Reading(source), list(identities)
        self._error: Exception | None = None
        read, self._write = os.pipe()
        self._out = os.fdopen(read, "rb")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with os.fdopen(self._write, "wb") as out:
                pyrage.decrypt_io(self._source, out, self._identities)
        except Exception as error:
            self._error = error

    def read(self, size: int = -1) -> bytes:
        return self._out.read(size)

    def finish(self) -> None:
        """To the end, where the format says whether it is the end; raises what is wrong."""
        while self._out.read(1 << 16):
            pass
        self._thread.join()
        if trouble := self.trouble():
            raise trouble

    def close(self) -> None:
        self._out.close()
        self._thread.join()

    def trouble(self) -> Exception | None:
        if self._source.error is not None:
            return self._source.error
        # Whoever reads stopped first: the pipe broke for that reason alone.
        if self._error is None or "pipe" in str(self._error).lower():
            return None
        return Invalid(field="backup", reason="wrong_key" if "No matching keys" in str(self._error) else "damaged")


class _Reading:
    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except Exception as error:
            self.error = error
            raise
