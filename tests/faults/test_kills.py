"""`kill -9` under load: nothing that was acknowledged is lost, nothing is there twice, the log verifies.

A few kills here; `python -m tests.faults` makes two hundred of each kind.
"""

from __future__ import annotations

import os

import pytest

from tests.faults.rounds import Run
from tests.faults.servers import place

KILLS = int(os.environ.get("TALIQ_KILLS", "4"))


@pytest.mark.parametrize(("kind", "kill_server"), [("sqlite", False), ("postgresql", False), ("postgresql", True)])
def test_what_was_acknowledged_survives(kind: str, kill_server: bool) -> None:
    with place(kind) as where:
        tally = Run(where, seed=5, kill_server=kill_server).go(max(2, KILLS // 2) if kill_server else KILLS)
    assert tally.kills >= 2
    assert tally.comments
    assert tally.decisions
