"""How the C library keeps this process's memory: one heap for all threads, given back when it is free.

glibc makes each thread a heap of its own, up to eight a processor. Sessions run in any thread of a pool, so each heap
grows to what the largest session needs, and of 20 sessions the process held 90 MB more where it needs 20
(docs/benchmarks.md). Python's own small objects have one lock anyway.
"""

from __future__ import annotations

import ctypes

# malloc.h: numbers of mallopt's parameters.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
# Larger pieces are the system's own and go back to it. By itself glibc raises this as such pieces are freed.
_LARGE = 128 * 1024


def share() -> bool:
    """To be called before there are threads; False where the C library knows no such thing (musl, macOS, Windows)."""
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return False
    return all([set_option(_ARENA_MAX, 1), set_option(_MMAP_THRESHOLD, _LARGE), set_option(_TRIM_THRESHOLD, _LARGE)])
