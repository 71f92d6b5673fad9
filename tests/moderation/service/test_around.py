"""What stands around a comment: its thread, and what was said before in much the same words."""

from __future__ import annotations

import pytest

from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden, NotFound
from moderation.limits import Limit, LimitKind
from moderation.roles import Role
from moderation.service import around, intake, placing, review
from tests.builders import OPERATOR, SITE, Newsroom

CALL = "rude people come to the square tonight and bring your rude friends along"


def test_similar_ones_come_with_how_they_were_decided(newsroom: Newsroom) -> None:
    newsroom.say(f"{CALL} please", commenter_id="a")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    review.decide(
        newsroom.desk, newsroom.moderator, card.comment.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM]
    )
    newsroom.say("rude in another way about the weather of the square", commenter_id="b")
    one = newsroom.say(CALL, commenter_id="c")
    [found] = around.similar(newsroom.desk, newsroom.moderator, one.id)
    assert (found.found.comment.id, found.found.comment.status) == (card.comment.id, Status.REJECTED)
    assert found.verdict.decision.reasons == (Reason.SPAM,)
    assert 0.8 < found.resemblance < 1


def test_what_people_decided_comes_with_their_notes_newest_first(newsroom: Newsroom) -> None:
    one, other = newsroom.say("this is rude"), newsroom.say("also rude")
    done = review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=1, note="in jest")
    review.undo(newsroom.desk, newsroom.moderator, done.id)
    newsroom.clock.advance(minutes=6)
    review.decide(
        newsroom.desk, newsroom.admin, one.id, Outcome.REJECT, seen_version=3, reasons=[Reason.SPAM], note="no jest"
    )
    found = around.decided(newsroom.desk, newsroom.second, [one.id, other.id])
    told = [(row.decision.outcome, row.decision.note, row.decision.actor, row.undone) for row in found[one.id]]
    assert told == [
        ("reject", "no jest", "admin:admin-1", False),
        ("approve", "in jest", "moderator:moderator-1", True),
    ]
    assert list(found) == [one.id], "no person has decided on the other"
    assert around.decided(newsroom.desk, newsroom.moderator, []) == {}


def test_decisions_outside_of_ones_sections_are_not_told(newsroom: Newsroom) -> None:
    one = newsroom.say("this is rude")
    review.decide(newsroom.desk, newsroom.admin, one.id, Outcome.APPROVE, seen_version=1, note="in jest")
    intake.save_article(
        newsroom.desk, OPERATOR, IncomingArticle(external_id="s", title="s", section="sport"), site=SITE
    )
    with newsroom.desk.read() as uow:
        [(sport, _)] = uow.articles.sections(newsroom.site.id)
    limit = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=sport)
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", (limit,))
    assert around.decided(newsroom.desk, newsroom.moderator, [one.id]) == {}


def test_a_changed_word_hides_nothing_and_spelling_is_folded(newsroom: Newsroom) -> None:
    newsroom.say("الإستخباراتُ تعرف كلَّ شيء عن المتظاهرين في الساحة", commenter_id="a")
    one = newsroom.say("الاستخبارات تعرف كل شيء عن المتظاهريـن في المدينة", commenter_id="b")
    [found] = around.similar(newsroom.desk, newsroom.moderator, one.id)
    assert found.resemblance >= around.SIMILAR


def test_the_nearest_come_first_and_not_too_many(newsroom: Newsroom) -> None:
    for number in range(7):
        newsroom.say(f"{CALL} {'again ' * number}", commenter_id=f"c-{number}")
    one = newsroom.say(CALL, commenter_id="last")
    found = around.similar(newsroom.desk, newsroom.moderator, one.id)
    assert len(found) == around.SHOWN + 1
    assert [other.resemblance for other in found] == sorted((other.resemblance for other in found), reverse=True)
    assert found[0].resemblance == 1


def test_what_has_no_long_word_is_like_nothing(newsroom: Newsroom) -> None:
    newsroom.say("no no no", commenter_id="a")
    one = newsroom.say("no no no", commenter_id="b")
    assert around.similar(newsroom.desk, newsroom.moderator, one.id) == ()


def test_signs_that_are_patterns_elsewhere_stand_for_themselves(newsroom: Newsroom) -> None:
    told = newsroom.say("sale of_half%price/watches now", commenter_id="a")
    newsroom.say("sale ofXhalfXXprice/watches now", commenter_id="b")
    with newsroom.desk.read() as uow:
        for pair in (("of_half%price/watches", "sale"), ("half%price", "price/watches")):
            found = uow.search.sharing(newsroom.site.id, (pair, pair), within=None, limit=10)
            assert list(found) == [told.id]


def test_either_of_two_pairs_finds_and_half_of_one_does_not(newsroom: Newsroom) -> None:
    first = newsroom.say("alpha bravo", commenter_id="a")
    second = newsroom.say("charlie delta", commenter_id="b")
    newsroom.say("alpha charlie", commenter_id="c")
    pairs = (("alpha", "bravo"), ("charlie", "delta"))
    with newsroom.desk.read() as uow:
        found = uow.search.sharing(newsroom.site.id, pairs, within=None, limit=10)
        assert list(found) == [second.id, first.id]
        assert list(uow.search.sharing(newsroom.site.id, pairs, within=None, limit=1)) == [second.id]
        assert uow.search.sharing(newsroom.site.id, pairs, within=[1], limit=10) == {}
        assert uow.search.sharing(newsroom.site.id + 1, pairs, within=None, limit=10) == {}


def test_what_is_erased_is_similar_to_nothing(newsroom: Newsroom) -> None:
    gone = newsroom.say(CALL, commenter_id="a")
    one = newsroom.say(CALL, commenter_id="b")
    intake.withdraw(newsroom.desk, newsroom.key, gone.external_id)
    assert around.similar(newsroom.desk, newsroom.moderator, one.id) == ()


def test_a_thread_runs_from_its_beginning_to_the_replies(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.say("the first", external_id="t-1")
    newsroom.say("the answer", external_id="t-2", parent_id="t-1")
    here = newsroom.say("here we are", external_id="t-3", parent_id="t-2")
    for number in range(3):
        newsroom.say(f"reply {number}", external_id=f"r-{number}", parent_id="t-3")
    newsroom.say("elsewhere", external_id="t-9", parent_id="t-1")
    found = around.thread(newsroom.desk, newsroom.moderator, here.id)
    assert [one.comment.external_id for one in found.before] == ["t-1", "t-2"]
    assert found.comment.comment.id == here.id
    assert [one.comment.external_id for one in found.replies] == ["r-0", "r-1", "r-2"]
    assert found.more == 0
    monkeypatch.setattr(around, "_REPLIES", 2)
    monkeypatch.setattr(around, "_ABOVE", 1)
    cut = around.thread(newsroom.desk, newsroom.moderator, here.id)
    assert ([one.comment.external_id for one in cut.before], len(cut.replies), cut.more) == (["t-2"], 2, 1)


def test_only_staff_look_around(newsroom: Newsroom) -> None:
    one = newsroom.say(CALL)
    with pytest.raises(Forbidden):
        around.similar(newsroom.desk, newsroom.people[Role.AUDITOR], one.id)
    with pytest.raises(Forbidden):
        around.thread(newsroom.desk, newsroom.key, one.id)
    for look in (around.similar, around.thread):
        with pytest.raises(NotFound):
            look(newsroom.desk, newsroom.moderator, 1)
