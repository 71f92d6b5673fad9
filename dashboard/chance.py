"""Chance, as the desk needs it."""

from __future__ import annotations

import os

_SALT = 16


def salts(count: int) -> list[bytes]:
    """By one call: each lets go of the interpreter, for which the threads of a server would stand in line again."""
    made = os.urandom(count * _SALT)
    return [made[start : start + _SALT] for start in range(0, len(made), _SALT)]


def salt() -> bytes:
    (made,) = salts(1)
    return made
