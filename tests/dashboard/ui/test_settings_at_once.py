"""Settings that two change at once: nobody's change is lost unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.limits import Limit, LimitKind
from moderation.roles import Role
from moderation.service import entry, placing, settings
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.ui.pages import Signed, words

pytestmark = pytest.mark.usefixtures("no_drafts")


def test_rules_that_a_colleague_changed_meanwhile_are_not_lost(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="entry")
    before = entry.rules(newsroom.desk, newsroom.admin)
    theirs = replace(before, idle=timedelta(minutes=30), factor_roles=frozenset({Role.ADMIN}))
    entry.set_rules(newsroom.desk, OPERATOR, replace(theirs, factor_roles=before.factor_roles))
    app.run()
    entry.set_rules(newsroom.desk, OPERATOR, replace(theirs, factor_roles=frozenset({Role.EDITOR})))
    app.number_input(key="entry_length").set_value(10)
    app.button(key="entry_saved").click().run()
    assert "A colleague changed these rules" in words(app)
    assert entry.rules(newsroom.desk, newsroom.admin).factor_roles == {Role.EDITOR}
    assert (app.number_input(key="entry_idle").value, app.number_input(key="entry_length").value) == (30, 336)
    assert app.multiselect(key="entry_factor_roles").value == [Role.EDITOR]
    app.number_input(key="entry_length").set_value(10)
    app.button(key="entry_saved").click().run()
    wanted = replace(theirs, length=timedelta(hours=10), factor_roles=frozenset({Role.EDITOR}))
    assert entry.rules(newsroom.desk, newsroom.admin) == wanted


def test_limits_that_a_colleague_changed_meanwhile_are_not_lost(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="staff")
    app.selectbox(key="staff_person").select("moderator-2").run()
    site = Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)
    placing.place(newsroom.desk, OPERATOR, "moderator-2", [site])
    app.run()
    app.button(key="staff_place").click().run()
    assert "A colleague changed where this person works" in words(app)
    assert list(placing.limits(newsroom.desk, newsroom.admin).values()) == [[site]]
    box = next(one for one in app.multiselect if (one.key or "").startswith("staff_limits_"))
    assert box.value == [f"site:{site.site_id}:{site.item_id}"]
    box.set_value([]).run()
    app.button(key="staff_place").click().run()
    assert placing.limits(newsroom.desk, newsroom.admin) == {}


def test_what_one_published_in_another_tab_is_not_taken_back_unseen(newsroom: Newsroom, signed: Signed) -> None:
    first, second = (signed.open("settings", area="words") for _ in range(2))
    key = f"policy_{newsroom.site.id}_banned"
    first.text_area(key=key).set_value("first").run()
    first.button(key="policy_publish").click().run()
    second.text_area(key=key).set_value("second").run()
    assert "Policy 2 was published after you began this draft" in words(second)
    assert second.text_area(key=key).value == "second"
    second.button(key="policy_discard").click().run()
    assert second.text_area(key=key).value == "first"
    assert published(newsroom) == (2, ("first",))


def test_a_click_in_a_tab_that_is_behind_publishes_nothing(newsroom: Newsroom, signed: Signed) -> None:
    first, second = (signed.open("settings", area="words") for _ in range(2))
    key = f"policy_{newsroom.site.id}_banned"
    first.text_area(key=key).set_value("first").run()
    first.button(key="policy_publish").click().run()
    second.text_area(key=key).set_value("second")
    second.button(key="policy_publish").click().run()
    assert "Policy 2 was published while you were writing" in words(second)
    assert published(newsroom) == (2, ("first",))
    second.button(key="policy_publish").click().run()
    assert published(newsroom) == (3, ("second",))


def test_a_tab_in_which_nothing_was_changed_follows_the_other(newsroom: Newsroom, signed: Signed) -> None:
    first, second = (signed.open("settings", area="words") for _ in range(2))
    key = f"policy_{newsroom.site.id}_banned"
    first.text_area(key=key).set_value("first").run()
    first.button(key="policy_publish").click().run()
    assert second.run().text_area(key=key).value == "first"


def published(newsroom: Newsroom) -> tuple[int, tuple[str, ...]]:
    found = settings.policy(newsroom.desk, newsroom.admin, site=SITE)
    return found.number, found.banned
