"""How much the long tests do: a part each time, so that all tests end within minutes; all of it by `TALIQ_FULL=1`."""

from __future__ import annotations

import os
from typing import TypeVar

FULL = os.environ.get("TALIQ_FULL") == "1"

Amount = TypeVar("Amount")


def amount(usual: Amount, full: Amount) -> Amount:
    return full if FULL else usual


# For what hardly hangs on the language: English is laid out as Arabic is, by the same parts.
LANGUAGES = amount(["ar"], full=["ar", "en"])
