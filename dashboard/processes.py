"""Another process of this program: a module of ours, run by the same Python with the same settings."""

from __future__ import annotations

import fcntl
import os
import subprocess  # nosec B404
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# So much the other process says ahead of who listens: a batch, where a pipe holds 64 KB by itself. Linux's limit.
_PIPE = 1 << 20


def start(module: str, *arguments: str, told: bool = False) -> subprocess.Popen[bytes]:
    """Its standard output is a pipe; its standard input is empty, or another pipe if it is `told` something."""
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(  # noqa: S603 -- our own module, and arguments that are no shell's text  # nosec B603
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE if told else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        # Ctrl+C is for the process that started it; that one ends this one when it is done.
        process_group=0,
    )
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        # More may be refused where the system is short of it; then it is as it was.
        with suppress(OSError):
            fcntl.fcntl(output_of(process), fcntl.F_SETPIPE_SZ, _PIPE)
    return process


def output_of(process: subprocess.Popen[bytes]) -> BinaryIO:
    if process.stdout is None:
        raise ValueError("the process's output goes nowhere")
    return process.stdout  # type: ignore[return-value]


def input_of(process: subprocess.Popen[bytes]) -> BinaryIO:
    if process.stdin is None:
        raise ValueError("the process is told nothing")
    return process.stdin  # type: ignore[return-value]


@contextmanager
def telling(process: subprocess.Popen[bytes]) -> Iterator[Callable[[bytes], None]]:
    """What it is told. Who has ended hears nothing: why, it has said, or its exit code does."""
    pipe = input_of(process)

    def tell(line: bytes) -> None:
        with suppress(BrokenPipeError):
            pipe.write(line)
            pipe.flush()

    try:
        yield tell
    finally:
        # What was not heard is still held, and would be written again.
        with suppress(BrokenPipeError):
            pipe.close()


def processors() -> int:
    # Those that this process may use, where the system tells.
    of_this = getattr(os, "sched_getaffinity", None)
    return len(of_this(0)) if of_this else os.cpu_count() or 1
