"""`python -m tests.faults [--kills 200] [--on sqlite|postgresql|server] [--seed N]`: all is checked after each kill."""

from __future__ import annotations

import argparse
import sys
import time

from tests.faults.rounds import Run, Tally
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

        def told(tally: Tally, name: str = name, began: float = began) -> None:
            if tally.kills % 5 == 0 or tally.kills == given.kills:
                _say(name, tally, given.seed, time.monotonic() - began)

        with place(kind) as where:
            Run(where, given.seed, kill_server=kill_server).go(given.kills, told)


def _say(name: str, tally: Tally, seed: int, seconds: float) -> None:
    sys.stdout.write(
        f"{name}: {tally.kills} kills (seed {seed}), {len(tally.comments)} comments and "
        f"{len(tally.decisions)} decisions acknowledged, none lost or doubled; "
        f"{tally.claims_freed} claims freed; the log verified each time; {seconds:.0f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
