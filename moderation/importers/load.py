"""Batches into the desk: what was stored, what was there before, what was put aside, and how far it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from moderation.comment import Incoming
from moderation.errors import Contention, Invalid
from moderation.importers.batches import Batch, Item
from moderation.importers.checkpoint import Checkpoint, Witness
from moderation.importers.quarantine import Quarantine
from moderation.importers.records import Bad


class Taken(Protocol):
    """What the desk says of one comment; `created` is False for one that it has already."""

    @property
    def id(self) -> int: ...
    @property
    def external_id(self) -> str: ...
    @property
    def created(self) -> bool: ...


R = TypeVar("R")
Submit = Callable[[Sequence[Item[R]]], Sequence[Taken]]
"""Stores the items in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Every row read is exactly one of the three."""

    stored: int = 0
    duplicates: int = 0
    quarantined: int = 0

    @property
    def read(self) -> int:
        return self.stored + self.duplicates + self.quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Before the first batch and after each: `checkpoint` moves only if the file can be taken up behind the batch."""

    tally: Tally
    checkpoint: Checkpoint
    position: int


def load(
    batches: Iterable[Batch[R]],
    submit: Submit[R],
    quarantine: Quarantine,
    *,
    start: Checkpoint,
    save: Callable[[Checkpoint], None],
) -> Iterator[Progress]:
    """`save` is called when the database and the quarantine file hold all that the checkpoint says.

    Rows of an earlier run, which `start` counts, are duplicates of this one.
    """
    checkpoint = start
    tally = Tally(duplicates=start.kept, quarantined=start.quarantined)
    yield Progress(tally=tally, checkpoint=checkpoint, position=0)
    for batch in batches:
        taken, refused = _submitted(batch.items, submit)
        bad = sorted((*batch.bad, *refused), key=lambda row: row.line)
        size = quarantine.write(bad)
        created = sum(one.created for one in taken)
        tally = Tally(
            stored=tally.stored + created,
            duplicates=tally.duplicates + len(taken) - created,
            quarantined=tally.quarantined + len(bad),
        )
        if batch.mark is not None:
            last = taken[-1] if taken else None
            checkpoint = replace(
                checkpoint,
                mark=batch.mark,
                kept=tally.stored + tally.duplicates,
                quarantined=tally.quarantined,
                quarantine_size=size,
                quarantine_sha256=quarantine.sha256,
                witness=Witness(external_id=last.external_id, comment_id=last.id) if last else checkpoint.witness,
            )
            save(checkpoint)
        yield Progress(tally=tally, checkpoint=checkpoint, position=batch.position)


def _submitted(items: Sequence[Item[R]], submit: Submit[R]) -> tuple[list[Taken], list[Bad]]:
    """If the desk refuses one of them, they go in by halves, until the one that it refuses is alone."""
    if not items:
        return [], []
    try:
        return list(submit(items)), []
    except (Invalid, Contention) as error:
        if not _is_of_one_row(error):
            raise
        if len(items) == 1:
            return [], [_refused(items[0], error)]
    middle = len(items) // 2
    first, first_bad = _submitted(items[:middle], submit)
    second, second_bad = _submitted(items[middle:], submit)
    return first + second, first_bad + second_bad


def _fields(comment: Incoming) -> dict[str, object]:
    """As a row would hold them."""
    given = {name: value for name, value in comment._asdict().items() if value is not None}
    return given | {"created_at": comment.created_at.isoformat()}


def _is_of_one_row(error: Invalid | Contention) -> bool:
    """A site that does not fit and a transaction that came too late are no row's fault."""
    return error.field != "site" if isinstance(error, Invalid) else error.fields.get("what") == "row"


def _refused(item: Item[R], error: Invalid | Contention) -> Bad:
    return Bad(
        line=item.line,
        field=str(error.fields.get("field", "")),
        reason=str(error.fields.get("reason", error.code)),
        fields=_fields(item.comment),
    )
