"""What a job of many short transactions owes to those who write meanwhile."""

from __future__ import annotations

from time import sleep

_PAUSE = 0.005


def let_others_write() -> None:
    """Between two steps: on SQLite a thread that writes again at once has the next turn itself, however long others
    have waited, and a job of a minute kept moderators from deciding until they were refused."""
    sleep(_PAUSE)
