"""The process that checks a part of a log for another one, which `dashboard.checkers` starts."""

from __future__ import annotations

import gc
import sys

from dashboard.checkers import Task, finding
from db.log_reader import reading
from moderation.stored_tree import StoredTree
from moderation.verification import break_of_part


def main() -> None:
    # A million rows that hold each other nowhere.
    gc.disable()
    task = Task.from_json(sys.stdin.readline())
    part = task.part

    def progress(size: int) -> None:
        _say(str(size - part.start))

    with reading(task.database) as log:
        # From the very first, whatever its number is.
        rows = log.rows(part.log_id, start=part.start or None, end=part.end)
        tree = StoredTree(log, part.log_id).frontier(part.start)
        _say(finding(break_of_part(part, rows, tree=tree, progress=progress)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except Exception:
        sys.exit(1)
