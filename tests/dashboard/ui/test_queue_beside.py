"""What stands beside the card: what is new, who is there, one's shift, similar comments, the thread."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components import bench, beside
from moderation.comment import Status
from moderation.queue import QueueFilter
from moderation.score import Label
from moderation.service import around, review
from moderation.shift import HASTY
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, offered, press, words
from tests.dashboard.ui.ways import opened, shown, status, with_a_colleague

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


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


def test_similar_comments_stand_beside_the_card_with_their_decision(newsroom: Newsroom, signed: Signed) -> None:
    call = "rude people come to the square tonight and bring your friends"
    newsroom.say(call, commenter_id="a", commenter_name="Sara")
    app = press(opened(signed), "other")
    app = press(app, "as_spam")
    newsroom.say(f"{call} along", commenter_id="b", commenter_name="Omar")
    said = words(opened(signed))
    assert "A similar comment" in said
    assert "rejected: spam" in said.replace("\u2068", "").replace("\u2069", "")


def test_of_many_similar_comments_no_number_is_told(newsroom: Newsroom, signed: Signed) -> None:
    for number in range(7):
        newsroom.say("rude people come to the square tonight and bring friends", commenter_id=f"u-{number}")
    said = words(opened(signed))
    assert "The most similar comments" in said
    assert said.count("tq-done-row") == around.SHOWN


def test_a_thread_opens_where_there_is_one(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("the weather is fine", external_id="up")
    newsroom.say("a threat", parent_id="up")
    app = press(opened(signed), "thread")
    assert "the weather is fine" in words(app)
    assert not app.session_state["queue_bench"].opening, "opened once"


def test_a_comment_that_stands_alone_has_no_thread(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("a threat")
    assert not offered(opened(signed), "thread")
