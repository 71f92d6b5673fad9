"""The process that reads stored comments and scores them for `taliq rescore`: it tells scores and stores nothing."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from dashboard import wiring
from dashboard.cli import wire
from dashboard.cli.opened import OPERATOR
from dashboard.cli.scoring import Task, batch
from moderation.errors import ModerationError
from moderation.service import rescoring


def main() -> None:
    task, out = Task.from_json(sys.argv[1]), sys.stdout.buffer
    try:
        _score(task, out)
    except BrokenPipeError:
        # Who stores has ended, and so has the reason to score.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except (ModerationError, OSError) as error:
        _say(out, wire.trouble(error))


def _score(task: Task, out: BinaryIO) -> None:
    for rows in rescoring.scored(wiring.desk(), OPERATOR, site=task.site, model=task.model):
        _say(out, batch(rows))
    _say(out, wire.END)


def _say(out: BinaryIO, told: bytes) -> None:
    out.write(told)
    out.flush()


if __name__ == "__main__":
    main()
