"""The queue as a moderator works it: on a real desk, through the page's own buttons."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components import bench
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Unavailable
from moderation.limits import Limit, LimitKind
from moderation.queue import QueueFilter
from moderation.roles import Role
from moderation.score import Label
from moderation.service import accounts, appeals, intake, lately, placing, review
from tests.builders import OPERATOR, SITE, Newsroom, incoming
from tests.dashboard.ui.pages import Signed, act, heard_by_keys, offered, press, query, tell_keys, words

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def opened(signed: Signed, *, lang: str = "en", **query: str) -> AppTest:
    return signed.open("queue", role=Role.MODERATOR, lang=lang, **query)


def status(newsroom: Newsroom, receipt: intake.Receipt) -> Status:
    return intake.lookup(newsroom.desk, newsroom.key, receipt.external_id).status


def test_what_matters_most_comes_first_and_says_why(newsroom: Newsroom, signed: Signed):
    newsroom.say("this is rude", commenter_name="Sara")
    newsroom.say("a threat", commenter_name="Omar")
    said = words(opened(signed))
    assert "2 comments waiting" in said
    assert "Omar" in said
    assert "the classifier flagged it: " in said
    assert "Sara" not in said


def test_it_speaks_arabic_from_right_to_left(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    said = words(opened(signed, lang="ar"))
    for part in ('dir="rtl" lang="ar"', "تعليق واحد بانتظارك", "قبول", "رفض: ", "لماذا وصل إليك"):
        assert part in said


def test_approving_brings_the_next(newsroom: Newsroom, signed: Signed):
    second = newsroom.say("this is rude", commenter_name="Sara")
    first = newsroom.say("a threat", commenter_name="Omar")
    app = press(opened(signed), "approve")
    assert (status(newsroom, first), status(newsroom, second)) == (Status.APPROVED, Status.PENDING)
    said = words(app)
    assert "Approved the comment by ⁨Omar⁩." in said
    assert "1 comment waiting" in said
    assert "Sara" in said


def test_rejecting_takes_the_reason_that_suggests_itself(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat", commenter_name="Omar")
    app = press(opened(signed), "reject")
    receipt = intake.lookup(newsroom.desk, newsroom.key, one.external_id)
    assert (receipt.status, receipt.reasons) == (Status.REJECTED, (Reason.THREAT,))
    assert "Rejected the comment by ⁨Omar⁩: ⁨threat⁩." in words(app)


def test_another_reason_is_asked_for_with_a_note(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = press(opened(signed), "other")
    assert "Why do you reject this comment?" in words(app)
    [note] = [field for field in app.text_input if field.key == bench.note_key(one.id)]
    note.set_value("  seen before ")
    app = press(app, "as_off_topic")
    assert status(newsroom, one) is Status.REJECTED
    [decision] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions
    assert (decision.recorded.decision.reasons, decision.recorded.decision.note) == ((Reason.OFF_TOPIC,), "seen before")
    assert "Why do you reject this comment?" not in words(app)


def test_asking_for_a_reason_decides_nothing_and_can_be_left(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = press(press(opened(signed), "other"), "cancel")
    assert status(newsroom, one) is Status.PENDING
    assert "Why do you reject this comment?" not in words(app)


def test_without_a_suggestion_the_reason_is_asked_for(newsroom: Newsroom, signed: Signed):
    newsroom.set_policy(mode="pre")
    one = newsroom.say("a civil thought")
    app = opened(signed)
    assert not offered(app, "reject_")
    app = press(press(app, "other"), "as_spam")
    assert status(newsroom, one) is Status.REJECTED


def test_the_ban_has_a_button_and_a_key_for_who_may_take_measures(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch
):
    article = IncomingArticle(external_id="a-sport", title="A match", section="Sport")
    intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
    newsroom.say("a threat", article_id="a-sport")
    with newsroom.desk.read() as uow:
        [(sport, _)] = uow.articles.sections(newsroom.site.id)
    part = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=sport)
    heard = heard_by_keys(monkeypatch)
    for limits, labels in (((), ["Ban the commenter… B"]), ((part,), [])):
        placing.place(newsroom.desk, newsroom.admin, "moderator-1", limits)
        app = opened(signed)
        assert [one.label for one in offered(app, "ban")] == labels
        assert ("KeyB" in heard[-1]["keys"], "KeyC" in heard[-1]["keys"]) == (bool(labels), True)


def test_skipping_leaves_the_comment_to_others(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat", commenter_name="Omar")
    app = press(opened(signed), "skip")
    assert status(newsroom, one) is Status.PENDING
    assert "Skipped the comment by ⁨Omar⁩" in words(app)
    assert "What is left is set aside" in words(app)
    found = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert found is not None
    assert found.comment.id == one.id


def test_undo_brings_the_comment_back(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat", commenter_name="Omar")
    newsroom.say("this is rude", commenter_name="Sara")
    app = press(opened(signed), "approve")
    app = press(app, "undo")
    assert status(newsroom, one) is Status.PENDING
    said = words(app)
    assert "You took back your decision" in said
    assert f'data-comment="{one.id}"' in said
    assert "2 comments waiting" in said


def test_undo_brings_back_what_was_decided_not_what_matters_most(newsroom: Newsroom, signed: Signed):
    lesser = newsroom.say("an advert")
    newsroom.say("a threat")
    app = press(opened(signed, label="spam"), "approve")
    app = press(press(app, "clear"), "undo")
    assert f'data-comment="{lesser.id}"' in words(app)


def test_undo_reaches_back_decision_by_decision(newsroom: Newsroom, signed: Signed):
    both = [newsroom.say("a threat"), newsroom.say("this is rude")]
    app = press(press(opened(signed), "approve"), "approve")
    assert {status(newsroom, one) for one in both} == {Status.APPROVED}
    press(press(app, "undo"), "undo")
    assert {status(newsroom, one) for one in both} == {Status.PENDING}


def test_recent_decisions_have_buttons_that_take_them_back(newsroom: Newsroom, signed: Signed):
    first, second = newsroom.say("a threat", commenter_name="Omar"), newsroom.say("this is rude", commenter_name="Sara")
    app = press(press(opened(signed), "approve"), "approve")
    own = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions
    assert [one.recorded.comment_id for one in own] == [second.id, first.id]
    buttons = [f'data-act="decision:{one.recorded.id}"' for one in own]
    assert re.findall('data-act="decision:[^"]*"', words(app)) == buttons


def test_what_cannot_be_taken_back_has_no_button(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    assert 'data-act="decision:' in words(press(opened(signed), "approve"))
    assert 'data-act="decision:' not in words(press(opened(signed), "undo"))


@pytest.mark.parametrize(("drawn_since", "left"), [(0, Status.APPROVED), (1, Status.PENDING)])
def test_what_is_told_again_is_done_unless_the_card_was_drawn_since(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch, drawn_since: int, left: Status
):
    one = newsroom.say("a threat")
    heard = heard_by_keys(monkeypatch)
    app = opened(signed)
    [approve] = offered(app, "approve")
    app = tell_keys(app, again={"act": approve.name, "turn": heard[-1]["turn"] - drawn_since})
    assert not app.exception
    assert status(newsroom, one) is left


@pytest.mark.parametrize("told", [None, "queue_approve", 7, {"act": 7, "turn": "1"}, {"turn": 1}, {}, []])
def test_what_else_is_told_again_does_nothing(newsroom: Newsroom, signed: Signed, told: object):
    one = newsroom.say("a threat")
    app = tell_keys(opened(signed), again=told)
    assert not app.exception
    assert status(newsroom, one) is Status.PENDING


def test_what_is_told_twice_is_done_once(newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch):
    one = newsroom.say("a threat", commenter_name="Omar")
    heard = heard_by_keys(monkeypatch)
    app = press(opened(signed), "approve")
    [name] = re.findall('data-act="(decision:[^"]*)"', words(app))
    app = tell_keys(app, act=name, again={"act": name, "turn": heard[-1]["turn"]})
    assert status(newsroom, one) is Status.PENDING
    assert "You took back your decision" in words(app)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("decision:17", bench.Undoable(17)),
        ("opinion:17", bench.Undoable(17, bench.Done.OPINION)),
        ("skip:17", bench.Undoable(17, bench.Done.SKIP)),
        *[(name, None) for name in ("", "17", "decision:", "decision:-1", "decision:١٧", "batch:17", "decision:1:2")],
    ],
)
def test_only_names_of_what_was_done_are_taken_back(name: str, found: bench.Undoable | None):
    assert bench.Undoable.named(name) == found
    assert found is None or found.name == name


def test_decisions_of_an_earlier_visit_can_be_undone(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    press(opened(signed), "approve")
    press(opened(signed), "undo")
    assert status(newsroom, one) is Status.PENDING


def test_a_comment_edited_meanwhile_is_not_decided_unseen(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = opened(signed)
    newsroom.clock.advance(minutes=1)
    intake.edit(newsroom.desk, newsroom.key, one.external_id, "a rude threat")
    app = press(app, "approve")
    assert status(newsroom, one) is Status.PENDING
    said = words(app)
    assert "The author edited this comment after you opened it" in said
    assert "a rude threat" in said
    assert "1 earlier text" in said
    press(app, "approve")
    assert status(newsroom, one) is Status.APPROVED


def test_what_a_colleague_decided_first_is_told(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    other = newsroom.say("this is rude", commenter_name="Sara")
    app = opened(signed)
    newsroom.clock.advance(minutes=6)
    review.open_card(newsroom.desk, newsroom.second, one.id)
    review.decide(
        newsroom.desk, newsroom.second, one.id, Outcome.REJECT, seen_version=one.version, reasons=[Reason.THREAT]
    )
    app = press(app, "approve")
    said = words(app)
    assert "decided on this comment first; it is now ⁨rejected⁩" in said
    assert f'data-comment="{other.id}"' in said
    assert status(newsroom, one) is Status.REJECTED


def test_what_a_colleague_holds_is_told(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = opened(signed)
    newsroom.clock.advance(minutes=6)
    review.open_card(newsroom.desk, newsroom.second, one.id)
    app = press(app, "approve")
    assert "⁨Second⁩ is working on this comment" in words(app)
    assert status(newsroom, one) is Status.PENDING


def ready(app: AppTest) -> tuple[str, str] | None:
    """The card that lies in the page ahead: of which it comes after, and which it is."""
    found = re.findall(r'<template class="tq-next" data-after="([^"]*)" data-card="([^"]*)">', words(app))
    assert len(found) < 2
    return found[0] if found else None


def card_of(app: AppTest) -> str:
    [found] = re.findall(r'data-comment="(\d+)"', re.sub("<template.*?</template>", "", words(app), flags=re.DOTALL))
    return f"{found}:1"


def test_what_comes_next_is_in_the_page_ahead_and_comes(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming(f"rude {number}") for number in range(14)])
    app = opened(signed)
    first = card_of(app)
    after, second = ready(app) or ("", "")
    assert (after, second != first) == (first, True)
    # It is nobody else's meanwhile, and what is on the screen stays there.
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).with_others == 2
    app = press(app, "other")
    assert card_of(app) == first
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).with_others == 2
    app = press(press(app, "cancel"), "skip")
    assert card_of(app) == second


def test_what_lies_ahead_is_blurred_as_one_has_it(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming(f"rude {number}") for number in range(14)])
    app = opened(signed)
    ahead = ready(app)
    assert words(app).count('class="tq-card tq-blurs"') == 0
    app = press(app, "blur")
    assert (words(app).count('class="tq-card tq-blurs"'), ready(app)) == (2, ahead)


def test_where_little_waits_nobody_holds_two(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming(f"rude {number}") for number in range(10)])
    assert ready(opened(signed)) is None
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).with_others == 1


def test_what_lay_ahead_and_is_gone_gives_way_to_the_next(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming(f"rude {number}") for number in range(14)])
    app = opened(signed)
    _, gone = ready(app) or ("", "")
    comment_id = int(gone.partition(":")[0])
    newsroom.clock.advance(minutes=5)
    review.open_card(newsroom.desk, newsroom.second, comment_id)
    app = press(app, "approve")
    assert card_of(app) not in (gone, "")
    assert "Approved the comment" in words(app)


def test_a_click_meant_for_the_card_before_does_nothing(newsroom: Newsroom, signed: Signed, monkeypatch):
    newsroom.say("a threat")
    newsroom.say("this is rude")
    app = press(opened(signed), "approve")
    monkeypatch.setattr(bench, "DWELL", 60)
    press(app, "approve")
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE).waiting == 1


def test_an_empty_queue_says_so_kindly_and_looks_again(newsroom: Newsroom, signed: Signed):
    app = opened(signed)
    assert "Well done, nothing is waiting" in words(app)
    newsroom.say("a threat")
    assert 'class="tq-card"' in words(press(app, "refresh"))


def test_an_empty_queue_is_watched_for_what_arrives(newsroom: Newsroom, signed: Signed):
    signed.session = newsroom.moderator
    tab = bench.Bench(site=newsroom.site, turn=1)
    assert not bench.has_changed(tab, QueueFilter())
    assert not bench.has_changed(tab, QueueFilter())
    newsroom.say("a threat")
    assert not bench.has_changed(tab, QueueFilter(label=Label.SPAM))
    assert bench.has_changed(tab, QueueFilter())
    tab.turn = 2
    assert not bench.has_changed(tab, QueueFilter())


def test_filters_stand_in_the_address_and_can_be_cleared(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat", section="سياسة", commenter_name="Omar")
    newsroom.say("an advert", section="رياضة", commenter_name="Sara")
    app = opened(signed, label="spam")
    assert "Sara" in words(app)
    assert "Omar" not in words(app)
    assert app.selectbox(key="queue_filter_label").value == "spam"
    app.selectbox(key="queue_filter_label").set_value("threat").run()
    assert query(app, "label") == "threat"
    assert "Omar" in words(app)
    app = press(app, "filters_clear")
    assert "label" not in app.query_params
    assert "2 comments waiting" in words(app)


def test_a_filter_without_comments_offers_to_clear_it(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = opened(signed, label="obscene", age="hour", article="1'; --")
    assert "No comments fit these filters" in words(app)
    assert "article" not in [box.key for box in app.selectbox if box.value]
    assert "a threat" in words(press(app, "clear"))


def test_titles_in_the_filters_are_shown_as_they_are(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat", article_title="![x](http://tracker.invalid/p.png)\u202e")
    app = opened(signed)
    assert "(1) ⁨![x](http://tracker.invalid/p.png)⁩" in app.selectbox(key="queue_filter_article").options


HOSTILE = [
    "threat <img src=http://tracker.invalid/x.png onerror=alert(1)>",
    "threat ![](http://tracker.invalid/x.png)",
    "threat \u202e\u2066evil",
    "threat " + "e" + "\u0301" * 5_000,
    "threat " + "x" * 19_000,
    "threat\x00\ud800",
]


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_hostile_comments_are_shown_and_decided_like_others(newsroom: Newsroom, signed: Signed, body: str, lang: str):
    one = newsroom.say(body.encode("utf-8", "replace").decode(), commenter_name="![n](http://tracker.invalid/n.png)")
    app = opened(signed, lang=lang)
    markdown = "\n".join(str(element.value) for element in app.markdown) + "\n".join(
        button.label for button in app.button
    )
    assert "tracker.invalid" not in markdown
    assert "<img" not in words(app)
    press(app, "approve")
    assert status(newsroom, one) is Status.APPROVED


def test_only_reviewers_come_in(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = signed.open("queue", role=Role.AUDITOR)
    assert "Your role does not allow this." in words(app)
    assert "threat" not in words(app)


def test_an_ended_session_decides_nothing_and_offers_to_sign_in(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = opened(signed)
    accounts.sign_out(newsroom.desk, newsroom.moderator)
    app = press(app, "approve")
    assert status(newsroom, one) is Status.PENDING
    said = words(app)
    assert "Your session has ended" in said
    assert 'href="/login"' in said
    assert "a threat" not in said


def test_a_database_that_does_not_answer_offers_to_try_again(newsroom: Newsroom, signed: Signed, monkeypatch):
    one = newsroom.say("a threat")
    app = opened(signed)

    def fail(*_: object, **__: object) -> None:
        raise Unavailable(kind="pool")

    with monkeypatch.context() as broken:
        broken.setattr(review, "decide_and_next", fail)
        app = press(app, "approve")
    assert "The database is not answering" in words(app)
    press(app, "approve")
    assert status(newsroom, one) is Status.APPROVED


def test_an_unforeseen_error_shows_a_number_and_no_words(newsroom: Newsroom, signed: Signed, monkeypatch):
    newsroom.say("a threat")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret words of a reader")

    monkeypatch.setattr(review, "next_card", fail)
    said = words(opened(signed))
    assert "Something went wrong" in said
    assert "secret" not in said


def test_keys_name_buttons_that_are_there(newsroom: Newsroom, signed: Signed, monkeypatch):
    heard = heard_by_keys(monkeypatch)
    newsroom.say("a threat")
    app = press(opened(signed), "other")
    there = {button.name for button in offered(app)}
    bound = heard[-1]["keys"]
    letters = {f"Key{letter}" for letter in "FDESJUBCOPMKZV"}
    assert letters | {"Question", "Slash", "Escape", *(f"Digit{n}" for n in range(1, 10))} == set(bound)
    assert {action["button"] for action in bound.values()} <= there
    assert {name for name, action in bound.items() if action["decides"]} == {
        "KeyF", "KeyD", "KeyS", "KeyJ", "KeyP", *(f"Digit{n}" for n in range(1, 10)),
    }  # fmt: skip
    assert heard[-1]["turn"] > heard[0]["turn"]


@pytest.mark.parametrize(("lang", "said"), [("en", "Decided once by a person"), ("ar", "بتّ فيه زميل مرة واحدة")])
def test_the_next_moderator_reads_what_a_colleague_noted(
    newsroom: Newsroom, signed: Signed, lang: str, said: str
) -> None:
    one = newsroom.say("this is rude")
    reasons, note = [Reason.ABUSIVE], "<b>ثالث مرة</b>"
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.REJECT, seen_version=1, reasons=reasons, note=note)
    appeals.lodge(newsroom.desk, newsroom.key, one.external_id, "I meant it kindly")
    shown = words(opened(signed, lang=lang))
    assert said in shown
    assert "Second" in shown
    assert "moderator-2" not in shown
    assert '<div class="tq-text" dir="auto">&lt;b&gt;ثالث مرة&lt;/b&gt;</div>' in shown


def test_a_name_of_a_card_that_has_gone_stands_for_nothing(newsroom: Newsroom, signed: Signed):
    first, second = newsroom.say("a threat"), newsroom.say("this is rude")
    app = opened(signed)
    [approve] = [one.name for one in offered(app, "approve_")]
    app = act(press(app, "skip"), approve)
    assert {status(newsroom, one) for one in (first, second)} == {Status.PENDING}
    assert f'data-comment="{second.id}"' in words(app)
    act(app, "queue_approve_<script>_1")


def test_what_is_disabled_does_nothing_though_its_name_is_told(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = opened(signed)
    assert [one.disabled for one in offered(app, "undo")] == [True]
    assert "data-comment" in words(act(app, "queue_undo"))


@pytest.mark.parametrize(("lang", "said"), [("en", "about 2 minutes left"), ("ar", "بقيت نحو دقيقتين")])
def test_the_end_is_told_once_there_is_a_pace(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    for number in range(12):
        newsroom.say(f"rude {number}")
    app = opened(signed, lang=lang)
    assert said not in words(app)
    app.session_state["queue_bench"].paced.extend(10.0 * number for number in range(7))
    assert said in words(app.run())
    app.session_state["queue_bench"].paced.clear()
    assert said not in words(app.run())
