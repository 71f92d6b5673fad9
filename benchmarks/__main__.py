"""Run benchmarks one after the other, each in a process of its own: `python -m benchmarks [NAME …] [--quick] […]`

Without a name, all of them; everything else is passed on.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.options import ROOT

NAMES = (
    "score",
    "intake",
    "queue",
    "rescore",
    "search",
    "names",
    "audit",
    "insights",
    "click",
    "search_page",
    "insights_page",
    "moderators",
)


def main() -> None:
    given = sys.argv[1:]
    if given in (["-h"], ["--help"]):
        print(f"{__doc__}\nnames: {', '.join(NAMES)}; `python -m benchmarks.NAME --help` tells the options of one")
        return
    named = [word for word in given if word in NAMES]
    options = [word for word in given if word not in NAMES]
    failed = []
    for name in named or NAMES:
        print(f"\n## {name}\n", flush=True)
        # Scoring asks no database.
        passed_on = options if name != "score" else [word for word in options if word == "--quick"]
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *passed_on], cwd=ROOT).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
