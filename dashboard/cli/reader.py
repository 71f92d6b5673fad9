"""The process that reads and judges a large file for `taliq import`: it tells batches and stores nothing."""

from __future__ import annotations

import gc
import os
import sys
from typing import BinaryIO

from dashboard import wiring
from dashboard.cli import wire
from dashboard.cli.reading import Task, batches_of
from moderation.errors import ModerationError
from moderation.importers.source import opened


def main() -> None:
    task, out = Task.from_json(sys.argv[1]), sys.stdout.buffer
    gc.set_threshold(20_000, 20, 100)
    try:
        _read(task, out)
    except BrokenPipeError:
        # Who stores has ended, and so has the reason to read.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except (ModerationError, OSError) as error:
        _say(out, wire.trouble(error))


def _read(task: Task, out: BinaryIO) -> None:
    with opened(task.file) as source:
        made = batches_of(source, task, wiring.desk())
        if made is None:
            return _say(out, wire.MOVED)
        _say(out, wire.READY)
        for batch in made:
            _say(out, wire.line(batch))
        _say(out, wire.END)


def _say(out: BinaryIO, told: bytes) -> None:
    out.write(told)
    out.flush()


if __name__ == "__main__":
    main()
