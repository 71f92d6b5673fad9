"""A commenter's panel above their comments: what it tells, what it lets whom do, what comes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components.measures import LENGTHS
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.limits import Limit, LimitKind
from moderation.measure import MeasureKind, Profile
from moderation.retention import Kind
from moderation.roles import Role
from moderation.search import SearchFilter
from moderation.service import (
    accounts,
    batches,
    commenters,
    intake,
    personal,
    placing,
    retention,
    review,
    search,
    sweeping,
)
from tests.builders import OPERATOR, SITE, START, Newsroom
from tests.dashboard.ui.pages import Signed, words

HOSTILE = "<img src=x onerror=alert(1)> **b** \u202egnp"


@pytest.fixture
def who(newsroom: Newsroom) -> int:
    newsroom.say("A civil thought", commenter_id="amal", commenter_name="Amal")
    newsroom.say("rude words", commenter_id="amal")
    return search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[0].comment.commenter_id


def profile(newsroom: Newsroom, who: int) -> Profile:
    return commenters.profile(newsroom.desk, newsroom.moderator, who, site=SITE)


def statuses(newsroom: Newsroom) -> list[Status]:
    page = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter())
    return [row.comment.status for row in page.rows]


def chosen(app: AppTest, who: int, kind: MeasureKind) -> AppTest:
    app.segmented_control(key=f"found_{who}_kind").set_value(kind).run()
    assert app.button(key=f"found_{who}_do").disabled
    return app.pills(key=f"found_{who}_reason").set_value(Reason.HARASSMENT).run()


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("kind", MeasureKind)
def test_every_measure_is_taken_and_lifted(
    newsroom: Newsroom, signed: Signed, who: int, kind: MeasureKind, lang: str
) -> None:
    app = signed.open("search", role=Role.MODERATOR, lang=lang, who=str(who))
    chosen(app, who, kind)
    app.text_input(key=f"found_{who}_note_0").set_value("A note").run()
    app.button(key=f"found_{who}_do").click().run()
    assert not app.exception
    (taken,) = profile(newsroom, who).measures
    assert (taken.kind, taken.reason, taken.note) == (kind, Reason.HARASSMENT, "A note")
    assert taken.until == (START + LENGTHS["week"] if kind is MeasureKind.SUSPEND else None)
    assert "A note" in words(app)
    app.button(key=f"found_{who}_lift_{taken.id}").click().run()
    assert profile(newsroom, who).standing is None
    assert profile(newsroom, who).measures[0].lifted_at is not None


def banned(signed: Signed, who: int) -> AppTest:
    """With what they wrote before."""
    app = chosen(signed.open("search", role=Role.MODERATOR, who=str(who)), who, MeasureKind.BAN)
    app.checkbox(key=f"found_{who}_sweep").check().run()
    app = app.button(key=f"found_{who}_do").click().run()
    assert not app.exception
    return app


def test_a_ban_may_take_earlier_comments_along(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    chosen(app, who, MeasureKind.BAN)
    sweep = app.checkbox(key=f"found_{who}_sweep")
    assert "2 visible or waiting comments" in sweep.label
    assert "<li>" not in drawn(app)
    app = sweep.check().run()
    assert (drawn(app).count("<li>"), "rude words" in drawn(app)) == (2, True)
    app.pills(key=f"found_{who}_length_ban").set_value("month").run()
    app = app.button(key=f"found_{who}_do").click().run()
    assert profile(newsroom, who).measures[0].until == START + LENGTHS["month"]
    assert statuses(newsroom) == [Status.REJECTED] * 2
    assert "They are banned." in words(app)
    assert "2 comments rejected. Lifting the ban and taking these rejections back are two things" in flat(app)
    app = app.run()
    assert "2 comments rejected." in flat(app), "until it is taken back"
    (undo,) = [button for button in app.button if (button.key or "").startswith("bulk_undo_")]
    undo.click().run()
    assert statuses(newsroom) == [Status.PENDING, Status.PUBLISHED]


def drawn(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def flat(app: AppTest) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", words(app)))


def test_a_ban_and_its_sweep_are_taken_back_apart(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = banned(signed, who)
    app = app.button(key=f"found_{who}_sweep_undo").click().run()
    assert statuses(newsroom) == [Status.PENDING, Status.PUBLISHED]
    assert profile(newsroom, who).standing is not None
    assert "2 comments are as they were before." in words(app)
    assert "rejected. Lifting" not in flat(app)
    app = banned(signed, who)
    assert len(profile(newsroom, who).measures) == 2
    for measure in profile(newsroom, who).measures:
        app = app.button(key=f"found_{who}_lift_{measure.id}").click().run()
    assert profile(newsroom, who).standing is None
    assert statuses(newsroom) == [Status.REJECTED] * 2
    app = app.button(key=f"found_{who}_sweep_undo").click().run()
    assert statuses(newsroom) == [Status.PENDING, Status.PUBLISHED]


def test_what_a_sweep_had_no_room_for_is_told_and_offered(
    newsroom: Newsroom, signed: Signed, who: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.say("rude again", commenter_id="amal")
    before = statuses(newsroom)
    monkeypatch.setattr(sweeping, "MAX_BATCH", 1)
    app = chosen(signed.open("search", role=Role.MODERATOR, who=str(who)), who, MeasureKind.BAN)
    assert "Reject 1 of their visible or waiting comments as well" in app.checkbox(key=f"found_{who}_sweep").label
    app = banned(signed, who)
    assert sorted(statuses(newsroom)).count(Status.REJECTED) == 1
    for more, rejected in (("More than 1 more comments", 2), ("1 more comment is", 3)):
        assert more in words(app)
        app = app.button(key=f"found_{who}_sweep_rest").click().run()
        assert f"{rejected} comments rejected." in words(app)
    assert statuses(newsroom) == [Status.REJECTED] * 3
    assert [button for button in app.button if "sweep_rest" in str(button.key)] == []
    app = app.button(key=f"found_{who}_sweep_undo").click().run()
    assert "3 comments are as they were before." in words(app)
    assert statuses(newsroom) == before


def test_a_sweep_taken_back_elsewhere_says_so(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = banned(signed, who)
    [batch] = batches.recent(newsroom.desk, newsroom.moderator, site=SITE)
    batches.undo_batch(newsroom.desk, newsroom.moderator, batch.id)
    app = app.button(key=f"found_{who}_sweep_undo").click().run()
    assert "tq-error" in drawn(app)
    assert [button for button in app.button if "sweep_undo" in str(button.key)] == []


def test_what_one_panel_swept_is_not_told_in_another(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = banned(signed, who)
    other = newsroom.say("Another's rude words", commenter_id="badr")
    with newsroom.desk.read() as uow:
        app.query_params["who"] = str(uow.comments.get(other.id).commenter_id)
    app = app.run()
    assert "badr" in words(app)
    assert "rejections back" not in words(app)


def test_the_second_of_two_clicks_bans_nobody_again(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = chosen(signed.open("search", role=Role.MODERATOR, who=str(who)), who, MeasureKind.BAN)
    app.button(key=f"found_{who}_do").click()
    twice = app._tree.get_widget_states()
    app._run(twice)
    app._run(twice)
    assert not app.exception
    assert len(profile(newsroom, who).measures) == 1
    assert app.segmented_control(key=f"found_{who}_kind").value is None


def test_who_may_not_act_sees_the_record_alone(newsroom: Newsroom, signed: Signed, who: int) -> None:
    commenters.take(
        newsroom.desk, newsroom.moderator, who, MeasureKind.WARN, site=SITE, reason=Reason.SPAM, note="A note"
    )
    app = signed.open("search", role=Role.AUDITOR, who=str(who))
    assert "Amal" in words(app)
    assert "warning" in words(app)
    assert not [button for button in app.button if (button.key or "").startswith("found_")]
    assert app.expander == []


def test_a_click_that_comes_too_late_says_so(newsroom: Newsroom, signed: Signed, who: int) -> None:
    measure = commenters.take(newsroom.desk, newsroom.moderator, who, MeasureKind.BAN, site=SITE, reason=Reason.SPAM)
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    commenters.lift(newsroom.desk, newsroom.second, measure.id)
    app.button(key=f"found_{who}_lift_{measure.id}").click().run()
    assert "ended already" in words(app)


def test_hostile_names_and_notes_stay_words(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("A civil thought", commenter_id="x", commenter_name=HOSTILE)
    row = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[0]
    who = row.comment.commenter_id
    commenters.take(
        newsroom.desk, newsroom.moderator, who, MeasureKind.BAN, site=SITE, reason=Reason.SPAM, note=HOSTILE
    )
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    drawn = "".join(element.proto.body for element in app.get("html"))
    assert "<img" not in drawn
    assert "\u202e" not in drawn


def test_a_note_is_left_and_removed(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    app.text_input(key=f"found_{who}_remark_0").set_value("<b>writes in good faith</b>")
    app = app.button(key=f"found_{who}_note_add").click().run()
    assert "&lt;b&gt;writes in good faith&lt;/b&gt;" in words(app)
    [remark] = commenters.profile(newsroom.desk, newsroom.moderator, who, site=SITE).remarks
    other = signed.open("search", role=Role.EDITOR, who=str(who))
    assert not [button for button in other.button if (button.key or "").endswith(f"forget_{remark.id}")]
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    app = app.button(key=f"found_{who}_forget_{remark.id}").click().run()
    assert "good faith" not in words(app)


def test_a_commenter_is_found_by_name(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = signed.open("search", role=Role.MODERATOR, q="amal")
    assert f'<a href="/search?who={who}">' in "".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize(("lang", "name"), [("ar", "قارئ مُحيت بياناته"), ("en", "a reader whose data were erased")])
def test_who_is_forgotten_has_no_name_and_nothing_is_done_to_them(
    newsroom: Newsroom, signed: Signed, who: int, lang: str, name: str
) -> None:
    personal.erase(newsroom.desk, newsroom.admin, "amal", site=SITE)
    app = signed.open("search", role=Role.ADMIN, lang=lang, who=str(who))
    assert words(app).count(name) == 2
    assert "erased:" not in words(app)
    assert not [button.key for button in app.button if (button.key or "").startswith(f"found_{who}_")]


def test_nothing_is_done_to_who_is_anonymous_by_now_but_to_forget_their_words(
    newsroom: Newsroom, signed: Signed, who: int
) -> None:
    retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, 1)
    later = newsroom.clock.at + timedelta(days=2)
    retention.run(replace(newsroom.desk, now=lambda: later), OPERATOR)
    app = signed.open("search", role=Role.ADMIN, who=str(who))
    keys = {button.key for button in app.button if (button.key or "").startswith(f"found_{who}_")}
    assert keys == {f"found_{who}_erase"}


def test_a_reader_is_forgotten_by_an_admin_who_is_sure(newsroom: Newsroom, signed: Signed, who: int) -> None:
    moderators = signed.open("search", role=Role.MODERATOR, who=str(who))
    assert not [button for button in moderators.button if button.key == f"found_{who}_erase"]
    app = signed.open("search", role=Role.ADMIN, who=str(who))
    assert app.button(key=f"found_{who}_erase").disabled
    app = app.checkbox(key=f"found_{who}_erase_sure").check().run()
    app = app.button(key=f"found_{who}_erase").click().run()
    assert "are erased" in words(app)
    assert "Amal" not in words(app)


def test_the_address_is_for_admins_and_its_domain_for_all(newsroom: Newsroom, signed: Signed, who: int) -> None:
    newsroom.say("Another civil thought", commenter_id="amal", commenter_email="amal@spam.example")
    for role, sees, acts in (
        (Role.MODERATOR, False, False),
        (Role.AUDITOR, False, False),
        (Role.EDITOR, False, True),
        (Role.ADMIN, True, True),
    ):
        said = words(signed.open("search", role=role, who=str(who)))
        assert ("amal@spam.example" in said, "spam.example" in said) == (sees, True)
        assert ("/domains?domain=spam.example" in said) is acts


def test_a_ban_on_all_sites_says_where_else_they_are_known(newsroom: Newsroom, signed: Signed, who: int) -> None:
    app = chosen(signed.open("search", role=Role.EDITOR, who=str(who)), who, MeasureKind.BAN)
    assert [box.key for box in app.checkbox if "everywhere" in str(box.key)] == [], "the only site there is"
    accounts.add_site(newsroom.desk, OPERATOR, name="second", title="الثاني")
    app = chosen(signed.open("search", role=Role.EDITOR, who=str(who)), who, MeasureKind.BAN)
    assert "nothing tells who they are on other sites" in words(app)
    newsroom.say("Another civil thought", commenter_id="amal", commenter_email="amal@spam.example")
    app = chosen(signed.open("search", role=Role.EDITOR, who=str(who)), who, MeasureKind.BAN)
    app = app.checkbox(key=f"found_{who}_everywhere").check().run()
    assert "They are known on no other site today" in words(app)
    app = app.button(key=f"found_{who}_do").click().run()
    assert "They are banned." in words(app)
    [measure] = profile(newsroom, who).measures
    assert (measure.kind, measure.everywhere) == (MeasureKind.BAN, True)
    assert "on all sites" in words(app)
    app = signed.open("search", role=Role.MODERATOR, who=str(who))
    assert [one.key for one in app.button if "lift" in str(one.key)] == [], "not a moderator's to lift"


def test_who_works_on_some_sections_sees_what_was_written_there_and_no_more(newsroom: Newsroom, signed: Signed) -> None:
    for section in ("sport", "world"):
        article = IncomingArticle(external_id=section, title=section, section=section)
        intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
        newsroom.say(f"rude words on {section}", commenter_id="amal", article_id=section)
    with newsroom.desk.read() as uow:
        sections = {name: key for key, name in uow.articles.sections(newsroom.site.id)}
    limit = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=sections["sport"])
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", (limit,))
    row = search.find(newsroom.desk, newsroom.second, site=SITE, where=SearchFilter()).rows[0]
    app = signed.open("search", role=Role.MODERATOR, lang="en", who=str(row.comment.commenter_id))
    said = words(app)
    assert "What they wrote in your sections." in said
    assert "rude words on sport" in said
    assert "rude words on world" not in said
    assert [one.key for one in app.expander if "_act" in str(one.key)] == []


def _drawer(who: int, lang: str) -> None:
    from dashboard.ui import state
    from dashboard.ui.components import commenter

    commenter.panel(state.site(), who, lang, key="drawer", listed=True)


def drawer(newsroom: Newsroom, signed: Signed, who: int, lang: str) -> AppTest:
    """As the queue opens it, for a moderator."""
    signed.session = newsroom.moderator
    app = AppTest.from_function(_drawer, kwargs={"who": who, "lang": lang}, default_timeout=30)
    app.session_state["person_language"] = lang
    return app.run()


@pytest.mark.parametrize(
    ("lang", "rejected", "reports", "none"),
    [
        ("en", "rejected", "Readers reported their comments 2 times.", "None."),
        ("ar", "مرفوض", "بلّغ القراء عن تعليقاته مرتين.", "لا شيء."),
    ],
)
def test_the_drawer_lists_what_they_wrote_all_or_what_was_rejected(
    newsroom: Newsroom, signed: Signed, lang: str, rejected: str, reports: str, none: str
) -> None:
    first = newsroom.say("A civil thought", commenter_id="amal", article_title="The <call>")
    with newsroom.desk.read() as uow:
        who = uow.comments.get(first.id).commenter_id
    newsroom.say("Another's thought")
    for reader in ("r-1", "r-2"):
        newsroom.report(first.external_id, by=reader)
    app = drawer(newsroom, signed, who, lang)
    switch = app.segmented_control(key=f"drawer_{who}_latest")
    assert none in words(switch.set_value("rejected").run())
    bad = newsroom.say(HOSTILE, commenter_id="amal")
    review.decide(newsroom.desk, newsroom.second, bad.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM])
    said = words(app.segmented_control(key=f"drawer_{who}_latest").set_value("all").run())
    assert not app.exception
    for part in ("A civil thought", "The &lt;call&gt;", rejected, reports, '<bdi dir="auto"', f'"/search?who={who}"'):
        assert part in said, part
    assert ("&lt;img src=x" in said, "<img" in said, "\u202e" in said) == (True, False, False)
    assert "Another's thought" not in said
    said = words(app.segmented_control(key=f"drawer_{who}_latest").set_value("rejected").run())
    assert ("&lt;img src=x" in said, "A civil thought" in said) == (True, False)
    assert f'"/search?who={who}&amp;state=rejected"' in said
