"""Machine code from Python functions, kept on disk where there is a place for it."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile on first call and keep the result on disk; without a folder to write to, compile in every process."""
    return _compiled(function)


def compiled_loosely(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `compiled`, and sums may be taken in another order, several at a time."""
    return _compiled(function, fastmath={"reassoc", "contract", "nsz"})


def _compiled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    options |= {"nogil": True, "error_model": "numpy"}
    made: Callable[..., Any]
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        made = numba.njit(**options)(function)
    return made
