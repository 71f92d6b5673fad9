"""What the reading process tells the storing one: a line of JSON and the comments of each batch, then how it ended."""

from __future__ import annotations

import json
import marshal
import os
from collections.abc import Iterable, Iterator
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
from moderation.score import Scores
from moderation.service.judging import Reading

READY, MOVED, END = b'["ready"]\n', b'["moved"]\n', b'["end"]\n'
_AT = Incoming._fields.index("created_at")
_SCORES, _SHADOW = (Reading._fields.index(name) for name in ("scores", "shadow"))
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def tell(out: BinaryIO, said: Iterable[bytes]) -> None:
    """Each as soon as it is made, then the error that ended the making."""
    try:
        for one in said:
            _say(out, one)
    except BrokenPipeError:
        # Who stores has ended, and so has the reason to go on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except (ModerationError, OSError) as error:
        _say(out, trouble(error))


def _say(out: BinaryIO, told: bytes) -> None:
    out.write(told)
    out.flush()


def line(batch: Batch[Reading]) -> bytes:
    """The line of a batch, and behind it the comments, which would take three times as long as JSON."""
    items = marshal.dumps([_told(*item) for item in batch.items])
    bad, mark = [asdict(bad) for bad in batch.bad], batch.mark and asdict(batch.mark)
    return _line(["batch", len(items), bad, mark, batch.position]) + items


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
        elif not raw.endswith(b"\n"):
            break
        else:
            kind, *told = json.loads(raw.decode("utf-8", "surrogatepass"))
            if kind != "batch":
                raise error_of(kind, told)
            size, *rest = told
            if len(items := stream.read(size)) < size:
                break
            yield _batch(items, *rest)
    # Killed, by the system when memory ran out for instance; what it sent is stored.
    raise Trouble(say("cli.error.reader"))


def _line(told: list[Any]) -> bytes:
    # A reader's text may hold lone surrogates, which the desk knows how to store.
    return _encode(told).encode("utf-8", "surrogatepass") + b"\n"


def _told(line: int, comment: Incoming, reading: Reading) -> tuple[Any, ...]:
    """Lists and tuples, which is what `marshal` knows."""
    said, seen = list(comment), list(reading)
    said[_AT] = round(comment.created_at.timestamp() * 1000)
    seen[_SCORES] = tuple(reading.scores)
    seen[_SHADOW] = reading.shadow and tuple(reading.shadow)
    return line, said, seen


def _item(line: int, said: list[Any], seen: list[Any]) -> Item[Reading]:
    said[_AT] = datetime.fromtimestamp(said[_AT] / 1000, UTC)
    seen[_SCORES] = Scores._make(seen[_SCORES])
    seen[_SHADOW] = seen[_SHADOW] and Scores._make(seen[_SHADOW])
    return Item(line, Incoming._make(said), Reading._make(seen))


def _batch(items: bytes, bad: list[Any], mark: dict[str, Any] | None, position: int) -> Batch[Reading]:
    return Batch(
        # Who wrote it is this very program, started by this one.
        items=tuple([_item(*told) for told in marshal.loads(items)]),  # noqa: S302  # nosec B302
        bad=tuple(Bad(**one) for one in bad),
        mark=None if mark is None else Mark(**mark),
        position=position,
    )


def error_of(kind: str, told: list[Any]) -> Exception:
    """What `trouble` told."""
    if kind == "file":
        return OSError(*told)
    code, fields = told
    if code == Invalid.code:
        return Invalid(**fields)
    error = ModerationError(**fields)
    error.code = code
    return error
