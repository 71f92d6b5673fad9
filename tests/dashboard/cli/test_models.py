"""`taliq model`: in, on trial, in use, and back, from a terminal."""

from __future__ import annotations

from moderation.classifier import Classifier
from moderation.classifier.classifier import SHIPPED
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.test_evaluating import decided


def listed(taliq: Taliq) -> dict[str, str]:
    rows = [line.split("\t") for line in taliq("model", "list").stdout.splitlines()]
    return {row[0]: row[1] for row in rows}


def test_a_model_is_added_tried_promoted_and_taken_back(taliq: Taliq) -> None:
    opened, full = (Classifier.load(SHIPPED / group).version for group in ("open", "full"))
    assert listed(taliq) == {}
    for group in ("open", "full"):
        assert taliq("model", "add", SHIPPED / group).exit_code == 0
    assert listed(taliq) == {opened: "-", full: "-"}
    assert taliq("model", "shadow", opened).exit_code == 0
    assert taliq("model", "promote", full, "--note", "better").exit_code == 0
    assert listed(taliq) == {opened: "in the shadow", full: "judges"}
    assert "has scored nothing" in taliq("model", "compare", opened).stderr
    assert taliq("model", "shadow", "--off").exit_code == 0
    result = taliq("model", "roll-back")
    assert (result.exit_code, "started with" in result.stderr) == (0, True)
    assert listed(taliq) == {opened: "-", full: "-"}


def test_what_cannot_be_done_is_told(taliq: Taliq, tmp_path) -> None:
    for arguments, said in (
        (("add", tmp_path / "none"), "There is no model there"),
        (("promote", "nothing-0"), "no model of that version"),
        (("compare", "nothing-0"), "no model of that version"),
        (("promote",), "not both"),
        (("promote", "x", "--own"), "not both"),
        (("promote", "--own"), "in use already"),
        (("shadow",), "not both"),
        (("roll-back",), "No other model"),
    ):
        result = taliq("model", *arguments)
        assert result.exit_code != 0
        assert said in result.stderr


def test_registered_models_are_evaluated_by_their_versions(plant, taliq: Taliq) -> None:
    decided(plant, taliq)
    version = Classifier.load(SHIPPED / "open").version
    taliq("model", "add", SHIPPED / "open")
    rows = taliq("evaluate", "--model", version, "--model", SHIPPED / "full").stdout.splitlines()
    assert [row.split("\t")[0] for row in rows[:2]] == [version, Classifier.load(SHIPPED / "full").version]
    # Without a name it is the model that judges, here the table's.
    assert taliq("evaluate").stdout.splitlines()[0].startswith("test-1")
