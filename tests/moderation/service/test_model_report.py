"""What the Model page tells: where a model came from, how it does on the desk's decisions, what drifts by the week."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import log

import pytest

from moderation.classifier.classifier import SHIPPED
from moderation.decision import Outcome, Reason
from moderation.drift import LEAST_COMMENTS, stability
from moderation.errors import Forbidden, Invalid
from moderation.roles import Role
from moderation.service import intake, model_report, models, review
from tests.builders import SITE, START, Newsroom, TableScorer, incoming

WEEK = timedelta(days=7)


def decide(newsroom: Newsroom, body: str, outcome: Outcome) -> int:
    one = newsroom.say(body)
    reasons = [Reason.OFFENSIVE] if outcome is Outcome.REJECT else []
    review.decide(newsroom.desk, newsroom.moderator, one.id, outcome, seen_version=one.version, reasons=reasons)
    return one.id


def test_where_the_judging_model_comes_from(newsroom: Newsroom) -> None:
    found = model_report.origin(newsroom.desk, newsroom.people[Role.AUDITOR])
    assert (found.version, found.use.number) == ("test-1", 0)
    assert found.about["sets"][0]["name"] == "invented"
    model = models.add(newsroom.desk, newsroom.admin, SHIPPED / "open")
    models.promote(newsroom.desk, newsroom.admin, model.version)
    newsroom.plant.scorer.renew()
    found = model_report.origin(replace(newsroom.desk, scorer=newsroom.plant.scorer), newsroom.admin)
    assert (found.version, found.use.by, found.about) == (model.version, "admin:admin-1", model.about)


def test_quality_is_of_peoples_decisions_and_names_the_surprises(newsroom: Newsroom) -> None:
    approved = decide(newsroom, "a rude remark", Outcome.APPROVE)
    rejected = decide(newsroom, "a fine remark", Outcome.REJECT)
    decide(newsroom, "another rude remark", Outcome.REJECT)
    found = model_report.quality(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE)
    (whole, *_) = found.judging.parts
    assert (whole.decisions, whole.rejected, found.shadow, found.tally) == (3, 2, None, None)
    assert [one.judged.comment_id for one in found.surprises] == [rejected, approved]
    assert found.surprises[0].distance > found.surprises[1].distance >= 0.5
    assert model_report.quality(newsroom.desk, newsroom.admin, site=SITE, newest=1).judging.parts[0].decisions == 1


def test_a_model_in_the_shadow_is_held_against_the_same_decisions(newsroom: Newsroom) -> None:
    model = models.add(newsroom.desk, newsroom.admin, SHIPPED / "open")
    models.shadow(newsroom.desk, newsroom.admin, model.version)
    beside = TableScorer(version=model.version, table={"fine": {"toxic": 0.9}})
    newsroom = replace(newsroom, desk=replace(newsroom.desk, shadow=lambda: beside))
    decide(newsroom, "a fine remark", Outcome.REJECT)
    found = model_report.quality(newsroom.desk, newsroom.admin, site=SITE)
    assert (found.judging.parts[0].agreement, found.shadow.parts[0].agreement) == (0.0, 1.0)
    assert (found.shadow.model, found.tally.comments) == (model.version, 1)


def test_drift_counts_each_week_by_language_and_score(newsroom: Newsroom) -> None:
    bounds = [START - 2 * WEEK, START - WEEK, START]
    at = {"created_at": START - 2 * WEEK}
    last = {"created_at": START - timedelta(milliseconds=1)}
    newsroom.submit(incoming("a civil thought of somebody", **at), incoming("rude words of somebody", **at))
    gone, _ = newsroom.submit(incoming("threat threat", **last), incoming("رأي هادئ في هذا الخبر", **last))
    newsroom.submit(incoming("after the last bound", created_at=START))
    intake.withdraw(newsroom.desk, newsroom.key, gone.external_id)
    first, second = model_report.drift(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, bounds=bounds)
    assert (first.comments, first.languages, first.flagged) == (2, (("en", 2),), 0.5)
    assert first.mean == pytest.approx((0.01 + 0.9) / 2)
    assert (second.comments, second.languages, second.flagged) == (1, (("ar", 1),), 0.0)
    assert (first.start, first.end, second.end) == (*bounds[:2], bounds[2])
    assert (first.stability, second.stability) == (None, None)


def test_a_week_without_comments_has_no_figures(newsroom: Newsroom) -> None:
    (week,) = model_report.drift(newsroom.desk, newsroom.admin, site=SITE, bounds=[START - WEEK, START])
    assert (week.comments, week.mean, week.flagged, week.languages, week.stability) == (0, None, None, (), None)


def test_the_stability_index_is_worked_out_by_hand() -> None:
    before, now = Counter({0: 80, 9: 20}), Counter({0: 60, 9: 40})
    by_hand = (0.6 - 0.8) * log(0.6 / 0.8) + (0.4 - 0.2) * log(0.4 / 0.2)
    # Half a comment stands for none in the eight empty bins of both; they have the same share.
    assert stability(before, now) == pytest.approx(by_hand)
    assert stability(before, before) == 0
    assert stability(Counter({0: LEAST_COMMENTS - 1}), now) is None


def test_bounds_and_permissions(newsroom: Newsroom) -> None:
    for bounds in ([START], [START + WEEK * week for week in range(60)]):
        with pytest.raises(Invalid):
            model_report.drift(newsroom.desk, newsroom.admin, site=SITE, bounds=bounds)
    for act in (
        lambda: model_report.origin(newsroom.desk, newsroom.moderator),
        lambda: model_report.quality(newsroom.desk, newsroom.moderator, site=SITE),
        lambda: model_report.drift(newsroom.desk, newsroom.moderator, site=SITE, bounds=[START - WEEK, START]),
    ):
        with pytest.raises(Forbidden):
            act()
