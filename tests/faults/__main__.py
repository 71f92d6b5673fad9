"""`python -m tests.faults [--kills 200] [--on sqlite|postgresql|server] [--seed N]`: all is checked after each kill."""

from __future__ import annotations

import argparse
import sys
import time

from tests.faults.rounds import Run
from tests.faults.servers import place

_KINDS = {"sqlite": ("sqlite", False), "postgresql": ("postgresql", False), "server": ("postgresql", True)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--on", choices=list(_KINDS), action="append")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    for name in given.on or list(_KINDS):
        kind, kill_server = _KINDS[name]
        began = time.monotonic()
        with place(kind) as where:
            tally = Run(where, given.seed, kill_server=kill_server).go(given.kills)
        sys.stdout.write(
            f"{name}: {tally.kills} kills (seed {given.seed}), {len(tally.comments)} comments and "
            f"{len(tally.decisions)} decisions acknowledged, none lost or doubled; {tally.claims_freed} claims freed; "
            f"the log verified each time; {time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
