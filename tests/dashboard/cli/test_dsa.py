"""`taliq dsa`: lines that can be posted as they are, in the site's language, and what was left out is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard import statements
from dashboard.i18n.catalog import BIDI_CONTROLS
from dashboard.wiring import Plant
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.search import Chosen, SearchFilter
from moderation.service import accounts, batches, intake, search
from moderation.statement_rules import broken_rules
from tests.builders import OPERATOR, incoming, sign_in
from tests.dashboard.cli.conftest import Taliq

SITE = "al-marsad"


@pytest.fixture
def backend() -> str:
    """The stores are tested on both databases."""
    return "sqlite"


@pytest.fixture(params=["ar", "en"])
def lang(request: pytest.FixtureRequest, plant: Plant) -> str:
    """Three comments that a person rejected, one of them too old to be stated."""
    accounts.add_site(plant.desk, OPERATOR, name=SITE, title="المرصد", language=request.param)
    accounts.add_staff(plant.desk, OPERATOR, name="admin-1", display_name="A", role=Role.ADMIN)
    admin = sign_in(plant.desk, "admin-1")
    items = [incoming(f"rude <b>words</b> {number}", commenter_name="Amal Secret") for number in range(2)]
    old = incoming("rude and old", created_at=items[0].created_at.replace(year=1999))
    intake.submit(plant.desk, OPERATOR, [*items, old], site=SITE)
    found = search.find(plant.desk, admin, site=SITE, where=SearchFilter()).rows
    chosen = [Chosen(one.comment.id, one.comment.version) for one in found]
    batches.decide_many(plant.desk, admin, chosen, Outcome.REJECT, site=SITE, reasons=[Reason.ABUSIVE])
    return str(request.param)


def test_each_line_can_be_posted_as_it_is(taliq: Taliq, lang: str, tmp_path: Path) -> None:
    out = tmp_path / "dsa.jsonl"
    done = taliq("dsa", "--rules-url", "https://example.org/rules", "--out", out)
    assert done.exit_code == 0
    assert "2 statements written." in done.output
    assert "1 left out: content_date breaks the rule out_of_range." in done.output
    text = out.read_text(encoding="utf-8")
    [line] = text.splitlines()
    found = json.loads(line)["statements"]
    assert [broken_rules(one) for one in found] == [[], []]
    assert {one["decision_ground_reference_url"] for one in found} == {"https://example.org/rules"}
    assert ("مشرف" in found[0]["decision_facts"]) is (lang == "ar")
    assert not set(text) & set(BIDI_CONTROLS)
    assert "Secret" not in text
    assert "words" not in text


def test_a_hundred_to_a_line(taliq: Taliq, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "AT_ONCE", 1)
    done = taliq("dsa", "--site", SITE)
    assert [len(json.loads(line)["statements"]) for line in done.stdout.splitlines()] == [1, 1]


def test_a_law_that_is_named_is_stated(taliq: Taliq, lang: str) -> None:
    done = taliq("dsa", "--legal-ground", "A law")
    [line] = done.stdout.splitlines()
    # Abuse is against the house rules, whatever law is named.
    assert {one["decision_ground"] for one in json.loads(line)["statements"]} == {
        "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    }


@pytest.mark.parametrize("command", [("dsa",), ("audit", "export", "--site", SITE)])
def test_a_period_that_ends_before_it_starts_is_refused(taliq: Taliq, command: tuple[str, ...]) -> None:
    refused = taliq(*command, "--since", "2026-11-20", "--until", "2026-11-18")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "ends before it starts" in refused.stderr


def test_nothing_to_state_is_no_line(taliq: Taliq, lang: str) -> None:
    done = taliq("dsa", "--until", "2000-01-01")
    assert done.stdout == ""
    assert "0 statements written." in done.stderr
