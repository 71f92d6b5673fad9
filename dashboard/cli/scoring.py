"""Stored comments scored anew by another process while the batch before is being stored.

The scores of a batch come as a line of JSON that says how many, then as columns: ids, revisions and the scores in their
order, eight bytes each. They never leave this machine, so its own byte order serves.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import repeat
from typing import BinaryIO

from dashboard import processes
from dashboard.cli import wire
from dashboard.cli.troubles import Trouble
from dashboard.cli.words import say
from moderation.importers.ahead import ahead
from moderation.ports import Scored
from moderation.score import Scores
from moderation.service.rescoring import Elsewhere

_WHOLE, _FRACTION = "q", "d"
_COLUMNS = (_WHOLE, _WHOLE, *_FRACTION * (len(Scores._fields) - 1))
_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Whose comments, and by which model."""

    site: str
    model: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        return cls(**json.loads(text))


def elsewhere() -> Elsewhere | None:
    """By a process, if there is a processor for it."""
    if processes.processors() < 2:
        return None
    return lambda place, model: by_process(Task(site=place.name, model=model))


@contextmanager
def by_process(task: Task) -> Iterator[Iterator[list[Scored]]]:
    with processes.start("dashboard.cli.scorer", task.to_json()) as scorer:
        try:
            with closing(ahead(read(processes.output_of(scorer)))) as ready:
                yield ready
        finally:
            scorer.kill()


def batch(rows: Sequence[Scored]) -> bytes:
    scores = zip(*(row.scores[:-1] for row in rows), strict=True)
    columns = zip(_COLUMNS, ([row.comment_id for row in rows], [row.revision for row in rows], *scores), strict=True)
    told = [array(kind, column).tobytes() for kind, column in columns]
    return b"".join([json.dumps(["scored", len(rows), rows[0].scores.model]).encode(), b"\n", *told])


def read(stream: BinaryIO) -> Iterator[list[Scored]]:
    """The error that ended the scoring is raised here."""
    while (line := stream.readline()) != wire.END:
        if not line.endswith(b"\n"):
            # Killed, by the system when memory ran out for instance; what it sent is stored.
            raise Trouble(say("cli.error.scorer"))
        kind, *told = json.loads(line)
        if kind != "scored":
            raise wire.error_of(kind, told)
        size, model = told
        columns = stream.read(size * _SIZE * len(_COLUMNS))
        if len(columns) == size * _SIZE * len(_COLUMNS):
            yield _rows(columns, size, model)


def _rows(told: bytes, size: int, model: str) -> list[Scored]:
    """Made without a call in Python for each: they are a million."""
    given = memoryview(told)
    ids, revisions, *scores = (
        given[place * size * _SIZE : (place + 1) * size * _SIZE].cast(kind).tolist()
        for place, kind in enumerate(_COLUMNS)
    )
    made = map(tuple.__new__, repeat(Scores), zip(*scores, repeat(model), strict=False))
    return list(map(tuple.__new__, repeat(Scored), zip(ids, revisions, made, strict=True)))
