"""Real comments through the whole path, converted as the documentation says: in, judged, queued, decided, exported."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import wiring
from dashboard.wiring import Plant
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.queue import QueueFilter
from moderation.roles import Role
from moderation.service import accounts, review
from tests.builders import OPERATOR, sign_in
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.imports import tally

ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("TALIQ_CORPUS") or ROOT.parent / "shared" / "data")
SET = CORPUS / "mpold.jsonl.gz"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SET.exists(), reason="the labelled comments are not beside the repository"),
]


def converted(folder: Path) -> Path:
    """By the very command that docs/importing.md gives."""
    text = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^(gzip -dc .*?\.jsonl)\n", text, re.MULTILINE | re.DOTALL)
    command = command.replace("../shared/data", str(CORPUS)).replace("python3", sys.executable)
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, check=True)
    return folder / "mpold.jsonl"


def test_a_labelled_set_goes_the_whole_way(
    taliq: Taliq, plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = replace(plant, desk=replace(plant.desk, scorer=plant.scorer))
    monkeypatch.setattr(wiring, "plant", lambda: judged)
    with gzip.open(SET) as packed:
        rows = sum(1 for _ in packed)
    path = converted(tmp_path)
    read, stored, duplicates, quarantined = tally(taliq("import", path, "--site", "research").stdout)
    assert read == stored + duplicates + quarantined == rows
    assert stored > 0.95 * rows
    assert tally(taliq("import", path, "--site", "research").stdout) == (rows, 0, rows - quarantined, quarantined)

    accounts.add_staff(plant.desk, OPERATOR, name="amal", display_name="أمل", role=Role.MODERATOR)
    moderator = sign_in(plant.desk, "amal")
    waiting = review.counts(plant.desk, moderator, site="research", where=QueueFilter()).waiting
    assert 0 < waiting < stored
    card = review.next_card(plant.desk, moderator, site="research")
    assert card is not None
    made = review.decide(plant.desk, moderator, card.comment.id, Outcome.APPROVE, seen_version=card.comment.version)
    assert made.status_after is Status.APPROVED

    exported = taliq("audit", "export", "--site", "research").stdout.splitlines()
    # One for the site, one for each comment, one for the decision, one for the export; and the signed head.
    assert len(exported) == stored + 4
    assert taliq("audit", "verify").exit_code == 0
