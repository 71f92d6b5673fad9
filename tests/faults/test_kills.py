"""`kill -9` under load: nothing that was acknowledged is lost, nothing is there twice, the log verifies.

A few kills here; `python -m tests.faults` makes two hundred of each kind.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TALIQ_KILLS", "4"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kind", "kills"), [("sqlite", KILLS), ("postgresql", KILLS), ("server", max(2, KILLS // 2))])
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
