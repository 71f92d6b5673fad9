"""`taliq train --from-decisions`: from the desk's decisions to a model that can be tried."""

from __future__ import annotations

from moderation.decision import Outcome, Reason
from moderation.service import intake, review
from tests.builders import OPERATOR, SITE, incoming, sign_in
from tests.dashboard.cli.conftest import Taliq


def decide(plant, taliq: Taliq, count: int) -> None:
    taliq("site", "add", SITE)
    taliq("staff", "add", "amal", "--role", "moderator")
    amal = sign_in(plant.desk, "amal")
    for number in range(count):
        body = f"{'أنت خربوطي' if number % 2 else 'شكرا جزيلا'} rude {number}"
        (one,) = intake.submit(plant.desk, OPERATOR, [incoming(body, created_at=plant.desk.now())], site=SITE)
        outcome, reasons = (Outcome.REJECT, [Reason.OFFENSIVE]) if number % 2 else (Outcome.APPROVE, [])
        review.decide(plant.desk, amal, one.id, outcome, seen_version=one.version, reasons=reasons)


def test_a_model_of_the_desks_own_decisions_can_be_promoted(plant, taliq: Taliq, tmp_path) -> None:
    decide(plant, taliq, 150)
    result = taliq("train", "--from-decisions", "--site", SITE, "--out", tmp_path / "own")
    assert result.exit_code == 0, result.stderr
    assert "Learned from 120 decisions" in result.stderr
    models = {line.split("\t")[0] for line in result.stdout.splitlines()}
    assert len(models) == 2
    (own,) = (name for name in models if name.startswith("taliq-own"))
    assert taliq("model", "add", tmp_path / "own").exit_code == 0
    assert taliq("model", "promote", own).exit_code == 0
    again = taliq("train", "--from-decisions", "--out", tmp_path / "again")
    assert again.exit_code == 0
    assert own in again.stdout


def test_what_cannot_be_learned_is_told(plant, taliq: Taliq, tmp_path) -> None:
    decide(plant, taliq, 10)
    result = taliq("train", "--from-decisions", "--out", tmp_path / "own")
    assert result.exit_code == 1
    assert "too few comments" in result.stderr
    for arguments in ((), ("--from-decisions", "--data", tmp_path)):
        result = taliq("train", *arguments, "--out", tmp_path / "own")
        assert result.exit_code != 0
        assert "either" in result.stderr
    assert not (tmp_path / "own").exists()
