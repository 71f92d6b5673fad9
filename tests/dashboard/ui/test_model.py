"""The Model page and the registry in the settings: what they say, to whom, and what a click does."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import percent, t
from dashboard.i18n.languages import first_weekday
from dashboard.periods import WEEKS, week_starts
from moderation.classifier.classifier import SHIPPED
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import models, review
from tests.builders import Newsroom, TableScorer
from tests.dashboard.ui.pages import Signed, words


def decide(newsroom: Newsroom, body: str, outcome: Outcome) -> None:
    one = newsroom.say(body)
    reasons = [Reason.OFFENSIVE] if outcome is Outcome.REJECT else []
    review.decide(newsroom.desk, newsroom.moderator, one.id, outcome, seen_version=one.version, reasons=reasons)


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, Role.ADMIN])
def test_the_page_tells_quality_surprises_and_drift(newsroom: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    decide(newsroom, "a rude <b>remark</b>", Outcome.APPROVE)
    decide(newsroom, "a fine remark", Outcome.REJECT)
    app = signed.open("model", role=role, lang=lang)
    assert not app.exception
    said = words(app)
    assert "test-1" in said
    assert t("model.quality.all", lang) in said
    assert "&lt;b&gt;remark&lt;/b&gt;" in said
    assert "<b>remark" not in said
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 3
    assert "CC0-1.0" in said


def test_an_empty_desk_is_told_what_will_be_here(signed: Signed) -> None:
    app = signed.open("model", role=Role.EDITOR)
    assert not app.exception
    assert "Nobody has decided on a comment yet." in words(app)


@pytest.mark.parametrize(
    ("zone", "first", "weekday"),
    [("Africa/Cairo", date(2026, 11, 21), 5), ("Asia/Riyadh", date(2026, 11, 22), 6), ("UTC", date(2026, 11, 23), 0)],
)
def test_weeks_begin_where_the_newsroom_s_do(zone: str, first: date, weekday: int) -> None:
    assert first_weekday(zone) == weekday
    starts = week_starts(date(2026, 11, 23), weekday)
    assert starts[-2:] == [first, first + timedelta(weeks=1)]
    assert len(starts) == WEEKS + 1


def test_a_moderator_does_not_see_the_page(signed: Signed) -> None:
    app = signed.open("model", role=Role.MODERATOR)
    assert "test-1" not in words(app)


def test_a_model_in_the_shadow_stands_beside_the_one_that_judges(newsroom: Newsroom, signed: Signed) -> None:
    model = models.add(newsroom.desk, newsroom.admin, SHIPPED / "open")
    models.shadow(newsroom.desk, newsroom.admin, model.version)
    beside = TableScorer(version=model.version, table={"fine": {"toxic": 0.9}})
    newsroom.desk = replace(newsroom.desk, shadow=lambda: beside)
    decide(newsroom, "a fine remark", Outcome.REJECT)
    said = words(signed.open("model", role=Role.EDITOR))
    assert model.version in said
    assert html.escape(t("model.tally", "en", share=percent(0, "en", places=1), comments="1")) in said


def registry(signed: Signed) -> AppTest:
    app = signed.open("settings", area="models")
    assert not app.exception
    return app


def test_an_empty_registry_says_how_to_fill_it(signed: Signed) -> None:
    said = words(registry(signed))
    assert "taliq model add" in said
    assert "Judging now" in said


def test_an_admin_tries_promotes_and_takes_back(newsroom: Newsroom, signed: Signed) -> None:
    version = models.add(newsroom.desk, newsroom.admin, SHIPPED / "open").version
    app = registry(signed)
    assert app.button("model_promote").disabled
    app.selectbox("model_chosen").select(version).run()
    app.button("model_shadow").click().run()
    assert models.registry(newsroom.desk, newsroom.admin).in_use.shadow == version
    app.text_input("model_note").input("better on dialects").run()
    app.button("model_promote").click().run()
    use = models.registry(newsroom.desk, newsroom.admin).in_use
    assert (use.live, use.shadow, use.note, use.by) == (version, None, "better on dialects", "admin:admin-1")
    assert "does not use it yet" in words(app)
    assert "better on dialects" in words(app)
    app.button("model_roll_back").click().run()
    assert models.registry(newsroom.desk, newsroom.admin).in_use.live is None


def test_who_comes_second_is_told(newsroom: Newsroom, signed: Signed) -> None:
    version = models.add(newsroom.desk, newsroom.admin, SHIPPED / "open").version
    app = registry(signed)
    app.selectbox("model_chosen").select(version).run()
    models.shadow(newsroom.desk, newsroom.admin, version)
    app.button("model_promote").click().run()
    assert models.registry(newsroom.desk, newsroom.admin).in_use.live is None
    assert "changed" in words(app)
