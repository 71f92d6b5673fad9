"""Signed heads of a log: C2SP tlog-checkpoint v1 in a C2SP signed note v1 (Ed25519), and tlog-proof v1.

What leaves the machine and what an outsider compares with. The formats: https://c2sp.org/tlog-checkpoint,
https://c2sp.org/signed-note, https://c2sp.org/tlog-proof, https://c2sp.org/tlog-witness.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from moderation.errors import Invalid

_ED25519 = b"\x01"
_KEY_HASH, _KEY, _SIGNATURE = 4, 32, 64
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNED = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/=]+)")
_PROOF = "c2sp.org/tlog-proof@v1"
# A note is some hundred bytes; a proof holds one event besides.
MAX_NOTE, MAX_PROOF = 10_000, 1_000_000


class Signer(Protocol):
    """An Ed25519 key (RFC 8032); the public key has 32 bytes, a signature 64."""

    @property
    def public_key(self) -> bytes: ...
    def sign(self, message: bytes) -> bytes: ...
    def verifies(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """By any key, not only one's own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: its name, how many events it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A checkpoint as it was made: `note` is the signed text."""

    log_id: int
    size: int
    root: bytes
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key under a name, as a note's signature line names it."""

    name: str
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_KEY_HASH]

    def vkey(self) -> str:
        """As `NAME+HASH+KEY`, the form in which verifiers of signed notes take it."""
        return f"{self.name}+{self.key_hash.hex()}+{_encoded(_ED25519 + self.public_key)}"


def verifier_of(vkey: str) -> Verifier:
    """Invalid where it is no Ed25519 verifier key or its hash is another key's."""
    parts = vkey.strip().split("+", 2)
    key = _decoded(parts[2]) if len(parts) == 3 else b""
    if len(key) != 1 + _KEY or key[:1] != _ED25519:
        raise Invalid(field="key", reason="not_a_key")
    found = Verifier(name=parts[0], public_key=key[1:])
    if found.key_hash.hex() != parts[1]:
        raise Invalid(field="key", reason="not_a_key")
    return found


def signed(checkpoint: Checkpoint, signer: Signer) -> str:
    """The note; the key goes by the log's own name."""
    text = checkpoint.text()
    by = Verifier(name=checkpoint.origin, public_key=signer.public_key)
    return f"{text}\n— {by.name} {_encoded(by.key_hash + signer.sign(text.encode()))}\n"


def opened(note: str, verifiers: Sequence[Verifier], signer: Signer) -> Checkpoint:
    """The checkpoint, if one of the keys has signed it. Invalid where it is no note, or by none of them."""
    text, lines = _parts(note)
    checkpoint = _checkpoint(text)
    for verifier in verifiers:
        for name, given in lines:
            if name != verifier.name or given[:_KEY_HASH] != verifier.key_hash:
                continue
            signature = given[_KEY_HASH:]
            if len(signature) == _SIGNATURE and signer.verifies(verifier.public_key, text.encode(), signature):
                return checkpoint
    raise Invalid(field="checkpoint", reason="bad_signature")


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, found, signatures = note.rpartition("\n\n")
    if len(note) > MAX_NOTE or not found or not signatures.endswith("\n"):
        raise Invalid(field="checkpoint", reason="not_a_checkpoint")
    lines = [_SIGNED.fullmatch(line) for line in signatures[:-1].split("\n")]
    return text + "\n", [(line[1], _decoded(line[2])) for line in lines if line is not None]


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not _NUMBER.fullmatch(lines[1]):
        raise Invalid(field="checkpoint", reason="not_a_checkpoint")
    root = _decoded(lines[2])
    if len(root) != sha256().digest_size:
        raise Invalid(field="checkpoint", reason="not_a_checkpoint")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def stated(note: str) -> Checkpoint:
    """What the note says, before anything of it is believed."""
    return _checkpoint(_parts(note)[0])


def proof_text(index: int, proof: Sequence[bytes], note: str, *, body: str) -> str:
    """One event's way to a signed head; the event itself rides along as the format's extra data."""
    extra = _encoded(body.encode("utf-8", "surrogatepass"))
    return f"{_PROOF}\nextra {extra}\nindex {index}\n{_lines(proof)}\n{note}"


def growth_text(size: int, proof: Sequence[bytes], note: str) -> str:
    """The way from a head of `size` events to the note's, as the body of C2SP tlog-witness's `add-checkpoint`."""
    return f"old {size}\n{_lines(proof)}\n{note}"


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{_encoded(one)}\n" for one in hashes)


def _encoded(given: bytes) -> str:
    return base64.b64encode(given).decode("ascii")


def _decoded(given: str) -> bytes:
    """Nothing where it is not the one way to write some bytes in base64."""
    try:
        found = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if _encoded(found) == given else b""
