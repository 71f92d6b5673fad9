"""What the reading process tells the storing one: a line of JSON for each batch, then how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, BinaryIO

from dashboard.cli.troubles import Trouble
from dashboard.cli.words import say
from moderation.comment import Incoming
from moderation.errors import Invalid, ModerationError
from moderation.importers.batches import Batch, Item
from moderation.importers.lines import Mark
from moderation.importers.records import Bad
from moderation.score import LABELS, Scores
from moderation.service.judging import Reading

READY, MOVED, END = b'["ready"]\n', b'["moved"]\n', b'["end"]\n'
_COMMENT = tuple(name for name in Incoming.__dataclass_fields__ if name != "created_at")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def line(batch: Batch[Reading]) -> bytes:
    return _line(
        [
            "batch",
            [_item(item) for item in batch.items],
            [asdict(bad) for bad in batch.bad],
            None if batch.mark is None else asdict(batch.mark),
            batch.position,
        ]
    )


def trouble(error: ModerationError | OSError) -> bytes:
    if isinstance(error, OSError):
        return _line(["file", error.errno, error.strerror, str(error.filename or "")])
    return _line(["error", error.code, error.fields])


def read(stream: BinaryIO) -> Iterator[Batch[Reading] | bytes]:
    """Batches, and `READY` or `MOVED` before them; the error that ended the reading is raised here."""
    for raw in stream:
        if raw in (READY, MOVED):
            yield raw
        elif raw == END:
            return
        else:
            kind, *told = json.loads(raw.decode("utf-8", "surrogatepass"))
            if kind != "batch":
                raise _error(kind, told)
            yield _batch(*told)
    # Killed, by the system when memory ran out for instance; what it sent is stored.
    raise Trouble(say("cli.error.reader"))


def _line(told: list[Any]) -> bytes:
    # A reader's text may hold lone surrogates, which the desk knows how to store.
    return _encode(told).encode("utf-8", "surrogatepass") + b"\n"


def _item(item: Item[Reading]) -> list[Any]:
    comment, reading = item.comment, item.reading
    return [
        item.line,
        round(comment.created_at.timestamp() * 1000),
        [getattr(comment, name) for name in _COMMENT],
        [reading.folded, reading.fold, reading.language],
        [reading.scores.model, *(reading.scores.of(label) for label in LABELS)],
    ]


def _batch(items: list[Any], bad: list[Any], mark: dict[str, Any] | None, position: int) -> Batch[Reading]:
    return Batch(
        items=tuple(_item_again(*item) for item in items),
        bad=tuple(Bad(**one) for one in bad),
        mark=None if mark is None else Mark(**mark),
        position=position,
    )


def _item_again(number: int, at: int, comment: list[Any], reading: list[Any], scores: list[Any]) -> Item[Reading]:
    folded, fold, language = reading
    model, *values = scores
    created_at = datetime.fromtimestamp(at / 1000, UTC)
    return Item(
        line=number,
        comment=Incoming(created_at=created_at, **dict(zip(_COMMENT, comment, strict=True))),
        reading=Reading(
            folded=folded,
            fold=fold,
            language=language,
            scores=Scores(model=model, **dict(zip(LABELS, values, strict=True))),
        ),
    )


def _error(kind: str, told: list[Any]) -> Exception:
    if kind == "file":
        return OSError(*told)
    code, fields = told
    if code == Invalid.code:
        return Invalid(**fields)
    error = ModerationError(**fields)
    error.code = code
    return error
