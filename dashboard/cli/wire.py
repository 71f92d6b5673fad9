"""What the reading process tells the storing one: a line of JSON and the comments of each batch, then how it ended."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from moderation.comment import Incoming
from moderation.errors import Invalid, ModerationError
from moderation.importers.batches import Batch, Item
from moderation.importers.lines import Mark
from moderation.importers.records import Bad
from moderation.score import Scores
from moderation.service.judging import Reading

READY, MOVED, END = b'["ready"]\n', b'["moved"]\n', b'["end"]\n'
# All that a comment says are texts but its moment; beside them so many of its reading.
_AT, _OF_READING = Incoming._fields.index("created_at"), 6
_TEXTS = len(Incoming._fields) - 1 + _OF_READING
# Bytes of a salt, and of a salt and the commitment that it is for.
_SALT, _SEALED = 16, 16 + 32
# In place of what no model in the shadow says.
_UNSEEN = (0.0,) * (len(Scores._fields) - 1)
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
    """The line of a batch, and behind it its comments, packed: as JSON they would take three times as long."""
    packed = _packed(batch.items)
    bad, mark = [asdict(bad) for bad in batch.bad], batch.mark and asdict(batch.mark)
    return b"".join([_line(["batch", [len(one) for one in packed], bad, mark, batch.position]), *packed])


def trouble(error: ModerationError | OSError) -> bytes:
    if isinstance(error, OSError):
        return _line(["file", error.errno, error.strerror, str(error.filename or "")])
    return _line(["error", error.code, error.fields])


@dataclass(frozen=True, slots=True)
class Packed:
    """A batch as it was told: the values of its line, and its comments."""

    told: tuple[Any, ...]
    comments: Sequence[bytes]


def read(stream: BinaryIO) -> Iterator[Packed | bytes]:
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
            sizes, *rest = told
            packed = [stream.read(size) for size in sizes]
            if [len(one) for one in packed] != sizes:
                break
            yield Packed(tuple(rest), packed)
    # Killed, by the system when memory ran out for instance; what it sent is stored.
    # Not loaded by the process that reads: words and their numbers are a tenth of its start.
    from dashboard.cli.troubles import Trouble
    from dashboard.cli.words import say

    raise Trouble(say("cli.error.reader"))


def unpacked(packed: Packed) -> Batch[Reading]:
    bad, mark, position = packed.told
    return Batch(
        items=tuple(_items(packed.comments)),
        bad=tuple(Bad(**one) for one in bad),
        mark=None if mark is None else Mark(**mark),
        position=position,
    )


def _line(told: list[Any]) -> bytes:
    # A reader's text may hold lone surrogates, which the desk knows how to store.
    return _encode(told).encode("utf-8", "surrogatepass") + b"\n"


def _packed(items: Sequence[Item[Reading]]) -> list[bytes]:
    """Whole numbers, probabilities, salts and commitments, the lengths of the texts and all the texts as one, each
    comment's together."""
    whole, probabilities = array("q"), array("d")
    sealed: list[bytes] = []
    texts: list[str | None] = []
    for line, comment, reading in items:
        scores, shadow = reading.scores, reading.shadow
        whole.extend((line, round(comment.created_at.timestamp() * 1000), reading.fold, reading.asks))
        probabilities.extend(scores[:-1])
        probabilities.extend(shadow[:-1] if shadow else _UNSEEN)
        sealed += (reading.salt, bytes.fromhex(reading.commitment))
        texts += comment[:_AT]
        texts += comment[_AT + 1 :]
        texts += (reading.folded, reading.language, "\n".join(reading.domains), reading.judgement)
        texts += (scores.model, shadow and shadow.model)
    lengths = array("q", [-1 if text is None else len(text) for text in texts])
    joined = "".join(filter(None, texts)).encode("utf-8", "surrogatepass")
    return [whole.tobytes(), probabilities.tobytes(), b"".join(sealed), lengths.tobytes(), joined]


def _items(packed: Sequence[bytes]) -> Iterator[Item[Reading]]:
    """What `_packed` packed."""
    (whole, lengths), probabilities = (array("q", packed[place]) for place in (0, 3)), array("d", packed[1])
    sealed, joined = packed[2], packed[4].decode("utf-8", "surrogatepass")
    texts: list[Any] = []
    start = 0
    for length in lengths:
        texts.append(None if length < 0 else joined[start : start + length])
        start += max(length, 0)
    given = zip(_by(4, whole), _by(2 * len(_UNSEEN), probabilities), _by(_TEXTS, texts), strict=True)
    for place, ((line, at, fold, asks), found, said) in enumerate(given):
        folded, language, domains, judgement, model, other = said[-_OF_READING:]
        shadow = None if other is None else Scores(*found[len(_UNSEEN) :], other)
        comment = Incoming(*said[:_AT], datetime.fromtimestamp(at / 1000, UTC), *said[_AT:-_OF_READING])
        links = tuple(domains.split("\n")) if domains else ()
        scores = Scores(*found[: len(_UNSEEN)], model)
        start = place * _SEALED
        salt, commitment = sealed[start : start + _SALT], sealed[start + _SALT : start + _SEALED].hex()
        reading = Reading(folded, fold, language, links, scores, judgement, salt, commitment, shadow, asks)
        yield Item(line, comment, reading)


def _by(count: int, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    return zip(*[iter(values)] * count, strict=True)


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
