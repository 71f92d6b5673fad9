"""A progress bar on standard error; nothing where that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

_TOLD_EVERY = 1_000
One = TypeVar("One")


class Advance(Protocol):
    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def bar(title: str) -> Iterator[Advance]:
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def told_of(ones: Iterable[One], tell: Callable[[int], None], place: Callable[[One], int]) -> Iterator[One]:
    """The same, and now and then word of the place where they are."""
    for number, one in enumerate(ones):
        if number % _TOLD_EVERY == 0:
            tell(place(one))
        yield one
