"""The comment on the screen changes or goes while it is read: that is told, and nothing is done to the next for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.limits import Limit, LimitKind
from moderation.service import intake, placing, review
from moderation.service.intake import Receipt
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.ui.pages import Signed, offered, press, words
from tests.dashboard.ui.ways import opened, shown, status

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def withdrawn(newsroom: Newsroom, one: Receipt) -> None:
    intake.withdraw(newsroom.desk, newsroom.key, one.external_id)


def edited(newsroom: Newsroom, one: Receipt) -> None:
    intake.edit(newsroom.desk, newsroom.key, one.external_id, "the weather is fine")


def decided(newsroom: Newsroom, one: Receipt) -> None:
    review.release(newsroom.desk, newsroom.moderator)
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=one.version)


def decided_elsewhere(newsroom: Newsroom, one: Receipt) -> None:
    review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=one.version)


def taken(newsroom: Newsroom, one: Receipt) -> None:
    review.release(newsroom.desk, newsroom.moderator)
    review.open_card(newsroom.desk, newsroom.second, one.id)


@pytest.mark.parametrize(
    ("lang", "what", "said"),
    [
        ("en", withdrawn, "The comment that was here has been deleted."),
        ("ar", withdrawn, "حُذف التعليق الذي كان هنا."),
        ("en", edited, "The author edited the comment that was here"),
        ("en", decided, "decided on the comment that was here; it is now ⁨approved⁩."),
        ("en", decided_elsewhere, "You have decided on the comment that was here already; it is now ⁨approved⁩."),
        ("en", taken, "⁨Second⁩ is working on the comment that was here."),
        ("ar", taken, "التعليق الذي كان هنا الآن بين يدي ⁨Second⁩."),
    ],
)
@pytest.mark.parametrize("asked", ["other", "commenter"])
def test_what_became_of_the_comment_is_told_and_nothing_opens_for_the_next(
    newsroom: Newsroom, signed: Signed, asked: str, lang: str, what: Callable[[Newsroom, Receipt], None], said: str
) -> None:
    one, other = newsroom.say("a threat"), newsroom.say("rude 2")
    app = opened(signed, lang=lang)
    newsroom.clock.advance(minutes=1)
    what(newsroom, one)
    app = press(app, asked)
    assert shown(app, other)
    assert said in words(app)
    assert not offered(app, "cancel")
    # It is told once.
    assert said not in words(press(app, "other"))


@pytest.mark.parametrize("asked", ["other", "opinion", "write"])
def test_an_edited_comment_is_read_again_before_anything_opens_for_it(
    newsroom: Newsroom, signed: Signed, asked: str
) -> None:
    one = newsroom.say("a threat")
    app = opened(signed)
    newsroom.clock.advance(minutes=1)
    intake.edit(newsroom.desk, newsroom.key, one.external_id, "a rude threat")
    app = press(app, asked)
    assert "This comment changed while it was before you." in words(app)
    assert not offered(app, "cancel")
    assert offered(press(app, asked), "cancel")


def test_a_comment_that_nobody_else_has_stays_on_the_screen(newsroom: Newsroom, signed: Signed) -> None:
    one = newsroom.say("rude 2")
    app = opened(signed)
    # Another window of the same person was left, and something graver came.
    review.release(newsroom.desk, newsroom.moderator)
    newsroom.say("a threat")
    app = press(app, "other")
    assert shown(app, one)
    assert status(newsroom, press(app, "as_spam") and one) is Status.REJECTED


@pytest.mark.parametrize("asked", ["commenter", "ban"])
@pytest.mark.parametrize("others", [[], ["rude 2"]], ids=["alone", "before another"])
def test_the_drawer_is_of_who_wrote_what_was_on_the_screen(
    newsroom: Newsroom, signed: Signed, asked: str, others: list[str]
) -> None:
    one = newsroom.say("a threat", commenter_id="c-1", commenter_name="Layla")
    for body in others:
        newsroom.say(body, commenter_id="c-2", commenter_name="Omar")
    app = opened(signed)
    withdrawn(newsroom, one)
    app = press(app, asked)
    drawer = "\n".join(element.proto.body for element in app.get("html") if "tq-profile" in element.proto.body)
    assert "Layla" in drawer
    assert "Omar" not in drawer


def test_the_thread_is_of_what_was_on_the_screen(newsroom: Newsroom, signed: Signed) -> None:
    for number, kind in enumerate(("a threat", "rude")):
        newsroom.say(f"the weather is fine {number}", external_id=f"up-{number}")
        newsroom.say(kind, external_id=f"low-{number}", parent_id=f"up-{number}")
    app = opened(signed)
    intake.withdraw(newsroom.desk, newsroom.key, "low-0")
    said = words(press(app, "thread"))
    assert said.index("tq-thread") < said.index("the weather is fine 0")


def test_a_comment_that_is_outside_of_ones_part_by_now_is_let_go(newsroom: Newsroom, signed: Signed) -> None:
    for name in ("Sport", "News"):
        article = IncomingArticle(external_id=f"a-{name}", title=name, section=name)
        intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
    newsroom.say("a threat", article_id="a-Sport")
    one = newsroom.say("rude 2", article_id="a-News")
    app = opened(signed)
    with newsroom.desk.read() as uow:
        news = next(section_id for section_id, name in uow.articles.sections(newsroom.site.id) if name == "News")
    part = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=news)
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", (part,))
    app = press(app, "other")
    assert shown(app, one)
    assert "The comment that was here is no longer in your hands." in words(app)


def test_who_decides_on_a_deleted_comment_is_told_so_whoever_decided_on_it_before(
    newsroom: Newsroom, signed: Signed
) -> None:
    one = newsroom.say("a threat")
    app = press(press(opened(signed), "approve"), "undo")
    withdrawn(newsroom, one)
    assert "This comment has been deleted, so your decision was not recorded." in words(press(app, "approve"))


def test_a_deleted_comment_is_looked_at_and_not_decided(newsroom: Newsroom, signed: Signed) -> None:
    one = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(opened(signed), "approve")
    withdrawn(newsroom, one)
    app = press(app, "previous")
    assert shown(app, one)
    closed = {one.name for one in offered(app) if one.disabled}
    for name in ("approve", "reject", "other", "pick", "write"):
        assert next(one.name for one in offered(app, name)) in closed
    assert not any(name.startswith(("queue_skip", "queue_commenter")) for name in closed)


def rejected_since(newsroom: Newsroom, one: Receipt) -> None:
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.REJECT, seen_version=2, reasons=[Reason.THREAT])


def rejected_again(newsroom: Newsroom, one: Receipt) -> None:
    review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.REJECT, seen_version=2, reasons=[Reason.THREAT])


@pytest.mark.parametrize(
    ("lang", "what", "said"),
    [
        ("en", withdrawn, "The comment has been deleted since your decision, which can no longer be taken back."),
        ("ar", withdrawn, "حُذف التعليق بعد قرارك، فلا يمكن التراجع عنه."),
        ("en", edited, "The author edited the comment after your decision"),
        ("en", rejected_since, "has decided on the comment since; it is now ⁨rejected⁩. Your decision can no longer"),
        ("en", rejected_again, "You have decided on the comment again since; it is now ⁨rejected⁩."),
    ],
)
def test_an_undo_that_comes_too_late_says_why(
    newsroom: Newsroom, signed: Signed, lang: str, what: Callable[[Newsroom, Receipt], None], said: str
) -> None:
    one = newsroom.say("a threat")
    app = press(opened(signed, lang=lang), "approve")
    newsroom.clock.advance(minutes=1)
    what(newsroom, one)
    assert said in words(press(app, "undo"))


@pytest.mark.parametrize(
    ("lang", "what", "said"),
    [
        ("en", withdrawn, "The comment has been deleted, so there was nothing to skip."),
        ("ar", withdrawn, "حُذف التعليق، فلم يبقَ ما تتخطّاه."),
        ("en", edited, "The author edited the comment, which waits no longer"),
        ("en", decided, "decided on the comment first; it is now ⁨approved⁩. There was nothing to skip."),
        ("en", decided_elsewhere, "You have decided on the comment already, in another tab perhaps"),
    ],
)
def test_who_skips_what_waits_no_longer_is_told_so(
    newsroom: Newsroom, signed: Signed, lang: str, what: Callable[[Newsroom, Receipt], None], said: str
) -> None:
    one, other = newsroom.say("a threat"), newsroom.say("rude 2")
    app = opened(signed, lang=lang)
    newsroom.clock.advance(minutes=1)
    what(newsroom, one)
    app = press(app, "skip")
    assert said in words(app)
    assert shown(app, other)
