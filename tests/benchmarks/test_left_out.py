"""The benchmark of sets left out, on small sets of our own words; its recipe is the product's."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import left_out
from moderation.classifier import design
from tests.moderation.classifier.conftest import SMALL, comments, write_set


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(design, "Recipe", lambda: SMALL)


def test_each_set_is_ranked_by_models_of_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, name in enumerate(("mpold", "lhsab", "davidson")):
        write_set(tmp_path / "data", name, comments(200, seed=seed))
    left_out.main(["--data", str(tmp_path / "data")])
    table = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    rows = {cells[1].strip(): [float(cell) for cell in cells[3:9]] for cells in table[2:]}
    assert sorted(rows) == ["lhsab", "mean", "mpold"]
    for all_sets, arabic in ((row[:3], row[3:]) for row in rows.values()):
        for ours, plain, over in (all_sets, arabic):
            assert min(ours, plain) > 0.8
            assert over == pytest.approx(ours - plain, abs=1.1e-4)
        # The others are two sets, of which one counts as English, or one alone.
        assert all_sets[:2] != arabic[:2]


def test_without_a_set_to_leave_out_it_says_so(tmp_path: Path) -> None:
    write_set(tmp_path / "data", "davidson", comments(60, seed=1))
    with pytest.raises(SystemExit, match="data holds none of the sets"):
        left_out.main(["--data", str(tmp_path / "data")])
