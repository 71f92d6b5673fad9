"""Records into batches of parsed comments, each with the mark that says how far the file is read with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from moderation import parsing
from moderation.comment import Incoming
from moderation.errors import Invalid
from moderation.importers.lines import Mark
from moderation.importers.records import Bad, Record
from moderation.importers.source import Source

BATCH = 1_000
# Long rows close a batch early, so that a thousand of them need no more memory than a thousand short ones.
HEAVY = 4_000_000


R = TypeVar("R")
Read = Callable[[Sequence[str]], Sequence[R]]
"""Texts to what the desk must know of each before it can judge them: the expensive part, done by the reader."""


class Item(NamedTuple, Generic[R]):
    """A comment that can go in; `line` is where its row starts, in case the desk refuses it after all."""

    line: int
    comment: Incoming
    reading: R


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[R]):
    """At most `BATCH` rows; `mark` lies behind the last of them, `position` is in bytes of the file on the disk.

    Without a mark the file cannot be taken up again at this place.
    """

    items: tuple[Item[R], ...]
    bad: tuple[Bad, ...]
    mark: Mark | None
    position: int


@dataclass(slots=True)
class _Filling:
    good: list[tuple[int, Incoming]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    weight: int = 0

    def add(self, row: tuple[int, Incoming] | Bad) -> None:
        if isinstance(row, Bad):
            self.bad.append(row)
            self.weight += row.weight
        else:
            self.good.append(row)
            self.weight += len(row[1].body)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.bad)

    def batch(self, source: Source, read: Read[R]) -> Batch[R]:
        mark, position = source.lines.mark(), source.position()
        readings = read([comment.body for _, comment in self.good])
        items = tuple(
            Item(line=line, comment=comment, reading=reading)
            for (line, comment), reading in zip(self.good, readings, strict=True)
        )
        return Batch(items=items, bad=tuple(self.bad), mark=mark, position=position)


def batches(
    records: Iterable[Record | Bad],
    source: Source,
    read: Read[R],
    *,
    now: Callable[[], datetime],
    ignored: frozenset[str] = frozenset(),
) -> Iterator[Batch[R]]:
    """`ignored` fields are dropped. When the file turns out to be damaged, what was read before comes out first."""
    filling, at = _Filling(), now()
    damage: Invalid | None = None
    rows = iter(records)
    while True:
        try:
            row = next(rows, None)
        except Invalid as error:
            row, damage = None, error
        if row is None:
            break
        filling.add(row if isinstance(row, Bad) else _parsed(row, at, ignored))
        if filling.rows >= BATCH or filling.weight >= HEAVY:
            yield filling.batch(source, read)
            filling, at = _Filling(), now()
    if filling.rows:
        yield filling.batch(source, read)
    if damage is not None:
        raise damage


def _parsed(record: Record, now: datetime, ignored: frozenset[str]) -> tuple[int, Incoming] | Bad:
    fields = record.fields
    if ignored:
        fields = {name: value for name, value in fields.items() if name not in ignored}
    try:
        return record.line, parsing.incoming(fields, now=now)
    except Invalid as error:
        return Bad(line=record.line, field=error.field, reason=error.reason, fields=record.fields)
