"""What the classifier read in a comment, on the screen: the words marked, and the marks explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.classifier import Classifier
from tests.browser import stock

pytestmark = pytest.mark.browser

BODY = "رأيي أنك غبي وحمار،\nوالسلام عليكم"


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_words_that_told_are_marked(app, sign_in, lang):
    # Scored by the classifier that the application has, since no model explains another's scores.
    queue = stock.pile(replace(app.desk, scorer=Classifier.load()), BODY)
    tab = sign_in(stock.MODERATOR, at=queue, lang=lang)
    tab.card()
    assert tab.body() == BODY
    told = tab.main.locator(".tq-body mark.tq-for.tq-strong")
    assert {"غبي", "وحمار"} & set(told.all_text_contents())
    expect(tab.main.locator(".tq-legend").first).to_contain_text(t("queue.told.for", lang))


def test_what_another_model_scored_has_no_marks(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude and foolish"))
    tab.card()
    expect(tab.main.locator("mark, .tq-legend")).to_have_count(0)
