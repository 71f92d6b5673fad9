"""Ask a feed of advisories about each locked package: 1 if one is known as vulnerable, 0 if none is or nobody answered.

What the feed did not tell is said, never taken for a clean bill. Options beyond those below go to pip-audit
(`--vulnerability-service osv`, `--ignore-vuln ID`).
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 120
ROOT = Path(__file__).resolve().parent.parent


def asked(locked: Sequence[str], more: Sequence[str]) -> dict | str:
    """pip-audit's answer, or what kept it from having one."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--desc", "off", *more]
    for name in locked:
        command += ["--requirement", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {PATIENCE} seconds"
    try:
        return json.loads(done.stdout)
    except ValueError:
        return (done.stderr.strip().splitlines() or [f"pip-audit ended with {done.returncode}"])[-1]


def told(answer: dict | str) -> int:
    if isinstance(answer, str):
        print(f"Advisories: NOT CHECKED, the feed could not be asked: {answer}")
        return 0
    packages = answer["dependencies"]
    silent = [one["name"] for one in packages if "skip_reason" in one]
    found = [(one, advisory) for one in packages for advisory in one.get("vulns", ())]
    for one, advisory in found:
        mended = ", ".join(advisory["fix_versions"]) or "no version yet"
        print(f"Advisories: {one['name']} {one['version']}: {advisory['id']}, mended in {mended}")
    if len(silent) == len(packages):
        print(f"Advisories: NOT CHECKED, the feed knows none of {len(packages)} packages")
    else:
        print(f"Advisories: {len(packages) - len(silent)} packages checked, {len(found)} advisories")
        if silent:
            print(f"Advisories: NOT CHECKED, unknown to the feed: {', '.join(sorted(silent))}")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locked", action="append", help="a file of requirements with hashes")
    known, more = parser.parse_known_args()
    return told(asked(known.locked or [str(ROOT / "requirements-dev.txt")], more))


if __name__ == "__main__":
    sys.exit(main())
