"""Ways through the queue: other orders, one's watch-list, a look back, a second opinion, the quiet page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import t
from dashboard.ui.components import acts, bench, beside
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.queue import QueueFilter
from moderation.roles import Role
from moderation.score import Label
from moderation.service import accounts, appeals, intake, lately, opinions, picks, review, watching
from moderation.shift import HASTY
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, heard_by_keys, offered, press, query, words


@pytest.fixture(autouse=True)
def clicks_count_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "DWELL", 0)


def opened(signed: Signed, *, role: Role = Role.MODERATOR, lang: str = "en", **query: str) -> AppTest:
    return signed.open("queue", role=role, lang=lang, **query)


def status(newsroom: Newsroom, receipt: intake.Receipt) -> Status:
    return intake.lookup(newsroom.desk, newsroom.key, receipt.external_id).status


def shown(app: AppTest, receipt: intake.Receipt) -> bool:
    return f'data-comment="{receipt.id}"' in words(app)


def ask(newsroom: Newsroom, receipt: intake.Receipt, outcome: Outcome = Outcome.REJECT) -> None:
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    given = {"seen_version": 1, "reasons": reasons, "note": "half <sure>"}
    opinions.give(newsroom.desk, newsroom.second, receipt.id, outcome, **given)  # type: ignore[arg-type]


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


def test_a_second_opinion_is_asked_for_and_can_be_taken_back(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat", commenter_name="Omar")
    app = press(opened(signed), "opinion")
    assert "What would you decide?" in words(app)
    app.text_input[0].set_value("not sure").run()
    app = press(app, "as_threat")
    said = words(app)
    assert "Your opinion on the comment by ⁨Omar⁩ is noted" in said
    assert "What is left is set aside" in said
    assert "Awaits a second opinion: " in said
    assert status(newsroom, one) is Status.PENDING
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert (own.opinion.outcome, own.opinion.reasons, own.opinion.note) == (
        Outcome.REJECT, (Reason.THREAT,), "not sure",
    )  # fmt: skip
    app = press(app, "undo")
    assert shown(app, one)
    assert lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions == []


def test_one_may_say_that_one_would_approve(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = press(press(opened(signed), "opinion"), "would_approve")
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert own.opinion.outcome is Outcome.APPROVE
    assert f'data-act="opinion:{own.opinion.id}"' in words(app)


@pytest.mark.parametrize(("lang", "said"), [("en", "Second opinion wanted"), ("ar", "مطلوب رأي ثانٍ")])
def test_the_card_says_what_the_colleague_thinks(newsroom: Newsroom, signed: Signed, lang: str, said: str):
    ask(newsroom, newsroom.say("a threat"))
    app = opened(signed, lang=lang)
    assert said in words(app)
    assert "half &lt;sure&gt;" in words(app)
    assert not offered(app, "opinion")


def test_agreeing_decides_and_differing_does_not(newsroom: Newsroom, signed: Signed):
    one, other = newsroom.say("a threat"), newsroom.say("rude", commenter_name="Sara")
    ask(newsroom, one)
    ask(newsroom, other)
    app = press(opened(signed), "reject_")
    assert status(newsroom, one) is Status.REJECTED
    app = press(app, "approve")
    assert status(newsroom, other) is Status.PENDING
    assert "You see the comment by ⁨Sara⁩ differently" in words(app)
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert own.opinion.comment_id == other.id


def test_an_admin_decides_against_an_opinion(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    ask(newsroom, one)
    press(opened(signed, role=Role.ADMIN), "approve")
    assert status(newsroom, one) is Status.APPROVED


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


def with_a_colleague(newsroom: Newsroom, app: AppTest) -> AppTest:
    """The first comment is skipped, a colleague is given it, and one looks back at it."""
    app = press(app, "skip")
    found = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert found is not None
    return press(app, "previous")


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


def test_an_opinion_takes_the_keys_of_the_decisions(newsroom: Newsroom, signed: Signed, monkeypatch):
    heard = heard_by_keys(monkeypatch)
    newsroom.say("a threat")
    press(opened(signed), "opinion")
    bound = heard[-1]["keys"]
    assert str(bound["KeyF"]["button"]).startswith("queue_would_approve_")
    assert "KeyD" not in bound


def test_what_is_new_and_who_is_there_stands_beside_the_card(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    newsroom.say("rude", article_id="a-2", article_title="<b>A call</b>")
    review.next_card(newsroom.desk, newsroom.second, site=SITE, where=QueueFilter(label=Label.TOXIC))
    newsroom.clock.advance(seconds=5)
    app = opened(signed)
    said = words(app)
    assert "At the desk" in said
    assert "Second" in said
    assert "&lt;b&gt;A call" in said
    assert "since this one" not in said
    newsroom.clock.advance(seconds=5)
    newsroom.say("rude again")
    newsroom.say("rude once more")
    app = app.run()
    assert "2 new comments since this one" in words(app)


def column_alone() -> None:
    """What looks by itself, without the card that would be claimed anew."""
    from dashboard.ui import state
    from dashboard.ui.components import beside, filters

    beside.draw(filters.Choice(), state.language())


def column(newsroom: Newsroom, signed: Signed, lang: str = "en") -> tuple[AppTest, bench.Bench]:
    """It, beside the first card of the queue, with the tab that it stands in."""
    signed.session = newsroom.moderator
    tab = bench.Bench(site=newsroom.site)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    tab.show(card)
    app = AppTest.from_function(column_alone, default_timeout=30)
    app.session_state["queue_bench"], app.session_state["person_language"] = tab, lang
    return app, tab


def is_free(newsroom: Newsroom) -> bool:
    return review.next_card(newsroom.desk, newsroom.second, site=SITE) is not None


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "This comment is no longer held for you"), ("ar", "لم يعد هذا التعليق بين يديك")]
)
def test_who_reads_for_long_keeps_the_comment_up_to_a_limit_and_is_told(
    newsroom: Newsroom, signed: Signed, lang: str, said: str
):
    newsroom.say("a threat")
    app, tab = column(newsroom, signed, lang)
    for _ in range(59):
        newsroom.clock.advance(seconds=beside.EVERY)
        assert said not in words(app.run())
        assert not is_free(newsroom)
    newsroom.clock.advance(seconds=2 * beside.EVERY)
    assert said in words(app.run())
    assert is_free(newsroom)
    # Whatever comes on the screen next is held again, and nothing is said of it.
    newsroom.say("a threat again")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    tab.show(card)
    assert said not in words(app.run())


def test_who_lost_the_comment_is_told_and_takes_it_from_nobody(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app, _ = column(newsroom, signed)
    newsroom.clock.advance(minutes=6)
    assert is_free(newsroom)
    for _ in range(2):
        assert "no longer held for you" in words(app.run())
        newsroom.clock.advance(minutes=1)
    assert review.open_card(newsroom.desk, newsroom.moderator, one.id).held_by == "Second"


def test_the_lease_is_not_written_at_every_look(newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch):
    newsroom.say("a threat")
    app, _ = column(newsroom, signed)
    asked: list[object] = []
    renew = review.renew
    monkeypatch.setattr(review, "renew", lambda *given, **named: asked.append(given) or renew(*given, **named))
    for _ in range(9):
        newsroom.clock.advance(seconds=beside.EVERY)
        app.run()
    assert len(asked) == 3


def test_what_is_not_in_ones_hands_is_not_renewed(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat 1")
    newsroom.say("a threat 2")
    app = with_a_colleague(newsroom, opened(signed))
    newsroom.clock.advance(minutes=2)
    assert "no longer held" not in words(app.run())


def test_the_shift_is_counted_and_ended(newsroom: Newsroom, signed: Signed):
    one, other = newsroom.say("a threat"), newsroom.say("rude")
    app = press(opened(signed), "approve").run()
    assert "1 decision. 1 of them on a harsh comment." in words(app)
    app.text_area(key="queue_handover_note").set_value("mind the <call>").run()
    app = press(app, "end_shift")
    said = words(app)
    assert "Your shift has ended." in said
    assert not shown(app, other)
    taken = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert taken is not None
    assert taken.comment.id == other.id
    assert status(newsroom, one) is Status.APPROVED
    review.release(newsroom.desk, newsroom.second)
    app = press(app.run(), "come_back")
    assert shown(app, other)
    assert "mind the &lt;call&gt;" in words(app.run())


def test_haste_is_told_once_and_kindly(newsroom: Newsroom, signed: Signed):
    for number in range(9):
        newsroom.say("rude " * 200 + str(number))
    app = opened(signed)
    for _ in range(HASTY - 1):
        app = press(app, "approve")
        assert "take your time" not in words(app)
    app = press(app, "approve")
    assert "take your time" in words(app)
    app = press(app, "approve")
    assert "take your time" not in words(app)


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


def test_similar_comments_stand_beside_the_card_with_their_decision(newsroom: Newsroom, signed: Signed) -> None:
    call = "rude people come to the square tonight and bring your friends"
    newsroom.say(call, commenter_id="a", commenter_name="Sara")
    app = press(opened(signed), "other")
    app = press(app, "as_spam")
    newsroom.say(f"{call} along", commenter_id="b", commenter_name="Omar")
    said = words(opened(signed))
    assert "A similar comment" in said
    assert "rejected: spam" in said.replace("\u2068", "").replace("\u2069", "")


def test_a_thread_opens_where_there_is_one(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("the weather is fine", external_id="up")
    newsroom.say("a threat", parent_id="up")
    app = press(opened(signed), "thread")
    assert "the weather is fine" in words(app)
    assert not app.session_state["queue_bench"].opening, "opened once"


def test_a_comment_that_stands_alone_has_no_thread(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("a threat")
    assert not offered(opened(signed), "thread")


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


def test_undo_takes_back_a_skip_and_then_the_decision_before_it(newsroom: Newsroom, signed: Signed) -> None:
    first, second, third = newsroom.say("a threat"), newsroom.say("rude 2"), newsroom.say("rude 3")
    app = press(press(opened(signed), "approve"), "skip")
    assert shown(app, third)
    app = press(app, "undo")
    assert shown(app, second)
    assert "You took back your skip" in words(app)
    assert [one.disabled for one in offered(app, "approve_")] == [False]
    app = press(app, "undo")
    assert shown(app, first)
    assert "You took back your decision" in words(app)
    assert status(newsroom, first) is Status.PENDING


def test_undo_goes_back_act_by_act_after_a_reload_as_well(newsroom: Newsroom, signed: Signed) -> None:
    first, second, third = newsroom.say("a threat"), newsroom.say("rude 2"), newsroom.say("rude 3")
    app = opened(signed)
    for name in ("skip", "approve", "skip"):
        newsroom.clock.advance(seconds=1)
        app = press(app, name)
    app = opened(signed)
    for one in (third, second, first):
        app = press(app, "undo")
        assert shown(app, one)
    assert [one.disabled for one in offered(app, "undo")] == [True]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "⁨Second⁩ is working on the comment that you skipped"), ("ar", "التعليق الذي تخطّيته الآن بين يدي ⁨Second⁩")],
)
def test_a_skipped_comment_that_a_colleague_has_stays_with_them(
    newsroom: Newsroom, signed: Signed, lang: str, said: str
) -> None:
    newsroom.say("a threat")
    second, third = newsroom.say("rude 2"), newsroom.say("rude 3")
    app = press(press(opened(signed, lang=lang), "approve"), "skip")
    review.open_card(newsroom.desk, newsroom.second, second.id)
    app = press(app, "undo")
    assert said in words(app)
    assert shown(app, third)
    # The next undo is of the act before.
    assert "queue_undo_decision" in words(app)


def test_a_skipped_comment_that_was_decided_meanwhile_does_not_come_back(newsroom: Newsroom, signed: Signed) -> None:
    one = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(opened(signed), "skip")
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=1)
    app = press(app, "undo")
    assert "waits no longer" in words(app)
    assert not shown(app, one)


def test_what_was_brought_back_is_no_skip_to_take_back(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("a threat")
    app = press(opened(signed), "skip")
    assert [one.disabled for one in offered(app, "undo")] == [False]
    app = press(app, "unskip")
    assert [one.disabled for one in offered(app, "undo")] == [True]


def test_a_skip_is_over_once_its_comment_is_decided(newsroom: Newsroom, signed: Signed) -> None:
    first = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(press(opened(signed), "skip").run(), "previous")
    app = press(press(app, "approve"), "undo")
    assert shown(app, first)
    assert [one.disabled for one in offered(app, "undo")] == [True]


def test_what_was_skipped_is_told_apart_from_nothing_and_comes_back(newsroom: Newsroom, signed: Signed) -> None:
    sent = newsroom.say("a threat")
    app = press(opened(signed), "skip")
    assert "What is left is set aside" in words(app)
    app = press(app, "unskip")
    assert shown(app.run(), sent)


def test_what_waits_for_another_person_is_not_brought_back(newsroom: Newsroom) -> None:
    sent = newsroom.say("a threat")
    ask(newsroom, sent)
    assert review.bring_back(newsroom.desk, newsroom.second, site=SITE) == 0
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE) is None


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
