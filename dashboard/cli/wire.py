"""What the reading process tells the storing one: a line of JSON for each batch, then how it ended."""

from __future__ import annotations

import json
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
        elif not raw.endswith(b"\n"):
            break
        else:
            kind, *told = json.loads(raw.decode("utf-8", "surrogatepass"))
            if kind != "batch":
                raise error_of(kind, told)
            yield _batch(*told)
    # Killed, by the system when memory ran out for instance; what it sent is stored.
    raise Trouble(say("cli.error.reader"))


def _line(told: list[Any]) -> bytes:
    # A reader's text may hold lone surrogates, which the desk knows how to store.
    return _encode(told).encode("utf-8", "surrogatepass") + b"\n"


def _item(item: Item[Reading]) -> list[Any]:
    one, reading = item.comment, item.reading
    return [
        item.line,
        [one.external_id, one.article_id, one.commenter_id, one.body, round(one.created_at.timestamp() * 1000)],
        [one.parent_id, one.commenter_name, one.article_title, one.article_url, one.section, one.commenter_email],
        [reading.folded, reading.fold, reading.language, reading.domains, reading.asks],
        _scores(reading.scores),
        reading.shadow and _scores(reading.shadow),
    ]


def _scores(scores: Scores) -> list[Any]:
    return [*scores.values(), scores.reject, scores.model]


def _scores_again(told: list[Any]) -> Scores:
    toxic, insult, hate, threat, obscene, spam, reject, model = told
    return Scores(
        toxic=toxic,
        insult=insult,
        hate=hate,
        threat=threat,
        obscene=obscene,
        spam=spam,
        reject=reject,
        model=model,
    )


def _batch(items: list[Any], bad: list[Any], mark: dict[str, Any] | None, position: int) -> Batch[Reading]:
    return Batch(
        items=tuple(_item_again(*item) for item in items),
        bad=tuple(Bad(**one) for one in bad),
        mark=None if mark is None else Mark(**mark),
        position=position,
    )


def _item_again(
    number: int, needed: list[Any], given: list[Any], reading: list[Any], scores: list[Any], shadow: list[Any] | None
) -> Item[Reading]:
    """Written out field by field: this runs for every comment, in the process that has the most to do."""
    external_id, article_id, commenter_id, body, at = needed
    parent_id, commenter_name, article_title, article_url, section, commenter_email = given
    folded, fold, language, domains, asks = reading
    return Item(
        line=number,
        comment=Incoming(
            external_id=external_id,
            article_id=article_id,
            commenter_id=commenter_id,
            body=body,
            created_at=datetime.fromtimestamp(at / 1000, UTC),
            parent_id=parent_id,
            commenter_name=commenter_name,
            article_title=article_title,
            article_url=article_url,
            section=section,
            commenter_email=commenter_email,
        ),
        reading=Reading(
            folded=folded,
            fold=fold,
            language=language,
            domains=tuple(domains),
            scores=_scores_again(scores),
            shadow=shadow and _scores_again(shadow),
            asks=asks,
        ),
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
