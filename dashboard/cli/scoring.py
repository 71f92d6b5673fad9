"""Stored comments scored anew by another process while the batch before is being stored.

The scores of a batch come as a line of JSON that says how many, then as columns: ids, revisions and the scores in their
order, eight bytes each. They never leave this machine, so its own byte order serves.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
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
def by_process(task: Task) -> Iterator[Iterator[Scored]]:
    with processes.start("dashboard.cli.scorer", task.to_json()) as scorer:
        try:
            with closing(ahead(read(processes.output_of(scorer)))) as ready:
                yield ready
        finally:
            scorer.kill()


def batch(scored: Scored) -> bytes:
    head = json.dumps(["scored", len(scored.comment_ids), scored.model]).encode()
    columns = (scored.comment_ids, scored.revisions, *scored.scores)
    return b"".join([head, b"\n", *(column.tobytes() for column in columns)])


def read(stream: BinaryIO) -> Iterator[Scored]:
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
            yield _scored(columns, size, model)


def _scored(told: bytes, size: int, model: str) -> Scored:
    given = memoryview(told)
    ids, revisions, *scores = (
        array(kind, given[place * size * _SIZE : (place + 1) * size * _SIZE].tobytes())
        for place, kind in enumerate(_COLUMNS)
    )
    return Scored(ids, revisions, tuple(scores), model)
