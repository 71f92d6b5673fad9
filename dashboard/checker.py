"""The process that checks a part of a log for another one, which `dashboard.checkers` starts."""

from __future__ import annotations

import sys

from dashboard.checkers import Task, finding
from dashboard.wiring import connected
from moderation.verification import break_of_part


def main() -> None:
    task = Task.from_json(sys.stdin.readline())
    part = task.part

    def progress(size: int) -> None:
        _say(str(size - part.start))

    with connected(task.database) as read, read() as uow:
        # From the very first, whatever its number is.
        rows = uow.log.rows(part.log_id, start=part.start or None, end=part.end)
        leaves = uow.log.leaves(part.log_id, until=part.start)
        _say(finding(break_of_part(part, rows, leaves=leaves, progress=progress)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except Exception:
        sys.exit(1)
