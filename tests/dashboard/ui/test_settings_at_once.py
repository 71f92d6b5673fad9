"""Settings that two change at once: nobody's change is lost unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.ui.components import policy_draft
from moderation.limits import Limit, LimitKind
from moderation.roles import Role
from moderation.service import entry, placing
from tests.builders import OPERATOR, Newsroom
from tests.dashboard.ui.pages import Signed, words


@pytest.fixture
def signed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signed]:
    policy_draft.forget_all()
    yield Signed(monkeypatch, newsroom)
    policy_draft.forget_all()


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
