"""`taliq evaluate`: columns for people and pipes, JSON for programs, and a clear word where there is nothing."""

from __future__ import annotations

import json

from dashboard.wiring import Plant
from moderation.classifier import Classifier
from moderation.classifier.classifier import SHIPPED
from moderation.decision import Outcome, Reason
from moderation.service import intake, review
from tests.builders import OPERATOR, SITE, incoming, sign_in
from tests.dashboard.cli.conftest import Taliq

RUDE, CIVIL = "أنت غبي وحمار rude", "شكرا على هذا الخبر المفيد rude"


def decided(plant: Plant, taliq: Taliq) -> None:
    taliq("site", "add", SITE)
    taliq("staff", "add", "amal", "--role", "moderator")
    amal = sign_in(plant.desk, "amal")
    for number in range(50):
        body = f"{RUDE if number % 2 else CIVIL} {number}"
        (one,) = intake.submit(plant.desk, OPERATOR, [incoming(body, created_at=plant.desk.now())], site=SITE)
        outcome, reasons = (Outcome.REJECT, [Reason.OFFENSIVE]) if number % 2 else (Outcome.APPROVE, [])
        review.decide(plant.desk, amal, one.id, outcome, seen_version=one.version, reasons=reasons)


def test_two_models_are_told_beside_each_other(plant: Plant, taliq: Taliq) -> None:
    decided(plant, taliq)
    models = ("--model", SHIPPED / "full", "--model", SHIPPED / "open")
    result = taliq("evaluate", *models, "--site", SITE)
    assert result.exit_code == 0
    assert "harder than the rest" in result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    full, other = (Classifier.load(SHIPPED / group).version for group in ("full", "open"))
    assert [row[:4] for row in rows[:2]] == [[full, "All", "50", "25"], [other, "All", "50", "25"]]
    assert rows[0][4] == "1.0000"
    assert {row[1] for row in rows} >= {"All", "Arabic", "toxic"}
    found = json.loads(taliq("evaluate", *models, "--format", "json").stdout)
    assert [one["model"] for one in found] == [full, other]
    assert sum(rows_in for *_, rows_in in found[0]["parts"][0]["reliability"]["bins"]) == 50


def test_where_nobody_decided_it_says_so(taliq: Taliq) -> None:
    taliq("site", "add", SITE)
    result = taliq("evaluate")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nobody has decided" in result.stderr


def test_a_model_or_a_site_that_is_not_there_is_told(taliq: Taliq, tmp_path) -> None:
    result = taliq("evaluate", "--model", tmp_path / "none")
    assert result.exit_code == 1
    assert "There is no model there" in result.stderr
    assert taliq("evaluate", "--site", "nowhere").exit_code != 0
