"""The process that reads stored comments and scores them for `taliq rescore`: it tells scores and stores nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from dashboard import wiring
from dashboard.cli import wire
from dashboard.cli.opened import OPERATOR
from dashboard.cli.scoring import Task, batch
from moderation.service import rescoring


def main() -> None:
    wire.tell(sys.stdout.buffer, _scored(Task.from_json(sys.argv[1])))


def _scored(task: Task) -> Iterator[bytes]:
    yield from map(batch, rescoring.scored(wiring.desk(), OPERATOR, site=task.site, model=task.model))
    yield wire.END


if __name__ == "__main__":
    main()
