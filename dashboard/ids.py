"""Ids of stored things, as an address or a browser names them."""

from __future__ import annotations

_LONGEST = 19


def read_id(text: str | None) -> int | None:
    """None for what is no id of 63 bits: a longer number must not reach the database."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        return None
    found = int(text)
    return found if found < 2**63 else None
