"""`kill -9` under load: nothing that was acknowledged is lost, nothing is there twice, the log verifies.

A few kills here, two hundred of each kind by `TALIQ_FULL=1` or by `python -m tests.faults`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.amounts import amount

ROOT = Path(__file__).parents[2]
KILLS = amount(2, full=200)


@pytest.mark.timeout(amount(900, full=7_200))
@pytest.mark.parametrize(("kind", "kills"), [("sqlite", KILLS), ("postgresql", KILLS), ("server", amount(2, full=200))])
def test_what_was_acknowledged_survives(kind: str, kills: int) -> None:
    """In a process of its own: it forks those that it kills, which a process with threads should not."""
    command = [sys.executable, "-m", "tests.faults", "--on", kind, "--kills", str(kills), "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # The imports that were killed and go on say their own on the same output.
    told = rf"^{kind}: {kills} kills .*, (\d+) comments and (\d+) decisions acknowledged"
    said = re.search(told, done.stdout, re.MULTILINE)
    assert said, done.stdout
    assert all(int(number) > 0 for number in said.groups())
