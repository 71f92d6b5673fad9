"""What every benchmark prints: the machine it ran on, a table, and the checks of its own results."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median


class Wrong(Exception):
    """A benchmark's own results do not hold, so its times mean nothing."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


def ms(seconds: Sequence[float]) -> str:
    """Median / 95th percentile / slowest in milliseconds."""
    if not seconds:
        return "-"
    return " / ".join(_short(value * 1000) for value in (median(seconds), percentile(seconds, 0.95), max(seconds)))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}"


def times(more: float, less: float) -> str:
    """How many times the one is the other."""
    return f"{more / less:,.1f}x" if less else "-"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def machine() -> str:
    """Cores that this process may use, the versions that matter, and what else the machine was doing."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load before {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{cores} cores ({_processor()}), {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} (WAL, synchronous FULL), "
        f"SQLAlchemy {version('sqlalchemy')}, Streamlit {version('streamlit')}{load}"
    )


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table as Markdown, so that it can be pasted as it is; numbers stand to the right."""
    if any(name.endswith("ms") for name in columns):
        title += " (ms: median / p95 / slowest)"
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [list(columns), *cells]) for place in range(len(columns))]
    print(f"\n{title}\n")
    print(_line([name.ljust(width) for name, width in zip(columns, widths, strict=True)]))
    print(_line(["-" * width if place == 0 else "-" * (width - 1) + ":" for place, width in enumerate(widths)]))
    for row in cells:
        print(
            _line(
                [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
            )
        )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
