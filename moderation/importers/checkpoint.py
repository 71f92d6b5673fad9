"""How far an import came, in a small file beside the imported one, written only after the database has committed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from moderation.importers.lines import Mark

START = Mark(offset=0, line=0, sha256="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A stored comment: where it is missing, or has another id, this is not the database that the rows went into."""

    external_id: str
    comment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """`kept` rows are in the database, `quarantined` ones fill the first `quarantine_size` bytes of their file.

    `quarantine_sha256` (hex) proves those bytes. `ignored` and `format` are how the rows were read, None for told by
    the file. An earlier version's checkpoint has neither proof nor `ignored`, which is None then.
    """

    site: str
    mark: Mark = START
    kept: int = 0
    quarantined: int = 0
    quarantine_size: int = 0
    quarantine_sha256: str = ""
    witness: Witness | None = None
    ignored: tuple[str, ...] | None = None
    format: str | None = None

    def is_read_as(self, other: Checkpoint) -> bool:
        """Whether the rows of both were read in one way, as far as is known."""
        return self.ignored is None or (self.ignored, self.format) == (other.ignored, other.format)


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Whole or not at all; one that a power failure takes costs time and no rows, so the disk is not waited for."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(asdict(checkpoint)), encoding="utf-8")
    new.replace(path)


def load(path: Path, *, site: str) -> Checkpoint | None:
    """None for no file, another site's, or one that cannot be read: then the import starts at the beginning."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        stored = json.loads(path.read_text(encoding="utf-8"))
        witness, ignored = stored.pop("witness"), stored.pop("ignored", None)
        found = Checkpoint(
            **(stored | {"mark": Mark(**stored["mark"])}),
            ignored=tuple(ignored) if ignored is not None else None,
            witness=Witness(**witness) if witness is not None else None,
        )
        return found if found.site == site else None
    return None
