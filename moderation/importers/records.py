"""What a file's rows look like before anybody asks whether they are comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# A row too long to keep is shown by its beginning, enough to find it in the file.
SHOWN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row as fields; `line` is where it starts."""

    line: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A row that cannot go in: `fields` where it could be read, else `raw`, with escapes for bytes that are no UTF-8.

    `field` is empty when the whole row is at fault.
    """

    line: int
    field: str
    reason: str
    fields: Mapping[str, object] | None = None
    raw: str = ""

    @property
    def weight(self) -> int:
        """Characters held, roughly."""
        if self.fields is None:
            return len(self.raw)
        return sum(len(value) for value in self.fields.values() if isinstance(value, str))


def readable(raw: bytes, *, limit: int | None = None) -> str:
    return raw[:limit].decode("utf-8", "backslashreplace")
