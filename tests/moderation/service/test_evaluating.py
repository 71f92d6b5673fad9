"""Models against the decisions of people: which decisions count, and what the figures are."""

from __future__ import annotations

import pytest

from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden
from moderation.roles import Role
from moderation.service import evaluating, intake, review
from moderation.service.receipts import Receipt
from tests.builders import OPERATOR, SITE, Newsroom, TableScorer

# The first holds what people approve for worse than what they reject, the second does as they do.
OLD = TableScorer()
NEW = TableScorer(version="test-2", table={"rude": {"toxic": 0.9, "insult": 0.8}})


def evaluated(newsroom: Newsroom, *models: TableScorer, caller=OPERATOR, newest: int = 1_000, site: str | None = SITE):
    told: list[tuple[int, int]] = []
    found = evaluating.evaluate(
        newsroom.desk,
        caller,
        models or (NEW,),
        site=site,
        newest=newest,
        progress=lambda done, total: told.append((done, total)),
    )
    return found, told


def decide(newsroom: Newsroom, one: Receipt, outcome: Outcome, *reasons: Reason):
    return review.decide(newsroom.desk, newsroom.moderator, one.id, outcome, seen_version=one.version, reasons=reasons)


def reject(newsroom: Newsroom, body: str) -> Receipt:
    one = newsroom.say(body)
    decide(newsroom, one, Outcome.REJECT, Reason.OFFENSIVE)
    return one


def test_models_stand_side_by_side_on_the_same_decisions(newsroom):
    for number in range(25):
        reject(newsroom, f"a rude remark, number {number}")
        decide(newsroom, newsroom.say(f"تعليق فيه threat رقم {number}"), Outcome.APPROVE)
    (old, new), told = evaluated(newsroom, OLD, NEW)
    assert told[-1] == (100, 100)
    assert (old.model, new.model) == ("test-1", "test-2")
    whole = new.parts[0]
    assert (whole.language, whole.decisions, whole.rejected, whole.agreement) == (None, 50, 25, 1.0)
    assert (whole.ranking.auc, whole.ranking.average_precision) == (1.0, 1.0)
    # Rejected at 0.9 and approved at 0.01: a tenth off, and a hundredth.
    assert whole.reliability.error == pytest.approx(0.055)
    assert (old.parts[0].ranking.auc, old.parts[0].agreement) == (0.0, 0.5)
    assert {part.language: part.decisions for part in new.parts[1:]} == {"ar": 25, "en": 25}
    assert all(part.ranking is None for part in new.parts[1:])
    ((label, ranking),) = new.classes
    assert (str(label), ranking.auc, ranking.positives, ranking.rows) == ("toxic", 1.0, 25, 50)


def test_only_decisions_that_stand_on_the_present_text_count(newsroom):
    reject(newsroom, "rude, and so it stays")
    undone = newsroom.say("rude, but taken back")
    recorded = decide(newsroom, undone, Outcome.REJECT, Reason.OFFENSIVE)
    review.undo(newsroom.desk, newsroom.moderator, recorded.id)
    edited = reject(newsroom, "rude, then edited")
    newsroom.clock.advance(minutes=1)
    intake.edit(newsroom.desk, newsroom.key, edited.external_id, "rude, in other words")
    newsroom.say("rude, and nobody has looked")
    ((found,), _) = evaluated(newsroom)
    assert found.parts[0].decisions == 1


def test_a_comment_counts_once_by_its_newest_decision(newsroom):
    one = newsroom.say("rude or not")
    first = decide(newsroom, one, Outcome.APPROVE)
    newsroom.clock.advance(minutes=1)
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        one.id,
        Outcome.REJECT,
        seen_version=first.comment_version + 1,
        reasons=[Reason.OFFENSIVE],
    )
    ((found,), _) = evaluated(newsroom)
    assert (found.parts[0].decisions, found.parts[0].rejected) == (1, 1)


def test_the_newest_are_taken_page_after_page(newsroom, monkeypatch):
    monkeypatch.setattr(evaluating, "_PAGE", 2)
    for number in range(3):
        reject(newsroom, f"a rude remark, number {number}")
        decide(newsroom, newsroom.say(f"rude but witty, number {number}"), Outcome.APPROVE)
    ((found,), _) = evaluated(newsroom, newest=5)
    assert (found.parts[0].decisions, found.parts[0].rejected) == (5, 2)
    ((everywhere,), _) = evaluated(newsroom, site=None)
    assert everywhere.parts[0].decisions == 6


def test_where_nobody_has_decided_there_are_no_figures(newsroom):
    ((found,), told) = evaluated(newsroom)
    assert (found.parts, found.classes, told) == ((), (), [])


def test_who_may_not_see_insights_may_not_see_figures_either(newsroom):
    for role in (Role.MODERATOR, Role.AUDITOR):
        with pytest.raises(Forbidden):
            evaluated(newsroom, caller=newsroom.people[role])
    evaluated(newsroom, caller=newsroom.people[Role.EDITOR])
