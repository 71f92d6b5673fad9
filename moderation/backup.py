"""What a backup says of itself: its manifest at the start, the checksums of all that it holds at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from moderation.errors import Invalid

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Of one log when the backup was made. `root` is hexadecimal; `note` its newest signed head, empty if there was
    none; `vkey` the public key that signs it."""

    origin: str
    size: int
    root: str
    note: str
    vkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`version` is Taliq's, `revision` the tables' shape, `made_at` as in the log, `rows` by table.

    `keys` are the names of the key files inside.
    """

    version: str
    revision: str
    made_at: str
    rows: Mapping[str, int]
    heads: tuple[Head, ...]
    keys: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def written(manifest: Manifest) -> bytes:
    return json.dumps({"taliq_backup": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True).encode()


def read(content: bytes) -> Manifest:
    """Invalid(reason="foreign") for anything else, `later_format` for one that a later Taliq made."""
    try:
        found = json.loads(content)
        if found.pop("taliq_backup") > FORMAT:
            raise Invalid(field="backup", reason="later_format")
        heads = tuple(Head(**one) for one in found.pop("heads"))
        made = Manifest(heads=heads, keys=tuple(found.pop("keys")), **found)
        words = [made.version, made.revision, made.made_at, *made.keys]
        words += [word for head in heads for word in (head.origin, head.root, head.note, head.vkey)]
        numbers = [*made.rows.values(), *(head.size for head in heads)]
        if not (all(isinstance(one, str) for one in words) and all(isinstance(one, int) for one in numbers)):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(field="backup", reason="foreign") from error
    return made
