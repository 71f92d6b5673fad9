"""Ways through the queue: other orders, one's watch-list, a look back, the quiet page, messages."""

from __future__ import annotations

import pytest

from dashboard.i18n import t
from dashboard.ui.components import acts, bench
from moderation.comment import Status
from moderation.service import accounts, appeals, intake, picks, review, watching
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, heard_by_keys, offered, press, query, words
from tests.dashboard.ui.ways import opened, shown, status, with_a_colleague

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def test_another_order_changes_what_comes_first_and_stands_in_the_address(newsroom: Newsroom, signed: Signed):
    gravest, newest = newsroom.say("a threat"), newsroom.say("rude")
    app = opened(signed)
    assert shown(app, gravest)
    app.selectbox(key="queue_filter_order").set_value("newest").run()
    assert shown(app, newest)
    assert query(app, "order") == "newest"
    app.selectbox(key="queue_filter_order").set_value("priority").run()
    assert shown(app, gravest)
    assert "order" not in app.query_params
    assert shown(opened(signed, order="oldest"), gravest)
    assert shown(opened(signed, order="'; --"), gravest)


def test_a_decision_brings_the_next_in_the_same_order(newsroom: Newsroom, signed: Signed):
    oldest, _, newest = newsroom.say("rude"), newsroom.say("a threat"), newsroom.say("rude")
    app = press(opened(signed, order="newest"), "approve")
    assert status(newsroom, newest) is Status.APPROVED
    app = press(app, "approve")
    assert shown(app, oldest)


def test_an_open_choice_says_so_in_ones_language(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = opened(signed, lang="ar")
    said = {box.proto.placeholder for box in app.selectbox if box.value is None}
    assert said == {"الكل"}
    assert {box.proto.placeholder for box in app.multiselect} == {"لا شيء بعد"}


def test_a_watch_list_is_chosen_and_asked_for(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat", article_id="a-1", section="World")
    watched = newsroom.say("rude", article_id="a-2", section="Sport")
    app = opened(signed)
    box = app.multiselect(key="queue_watch_sections")
    sport = next(one for one, name in zip(box.proto.options, box.proto.options, strict=True) if "Sport" in name)
    box.set_value([int(key) for key, name, _ in facets(newsroom) if name == "Sport"]).run()
    assert sport
    found = watching.watch_list(newsroom.desk, newsroom.moderator, site=SITE)
    assert [name for _, name in found.sections] == ["Sport"]
    app.toggle(key="queue_filter_watched").set_value(True).run()
    assert shown(app, watched)
    assert query(app, "watched") == "1"
    app = press(app, "approve")
    assert "Nothing waits in your watch-list" in words(app)


def facets(newsroom: Newsroom) -> tuple[tuple[int, str, int], ...]:
    return review.facets(newsroom.desk, newsroom.moderator, site=SITE).sections


def test_one_looks_back_and_comes_forward_again(newsroom: Newsroom, signed: Signed):
    first, second, third = newsroom.say("a threat 1"), newsroom.say("a threat 2"), newsroom.say("a threat 3")
    app = press(press(opened(signed), "approve"), "skip")
    assert shown(app, third)
    app = press(app.run(), "previous")
    assert shown(app, second)
    assert "You are looking at an earlier comment." in words(app)
    app = press(app.run(), "previous")
    assert shown(app, first)
    assert [button.disabled for button in offered(app, "approve_")] == [True]
    app = press(app.run(), "previous")
    assert shown(app, first)
    assert "There is no earlier comment in this sitting." in words(app)
    app = press(app, "skip")
    assert shown(app, second)
    app = press(app, "skip")
    assert shown(app, third)
    assert "You are looking" not in words(app)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "This comment is with ⁨Second⁩ just now"), ("ar", "هذا التعليق مع ⁨Second⁩ الآن")]
)
def test_what_a_colleague_has_is_read_and_not_decided(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
):
    first, second = newsroom.say("a threat 1"), newsroom.say("a threat 2")
    heard = heard_by_keys(monkeypatch)
    app = with_a_colleague(newsroom, opened(signed, lang=lang))
    assert shown(app, first)
    assert said in words(app)
    off = {one.name.removeprefix("queue_").partition("_")[0] for one in offered(app) if one.disabled}
    assert off == {"approve", "reject", "other", "opinion", "pick", "write"}
    assert not heard[-1]["writes"]
    for name in ("approve", "reject", "other", "pick", "opinion", "write"):
        app = press(app, name)
    assert status(newsroom, first) is Status.PENDING
    app = press(app, "skip")
    assert shown(app, second)
    assert said not in words(app)
    assert [one.disabled for one in offered(app, "approve_")] == [False]


def test_what_a_colleague_has_given_back_can_be_decided_again(newsroom: Newsroom, signed: Signed):
    first = newsroom.say("a threat 1")
    newsroom.say("a threat 2")
    app = with_a_colleague(newsroom, opened(signed))
    review.release(newsroom.desk, newsroom.second)
    app = press(app.run(), "approve")
    assert status(newsroom, first) is Status.APPROVED


