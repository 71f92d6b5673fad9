"""Use cases that are made again when another transaction came first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from moderation.errors import Contention

_TRIES = 5
P = ParamSpec("P")
T = TypeVar("T")


def settled(use_case: Callable[P, T]) -> Callable[P, T]:
    """Two calls may bring the same new comment, or decide on the same one, at once: the second finds it done.

    A use case is one transaction, so that a failed try has left nothing behind.
    """

    @wraps(use_case)
    def until_settled(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TRIES - 1):
            try:
                return use_case(*args, **kwargs)
            except Contention:
                continue
        return use_case(*args, **kwargs)

    return until_settled
