"""Comments are found by their folded text and by what is known of them; nobody finds what is erased or not theirs."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from db.stores import _findable, _narrowing
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden, Unauthenticated
from moderation.roles import Operator, Role, Session
from moderation.score import Label
from moderation.search import SearchFilter
from moderation.service import intake, review, search
from moderation.text.finding import sought
from tests.amounts import amount
from tests.builders import SITE, START, Newsroom, incoming


def found(newsroom: Newsroom, query: str = "", caller: Session | None = None, **where: object) -> list[str]:
    wanted = SearchFilter(words=sought(query), **where)  # type: ignore[arg-type]
    page = search.find(newsroom.desk, caller or newsroom.moderator, site=SITE, where=wanted)
    return [row.comment.body for row in page.rows]


def test_what_is_found_says_who_holds_it_until_the_lease_lapses(newsroom: Newsroom) -> None:
    for body in ("rude 1", "rude 2"):
        newsroom.say(body)
    card = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert card is not None
    rows = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows
    claims = {row.comment.id: row.claim for row in rows}
    held = claims.pop(card.comment.id)
    assert held is not None
    assert set(claims.values()) == {None}
    found = next(row for row in rows if row.claim)
    now = newsroom.clock()
    assert found.with_colleague(0, now) == "Second"
    assert found.with_colleague(held.staff_id, now) is None
    assert found.with_colleague(0, held.until) is None


def test_every_form_of_an_arabic_word_is_found_by_its_stem(newsroom: Newsroom) -> None:
    forms = ["كلب", "الكلب هنا", "وكلب آخر", "كَلْبٌ مشكول", "كـــلب ممدود", "والكلاب", "ڪلب بحرف أعجمي", "قط لا غير"]
    for form in forms:
        newsroom.say(form)
    assert found(newsroom, "كلب") == [forms[6], *reversed(forms[:5])]
    assert found(newsroom, "كَـلب") == found(newsroom, "كلب")
    assert found(newsroom, "أحرفٌ ليست هنا") == []


def test_a_word_is_found_without_its_article_unless_it_is_quoted(newsroom: Newsroom) -> None:
    forms = ["حكومة فاشلة", "والحكومة نائمة", "شكرًا للحكومة", "محكوم عليه"]
    for form in forms:
        newsroom.say(form)
    assert found(newsroom, "الحكومة") == [*reversed(forms[:3])]
    assert found(newsroom, "«الحكومة»") == [forms[1]]


def test_a_hamza_is_found_on_any_seat(newsroom: Newsroom) -> None:
    newsroom.say("المسئول عن شئون الحي")
    newsroom.say("المسؤول عن شؤون المدينة")
    newsroom.say("المسيل عن شمال المدينة")
    both = ["المسؤول عن شؤون المدينة", "المسئول عن شئون الحي"]
    assert found(newsroom, "مسؤول") == found(newsroom, "مسئول") == found(newsroom, '"عن شءون"') == both
    assert found(newsroom, "مسئول مدينة") == both[:1]


def test_all_words_must_be_there_and_a_phrase_in_its_order(newsroom: Newsroom) -> None:
    newsroom.say("The minister of defence called")
    newsroom.say("Defence of the minister")
    assert found(newsroom, "minister defence") == ["Defence of the minister", "The minister of defence called"]
    assert found(newsroom, '"minister of defence"') == ["The minister of defence called"]
    # A word too short for the index counts all the same.
    assert found(newsroom, "defence th") == ["Defence of the minister", "The minister of defence called"]
    assert found(newsroom, "defence zz") == []


HOSTILE = ('say "100%', "a_b_c", "x' OR '1'='1", "abc*", 'NEAR("a b")', "abc AND def", "50% off", "back\\slash")


@pytest.mark.parametrize("query", HOSTILE)
def test_what_means_something_to_a_database_is_only_text(newsroom: Newsroom, query: str) -> None:
    newsroom.say("Nothing of that kind")
    assert found(newsroom, query) == []
    newsroom.say(f"before {query} after")
    assert found(newsroom, query) == [f"before {query} after"]


def test_a_text_is_found_as_it_is_now_and_not_when_it_is_gone(newsroom: Newsroom) -> None:
    said = newsroom.say("A mention of cauliflower", external_id="c")
    intake.edit(newsroom.desk, newsroom.key, "c", body="A mention of broccoli", edited_at=START + timedelta(minutes=1))
    assert found(newsroom, "cauliflower") == []
    assert found(newsroom, "broccoli") == ["A mention of broccoli"]
    intake.withdraw(newsroom.desk, newsroom.key, "c")
    assert found(newsroom, "broccoli") == []
    assert found(newsroom) == []
    assert said.created


@pytest.mark.parametrize("chance", range(amount(1, full=8)))
def test_the_same_is_found_however_many_texts_wait_to_be_indexed(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, chance: int
) -> None:
    monkeypatch.setattr(_findable, "_LOT", 7)
    monkeypatch.setattr(_findable, "_TIMES", 2)
    dice, there = random.Random(chance), dict[str, str]()
    lists = set[int]()
    for number in range(60):
        new = [incoming(_said(dice), external_id=f"{number}.{one}") for one in range(dice.choice([1, 1, 1, 5]))]
        newsroom.submit(*new)
        there |= {one.external_id: one.body for one in new}
        changed, gone = dice.choice(list(there)), dice.choice(list(there))
        if dice.random() < 0.4:
            there[changed] = _said(dice)
            at = newsroom.clock() + timedelta(minutes=number)
            intake.edit(newsroom.desk, newsroom.key, changed, body=there[changed], edited_at=at)
        if dice.random() < 0.3:
            intake.withdraw(newsroom.desk, newsroom.key, gone)
            del there[gone]
        lists.add(_to_be_indexed(newsroom))
        for word in WORDS:
            assert _pages(newsroom, word) == [body for body in reversed(there.values()) if word in body]
    assert lists == {0} if newsroom.plant.engine.dialect.name == "postgresql" else max(lists) in range(6, 14)


WORDS = ("walrus", "lettuce", "parliament")


def _said(dice: random.Random) -> str:
    words = " ".join(dice.sample(WORDS, dice.choice([1, 1, 2])))
    # Long ones are indexed at once.
    return f"{words} {dice.randrange(1000)} {'word ' * dice.choice([0, 0, 0, 250])}".strip()


def _pages(newsroom: Newsroom, word: str) -> list[str]:
    """All that has the word, by short pages."""
    bodies: list[str] = []
    before = None
    while True:
        with newsroom.desk.read() as uow:
            page = uow.search.page(newsroom.site.id, SearchFilter(words=(word,)), before=before, limit=5)
        bodies += [one.comment.body for one in page]
        if len(page) < 5:
            return bodies
        before = page[-1].comment.id


def _to_be_indexed(newsroom: Newsroom) -> int:
    if newsroom.plant.engine.dialect.name == "postgresql":
        return 0
    with newsroom.plant.engine.connect() as connection:
        count: int = connection.exec_driver_sql("SELECT count(*) FROM search_unindexed").scalar_one()
        return count


def test_filters_narrow_and_combine(newsroom: Newsroom) -> None:
    newsroom.say("rude words", article_id="one", section="politics", commenter_id="amal")
    newsroom.say("civil words", article_id="one", commenter_id="badr", created_at=START - timedelta(days=2))
    newsroom.say("كلام مهذب", article_id="two", commenter_id="amal")
    amal = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("rude",))).rows[0]
    assert found(newsroom, commenter_id=amal.comment.commenter_id) == ["كلام مهذب", "rude words"]
    assert found(newsroom, article_id=amal.comment.article_id) == ["civil words", "rude words"]
    assert found(newsroom, section_id=amal.comment.section_id) == ["civil words", "rude words"]
    assert found(newsroom, status=Status.PENDING) == ["rude words"]
    assert found(newsroom, language="ar") == ["كلام مهذب"]
    assert found(newsroom, since=START) == ["كلام مهذب", "rude words"]
    assert found(newsroom, until=START) == ["civil words"]
    assert found(newsroom, label=Label.TOXIC, at_least=0.5) == ["rude words"]
    assert found(newsroom, at_least=0.9) == ["rude words"]
    assert found(newsroom, label=Label.TOXIC, at_most=0.5) == ["كلام مهذب", "civil words"]
    assert found(newsroom, "words", status=Status.PUBLISHED, commenter_id=amal.comment.commenter_id) == []
    assert (amal.commenter_name, amal.article_title, amal.by_machine) == ("", "one", True)
    assert amal.scores.toxic == 0.9


@pytest.mark.parametrize("passed", [1, 20_000], ids=["from the last of them", "from the newest"])
@pytest.mark.parametrize("few", [0, 2_000], ids=["by the words' index", "by the filter's"])
def test_a_filter_finds_the_same_by_whichever_index(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, few: int, passed: int
) -> None:
    monkeypatch.setattr(_narrowing, "FEW", few)
    monkeypatch.setattr(_narrowing, "_PASSED", passed)
    mail = "amal@desk.example"
    newsroom.say("rude words", article_id="one", section="politics", commenter_id="amal", commenter_email=mail)
    newsroom.say("civil words", article_id="one", commenter_id="badr", created_at=START - timedelta(days=2))
    newsroom.say("civil thoughts", article_id="two", section="sports", commenter_id="amal")
    newsroom.say("كلام مهذب", article_id="two", commenter_id="badr", created_at=START - timedelta(days=1))
    amal = (
        search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("rude",))).rows[0].comment
    )
    for query, without in (("words", []), ("", ["civil thoughts"])):
        assert found(newsroom, query, commenter_id=amal.commenter_id) == [*without, "rude words"]
        assert found(newsroom, query, domain="desk.example") == [*without, "rude words"]
        assert found(newsroom, query, domain="other.example") == []
    assert found(newsroom, "words", article_id=amal.article_id) == ["civil words", "rude words"]
    assert found(newsroom, "civil", section_id=amal.section_id) == ["civil words"]
    assert found(newsroom, section_id=amal.section_id) == ["civil words", "rude words"]
    assert found(newsroom, "words", within=(amal.section_id,)) == ["civil words", "rude words"]
    assert found(newsroom, "words", status=Status.PENDING) == ["rude words"]
    assert found(newsroom, "words", status=Status.REJECTED) == []
    assert found(newsroom, language="ar") == ["كلام مهذب"]
    assert found(newsroom, "words", language="ar") == []
    assert found(newsroom, "words", since=START) == ["rude words"]
    assert found(newsroom, until=START) == ["كلام مهذب", "civil words"]
    assert found(newsroom, since=START - timedelta(days=1), until=START) == ["كلام مهذب"]
    assert found(newsroom, until=START - timedelta(days=3)) == []
    assert found(newsroom, "words", until=START, language="en") == ["civil words"]
    assert found(newsroom, "words", until=START, at_least=0.5) == []
    assert found(newsroom, at_least=0.5) == found(newsroom, label=Label.TOXIC, at_least=0.5) == ["rude words"]
    assert found(newsroom, "civil", label=Label.TOXIC, at_most=0.5) == ["civil thoughts", "civil words"]


def test_scores_of_an_earlier_version_find_nothing(newsroom: Newsroom) -> None:
    newsroom.say("rude words", external_id="c")
    intake.edit(newsroom.desk, newsroom.key, "c", body="civil words", edited_at=START + timedelta(minutes=1))
    assert found(newsroom, at_least=0.5) == []
    assert found(newsroom, at_most=0.5) == ["civil words"]


def test_a_sample_is_of_all_that_is_chosen(newsroom: Newsroom) -> None:
    ids = [newsroom.say(f"number {n}").id for n in range(11)]
    shown = search.sample(newsroom.desk, newsroom.moderator, ids, site=SITE, size=5)
    assert [row.comment.body for row in shown] == ["number 10", "number 7", "number 4", "number 1"]
    assert len(search.sample(newsroom.desk, newsroom.moderator, ids[:3], site=SITE, size=5)) == 3
    assert search.sample(newsroom.desk, newsroom.moderator, [], site=SITE) == []


def test_pages_follow_each_other_without_a_gap(newsroom: Newsroom) -> None:
    said = [newsroom.say(f"number {n} of many").id for n in range(7)]
    for words in ((), ("many",)):
        before, seen = None, []
        for size in (3, 3, 1):
            page = search.find(
                newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=words), before=before, limit=3
            )
            assert len(page.rows) == size
            seen += [row.comment.id for row in page.rows]
            before = page.next_before
        assert before is None
        assert seen == said[::-1]


def test_what_a_batch_would_take_is_what_is_found(newsroom: Newsroom) -> None:
    ids = [newsroom.say(f"wave {n}").id for n in range(3)]
    newsroom.say("another thing")
    chosen, more = search.choose(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("wave",)))
    assert [one.comment_id for one in chosen] == ids[::-1]
    assert {one.version for one in chosen} == {1}
    assert not more


def test_a_decision_keeps_a_comment_findable(newsroom: Newsroom) -> None:
    said = newsroom.say("rude remark")
    review.decide(
        newsroom.desk, newsroom.moderator, said.id, Outcome.REJECT, seen_version=1, reasons=[Reason.OFFENSIVE]
    )
    assert found(newsroom, "remark", status=Status.REJECTED) == ["rude remark"]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR, Role.ADMIN])
def test_staff_may_look(newsroom: Newsroom, role: Role) -> None:
    newsroom.say("something to find")
    assert found(newsroom, "something", newsroom.people[role]) == ["something to find"]


def test_strangers_and_keys_may_not(newsroom: Newsroom) -> None:
    with pytest.raises(Unauthenticated):
        found(newsroom, caller=Session(token_hash="0" * 64))
    with pytest.raises(Forbidden):
        search.find(newsroom.desk, newsroom.key, site=SITE, where=SearchFilter())
    with pytest.raises(Forbidden):
        search.choose(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=SearchFilter())
    assert search.find(newsroom.desk, Operator(name="cli"), site=SITE, where=SearchFilter()).rows == ()


def test_hostile_texts_are_found_as_well(newsroom: Newsroom) -> None:
    for text in ("\u202egnirts", "e\u0301" * 50 + " tower", "'; DROP TABLE comments; --"):
        newsroom.say(text)
    assert found(newsroom, "gnirts") == ["\u202egnirts"]
    assert found(newsroom, "tower") == ["e\u0301" * 50 + " tower"]
    assert found(newsroom, "\u202e\ud800\x00drop table") == ["'; DROP TABLE comments; --"]


def named(newsroom: Newsroom, query: str) -> list[str]:
    return [one.name for one in search.named(newsroom.desk, newsroom.moderator, site=SITE, words=sought(query))]


def test_commenters_are_found_by_name_in_any_spelling(newsroom: Newsroom) -> None:
    newsroom.say("one", commenter_id="1", commenter_name="أحمـد الشَّامي")
    newsroom.say("two", commenter_id="2", commenter_name="Ahmed 100%")
    newsroom.say("three", commenter_id="3", commenter_name="سارة")
    assert named(newsroom, "احمد") == ["أحمـد الشَّامي"]
    assert named(newsroom, "الشامي احمد") == ["أحمـد الشَّامي"]
    assert named(newsroom, "100%") == ["Ahmed 100%"]
    assert named(newsroom, "") == []
    newsroom.say("four", commenter_id="3", commenter_name="سارة أحمد")
    assert len(named(newsroom, "احمد")) == 2
    with pytest.raises(Forbidden):
        search.named(newsroom.desk, newsroom.key, site=SITE, words=("x",))


def test_the_spread_is_of_the_score_that_is_asked_for(newsroom: Newsroom) -> None:
    newsroom.say("a threat")
    newsroom.say("this is rude")
    overall = search.spread(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter())
    assert sorted(overall) == [(0.9, Status.PENDING), (0.95, Status.PENDING)]
    threats = search.spread(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(label=Label.THREAT))
    assert sorted(score for score, _ in threats) == [0.01, 0.95]
    with pytest.raises(Forbidden):
        search.spread(newsroom.desk, newsroom.key, site=SITE, where=SearchFilter())
