"""The page of measures against domains: whom one would hit, taking and lifting it, and who may."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from moderation.comment import Status
from moderation.decision import Reason
from moderation.measure import MeasureKind
from moderation.roles import Role
from moderation.search import SearchFilter
from moderation.service import accounts, broad, intake, search
from tests.builders import OPERATOR, SITE, Newsroom, incoming
from tests.dashboard.ui.pages import Signed, words


@pytest.fixture
def crowd(newsroom: Newsroom) -> Newsroom:
    for number in range(3):
        given = {"commenter_id": f"u-{number}", "commenter_email": f"u{number}@spam.example"}
        newsroom.say(f"A civil thought {number}", **given, commenter_name="<b>Zed</b>")
    newsroom.say("An honest thought", commenter_id="dana", commenter_email="dana@honest.example")
    return newsroom


def opened(signed: Signed, *, lang: str = "en", role: Role = Role.EDITOR, **query: str) -> AppTest:
    app = signed.open("domains", role=role, lang=lang, **query)
    assert not app.exception
    return app


def statuses(newsroom: Newsroom) -> list[Status]:
    rows = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(domain="spam.example")).rows
    return [row.comment.status for row in rows]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("kind", [MeasureKind.HOLD, MeasureKind.SUSPEND, MeasureKind.BAN])
def test_a_measure_is_previewed_taken_and_lifted(crowd: Newsroom, signed: Signed, kind: MeasureKind, lang: str) -> None:
    app = opened(signed, lang=lang, domain="spam.example")
    said = words(app)
    assert "<b>" not in said.replace('<b class="', "")
    assert "3" in said
    app = app.segmented_control(key="domains_kind").set_value(kind).run()
    assert app.button(key="domains_do").disabled
    app = app.pills(key="domains_reason").set_value(Reason.SPAM).run()
    app = app.button(key="domains_do").click().run()
    [measure] = broad.listed(crowd.desk, crowd.moderator, site=SITE)
    assert (measure.kind, measure.domain, measure.everywhere) == (kind, "spam.example", False)
    app = app.button(key=f"domains_lift_{measure.id}").click().run()
    assert broad.listed(crowd.desk, crowd.moderator, site=SITE)[0].lifted_at is not None
    assert statuses(crowd) == [Status.PUBLISHED] * 3, "nothing was swept"


def test_a_ban_may_take_their_comments_along(crowd: Newsroom, signed: Signed) -> None:
    app = opened(signed, domain="spam.example")
    assert "3 of them have comments that readers see." in words(app)
    app = app.segmented_control(key="domains_kind").set_value(MeasureKind.BAN).run()
    app = app.pills(key="domains_reason").set_value(Reason.SPAM).run()
    app = app.checkbox(key="domains_sweep").check().run()
    app = app.button(key="domains_do").click().run()
    assert statuses(crowd) == [Status.REJECTED] * 3
    assert "3 comments rejected" in words(app)


def test_a_sweep_of_several_sites_is_shown_told_and_taken_back_as_one(crowd: Newsroom, signed: Signed) -> None:
    accounts.add_site(crowd.desk, OPERATOR, name="second", title="<b>Second</b>")
    sent = incoming("A civil thought there", commenter_id="u-9", commenter_email="u9@spam.example")
    there = intake.submit(crowd.desk, OPERATOR, [sent], site="second")[0]
    app = opened(signed, domain="spam.example")
    app = app.checkbox(key="domains_everywhere").check().run()
    app = app.segmented_control(key="domains_kind").set_value(MeasureKind.BAN).run()
    app = app.pills(key="domains_reason").set_value(Reason.SPAM).run()
    app = app.checkbox(key="domains_sweep").check().run()
    drawn = "".join(element.proto.body for element in app.get("html"))
    assert "A civil thought there" in drawn
    assert ("<b>Second" in drawn, "&lt;b&gt;Second" in drawn) == (False, True)
    app = app.button(key="domains_do").click().run()
    assert not app.exception
    assert statuses(crowd) == [Status.REJECTED] * 3
    for part in ("spam.example⁩ — ", "3 comments rejected.", "1 comment rejected.", "This domain is banned."):
        assert part in words(app)
    app = app.button(key="domains_sweep_undo").click().run()
    assert "4 comments are as they were before." in words(app)
    assert statuses(crowd) == [Status.PUBLISHED] * 3
    with crowd.desk.read() as uow:
        assert uow.comments.get(there.id).status is Status.PUBLISHED
    assert broad.listed(crowd.desk, crowd.moderator, site=SITE)[0].lifted_at is None


def test_the_second_of_two_clicks_bans_no_domain_again(crowd: Newsroom, signed: Signed) -> None:
    app = opened(signed, domain="spam.example")
    app = app.segmented_control(key="domains_kind").set_value(MeasureKind.BAN).run()
    app = app.pills(key="domains_reason").set_value(Reason.SPAM).run()
    app.button(key="domains_do").click()
    twice = app._tree.get_widget_states()
    app._run(twice)
    app._run(twice)
    assert len(broad.listed(crowd.desk, crowd.moderator, site=SITE)) == 1
    assert app.segmented_control(key="domains_kind").value is None


def test_who_takes_none_sees_what_there_is(crowd: Newsroom, signed: Signed) -> None:
    given = {"site": SITE, "reason": Reason.SPAM}
    broad.take(crowd.desk, crowd.admin, "spam.example", MeasureKind.BAN, **given)  # type: ignore[arg-type]
    app = opened(signed, role=Role.MODERATOR, domain="spam.example")
    assert "against all e-mail at \u2068spam.example\u2069" in words(app)
    assert not app.text_input
    assert not [one for one in app.button if "lift" in str(one.key)]
    assert "errors" not in words(opened(signed, role=Role.AUDITOR))


def test_what_is_no_domain_is_said_and_nothing_offered(crowd: Newsroom, signed: Signed) -> None:
    app = opened(signed, domain="<b>spam</b>")
    assert "Not an e-mail domain." in words(app)
    assert not app.segmented_control


def test_the_search_shows_what_a_domain_wrote(crowd: Newsroom, signed: Signed) -> None:
    app = signed.open("search", role=Role.MODERATOR, mail="spam.example")
    said = words(app)
    assert ("A civil thought 1" in said, "An honest thought" in said) == (True, False)
    app = app.button(key="search_any_mail").click().run()
    assert "An honest thought" in words(app)
    assert "Not an e-mail domain." in words(signed.open("search", role=Role.MODERATOR, mail="spam"))
