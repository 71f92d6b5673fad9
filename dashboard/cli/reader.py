"""The process that reads and judges a large file for `taliq import`: it tells batches and stores nothing."""

from __future__ import annotations

import sys

from dashboard.cli.collecting import few_collections


def main() -> None:
    with few_collections() as loaded:
        from dashboard.cli.judge import Judge

        judge = Judge()
        # While who started it is still opening the database.
        judge.warm()
        loaded()
        if line := sys.stdin.readline():
            judge.tell_all(line)


if __name__ == "__main__":
    main()
