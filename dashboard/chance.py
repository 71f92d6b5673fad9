"""Chance, as the desk needs it."""

from __future__ import annotations

import os


def salt() -> bytes:
    return os.urandom(16)