def test_the_picker_closes_once_a_colleague_has_the_comment(newsroom: Newsroom, signed: Signed):
    first = newsroom.say("a threat 1")
    newsroom.say("a threat 2")
    app = press(press(press(opened(signed), "skip"), "previous"), "other")
    assert offered(app, "as_")
    newsroom.clock.advance(minutes=6)
    review.open_card(newsroom.desk, newsroom.second, first.id)
    app = app.run()
    assert shown(app, first)
    assert not offered(app, "as_")


def test_an_earlier_comment_can_be_decided_otherwise(newsroom: Newsroom, signed: Signed):
    first = newsroom.say("a threat 1")
    newsroom.say("a threat 2")
    app = press(press(opened(signed), "approve").run(), "previous")
    app = press(app, "reject_")
    assert status(newsroom, first) is Status.REJECTED
    assert "Rejected the comment by" in words(app)
    assert "You are looking" not in words(app)


def test_the_quiet_page_is_one_key_away_and_back(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = opened(signed)
    assert "Focus" in [button.label for button in app.button]
    app = press(app, "focus")
    assert "Show everything" in [button.label for button in app.button]
    app = press(app, "focus")
    assert "Focus" in [button.label for button in app.button]


def test_harsh_words_are_blurred_for_who_wants_it(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = opened(signed)
    assert "tq-blurs" not in words(app)
    app = press(app, "blur").run()
    assert "tq-blurs" in words(app)
    assert "tabindex=0" in words(app)
    assert accounts.whoami(newsroom.desk, newsroom.moderator).blurs
    app = press(app, "blur").run()
    assert "tq-blurs" not in words(app)


def test_a_good_comment_is_approved_and_picked_by_one_key(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("rude but wise", commenter_name="Sara")
    app = press(opened(signed), "pick")
    assert status(newsroom, one) is Status.APPROVED
    assert "Approved and picked the comment by ⁨Sara⁩" in words(app)
    assert picks.picked_among(newsroom.desk, newsroom.moderator, [one.id]) == {one.id}
    app = press(app, "undo")
    assert picks.picked_among(newsroom.desk, newsroom.moderator, [one.id]) == set()


def test_what_readers_see_already_is_picked_without_a_decision(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(press(opened(signed), "approve").run(), "previous")
    press(app, "pick")
    assert picks.picked_among(newsroom.desk, newsroom.moderator, [one.id]) == {one.id}
    assert intake.lookup(newsroom.desk, newsroom.key, one.external_id).version == 2


def test_a_rejection_carries_the_desk_s_message(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(messages=("Dear {name}, please write about “{article}” without insults.",))
    sent = newsroom.say("this is rude", commenter_name="*Sara*", article_title="The call")
    app = press(press(opened(signed), "other"), f"message_{sent.id}_0")
    [field] = [one for one in app.text_input if one.key == bench.message_key(sent.id)]
    assert field.value == "Dear *Sara*, please write about “The call” without insults."
    field.set_value("Please, no insults.")
    press(app, "as_abusive")
    found = appeals.notice(newsroom.desk, newsroom.key, sent.external_id)
    assert found.verdict.decision.message == "Please, no insults."


def test_the_card_says_what_its_author_says_against_the_rejection(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(banned=("forbidden",))
    sent = newsroom.say("a forbidden word")
    appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, "I <b>quoted</b> somebody")
    said = words(opened(signed))
    assert "The author appeals against the rejection" in said
    assert "I &lt;b&gt;quoted&lt;/b&gt; somebody" in said
    assert "its author appeals" in said


@pytest.mark.parametrize("decides", ["approve", "reject"])
def test_a_message_goes_with_an_approval_and_with_the_suggested_reason(
    newsroom: Newsroom, signed: Signed, decides: str
) -> None:
    sent = newsroom.say("rude words", commenter_name="Amal")
    app = press(opened(signed), "write")
    assert "sent with your decision" in words(app)
    assert not offered(app, "as_"), "no reasons to choose from"
    app.text_input(key=bench.message_key(sent.id)).set_value("Thank you for writing.")
    press(app, decides)
    with newsroom.desk.read() as uow:
        verdict = uow.decisions.verdict(sent.id)
    assert verdict is not None
    assert (verdict.decision.outcome.value, verdict.decision.message) == (decides, "Thank you for writing.")


@pytest.mark.parametrize(("decided", "said"), [(True, "queue.done.after_all"), (False, "queue.not_done")])
def test_who_lost_the_answer_is_told_whether_the_decision_is_on_record(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch, decided: bool, said: str
) -> None:
    sent = newsroom.say("rude words")
    newsroom.say("rude words again")
    app = opened(signed)
    tab = app.session_state["queue_bench"]
    if decided:
        press(app, "approve")
    monkeypatch.setattr(bench, "bench", lambda: tab)
    acts.tell_of(sent.id, 1)
    assert tab.notice is not None
    assert tab.notice[1] == t(said, "ar")
    assert (tab.pinned == sent.id) is not decided
