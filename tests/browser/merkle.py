"""RFC 6962, section 2.1, straight from its definition: a second opinion on the log's hashes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf(body: str) -> bytes:
    return sha256(b"\x00" + body.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()
