"""The options that every benchmark takes, and how it begins and ends."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.databases import BACKENDS
from benchmarks.figures import Wrong, machine

ROOT = Path(__file__).resolve().parent.parent


def parser(doc: str | None) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--quick", action="store_true", help="a tiny run: the checks hold, the times say nothing")
    made.add_argument("--on", choices=BACKENDS, action="append", help="only this database; may be repeated")
    return made


def on_labelled_sets(doc: str | None, measure: Callable[[Path], None], arguments: Sequence[str] | None) -> None:
    """For who takes a folder of labelled sets and nothing else."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    given = made.parse_args(arguments)
    print(machine())
    measure(given.data)


def run(given: argparse.Namespace, measure: Callable[[argparse.Namespace, Sequence[str]], None]) -> None:
    """Print the machine, measure, and leave with 1 if the results do not hold."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A run takes minutes; whoever writes it to a file sees each table when it is there.
        sys.stdout.reconfigure(line_buffering=True)
    print(machine())
    try:
        measure(given, given.on or BACKENDS)
    except Wrong as wrong:
        sys.exit(f"WRONG: {wrong}")
    print("\nAll checks hold." + (" This was a quick run: its times say nothing." if given.quick else ""))
