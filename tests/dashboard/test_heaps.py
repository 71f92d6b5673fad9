"""Threads share one heap, where the C library would give each its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import heaps

# What glibc says of its heaps, after eight threads have asked for memory at once.
TELL = """
import ctypes, sys, threading
from dashboard import heaps
if sys.argv[1] == "shared":
    assert heaps.share()
meet = threading.Barrier(8)
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
c.free.argtypes = [ctypes.c_void_p]
def ask():
    meet.wait()
    c.free(c.malloc(5_000))
threads = [threading.Thread(target=ask) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
c.fopen.restype = ctypes.c_void_p
told = c.fopen(b"/dev/stdout", b"w")
c.malloc_info(0, ctypes.c_void_p(told))
c.fclose(ctypes.c_void_p(told))
"""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("way", ["shared", "alone"])
def test_threads_have_one_heap(way: str) -> None:
    if not heaps.share():
        return  # Another C library, which is left as it is.
    told = subprocess.run([sys.executable, "-c", TELL, way], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (told.stdout.count("<heap nr=") == 1) == (way == "shared")


def test_a_library_without_the_option_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heaps.ctypes, "CDLL", lambda _: object())
    assert not heaps.share()
