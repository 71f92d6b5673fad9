"""A comment's way over the desk, on both databases: read, decided, taken back, charted, sealed, exported."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.comment import Status
from tests.browser import merkle, readings, stock
from tests.browser.story import comment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite_app", "postgresql_app"], indirect=True, scope="module"),
]


def test_the_whole_path(app, sign_in, story):
    address = stock.pile(app.desk, "rude 1", "rude 2", "rude 3")
    tab = sign_in(stock.ADMIN, at=address)
    first = tab.card()
    assert tab.body() == comment(app.desk, first).body
    before = readings.outcomes(tab)
    tab.go(address)
    assert tab.card() == first

    second = tab.decide("KeyF")
    third = reject(tab, second, "offensive")
    tab.press("KeyU")
    assert tab.card(after=third) == second
    assert story.of(second) == ["reject", "undo"]
    was = [comment(app.desk, first).status, comment(app.desk, second).status]
    assert was == [Status.APPROVED, Status.PENDING]
    reject(tab, second, "harassment")

    after = readings.outcomes(tab)
    assert after["approved"] == before["approved"] + 1
    assert after["rejected"] == before["rejected"] + 1
    assert sum(after.values()) == sum(before.values())
    see_the_log(tab, first, second)
    switch_to_english(tab)
    export(tab, app)


def reject(tab, comment_id: int, reason: str) -> int:
    tab.answered(lambda: tab.press("KeyE"))
    tab.button(f"queue_as_{reason}_").click()
    return tab.card(after=comment_id)


def see_the_log(tab, first: int, second: int) -> None:
    decided, undone = t("common.event.comment:decided", "ar"), t("common.event.decision:undone", "ar")
    rows = readings.log(tab, "?people=1")[:4]
    assert [row[3] for row in rows] == [decided, undone, decided, decided]
    assert [str(second) in row[4] for row in rows] == [True, True, True, False]
    assert str(first) in rows[3][4]
    assert t("common.reason.harassment", "ar") in rows[0][5]
    assert t("common.reason.offensive", "ar") in rows[2][5]
    assert all(stock.ADMIN in row[2] for row in rows)


def switch_to_english(tab) -> None:
    assert tab.layout() == ("ar", "rtl")
    tab.page.get_by_role("link", name="English").click()
    tab.drawn()
    expect(tab.page).to_have_url(re.compile(r"/audit\?people=1$"))
    assert tab.layout() == ("en", "ltr")
    tab.says(t("shell.audit", "en"))


def export(tab, app) -> None:
    tab.go("/audit")
    with tab.page.expect_download() as file:
        tab.main.get_by_role("link", name=t("audit.export.jsonl", "en")).click()
    *lines, last = [json.loads(line) for line in file.value.path().read_text(encoding="utf-8").splitlines()]
    leaves = [merkle.leaf(line["body"]) for line in lines]
    assert [line["leaf"] for line in lines] == [leaf.hex() for leaf in leaves]
    assert [line["position"] for line in lines] == list(range(len(lines)))
    for size in (1, 2, 3, len(lines) // 2, len(lines)):
        # The largest power of two that divides the size is the subtree that ends there.
        assert lines[size - 1]["subtree"] == merkle.root(leaves[size - (size & -size) : size]).hex()
    assert json.loads(lines[-1]["body"])["type"] == "log:exported"
    assert last["checkpoint"].startswith(f"taliq/al-marsad\n{len(lines)}\n")
