"""Who is limited to sites or sections touches nothing else: shown nothing, counted nothing, refused in the use case."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from db.stores import commenters as store
from moderation.article import IncomingArticle, Record
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period
from moderation.errors import Conflict, Forbidden, IllegalTransition, ModerationError, NotFound
from moderation.limits import Limit, LimitKind
from moderation.measure import MeasureKind, Reported
from moderation.queue import QueueCounts, QueueFilter
from moderation.roles import Caller, Role, Session
from moderation.search import Chosen, LeftOut, SearchFilter
from moderation.service import (
    accounts,
    alike,
    around,
    audit,
    batches,
    broad,
    commenters,
    insights,
    intake,
    model_report,
    opinions,
    picks,
    placing,
    review,
    search,
    settings,
    shifts,
    verifying,
    watching,
)
from moderation.service.desk import Desk
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming, sign_in

OTHER = "al-shahed"
SPORT, WORLD = "Sport", "World"


@dataclass(frozen=True)
class Places:
    """Two sites; on the first two sections. `comments`: the id of a rude comment in each, as "site/section"."""

    sections: dict[str, int]
    other: int
    comments: dict[str, int]


@pytest.fixture
def places(newsroom: Newsroom) -> Places:
    other = accounts.add_site(newsroom.desk, OPERATOR, name=OTHER, title="الشاهد")
    for site in (SITE, OTHER):
        for section in (SPORT, WORLD):
            article = IncomingArticle(external_id=f"{section}-1", title=f"{site} {section}", section=section)
            intake.save_article(newsroom.desk, OPERATOR, article, site=site)
    made = {}
    for site in (SITE, OTHER):
        for section in (SPORT, WORLD):
            for number in range(3):
                given = {
                    "article_id": f"{section}-1",
                    "commenter_id": f"u-{section}",
                    "external_id": f"{section}-{number}",
                }
                item = _rude(**given)
                intake.submit(newsroom.desk, OPERATOR, [item], site=site)
                found = search.find(newsroom.desk, OPERATOR, site=site, where=SearchFilter()).rows[0]
                made[f"{site}/{section}"] = found.comment.id
    with newsroom.desk.read() as uow:
        sections = {name: key for key, name in uow.articles.sections(newsroom.site.id)}
    return Places(sections=sections, other=other.id, comments=made)


def _rude(**given: str) -> Any:
    return incoming("rude words about everything that was said today", **given)


def limited(newsroom: Newsroom, *limits: Limit, name: str = "moderator-1") -> Session:
    placing.place(newsroom.desk, newsroom.admin, name, limits)
    return sign_in(newsroom.desk, name)


def whole(newsroom: Newsroom) -> Limit:
    return Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)


def part(newsroom: Newsroom, places: Places, section: str) -> Limit:
    return Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=places.sections[section])


# Every use case that takes one comment, or decides it.
ON_ONE: dict[str, Callable[[Desk, Caller, int], object]] = {
    "review.open_card": lambda desk, caller, one: review.open_card(desk, caller, one),
    "review.decide": lambda desk, caller, one: review.decide(desk, caller, one, Outcome.APPROVE, seen_version=1),
    "review.decide_and_next": lambda desk, caller, one: review.decide_and_next(
        desk, caller, one, Outcome.APPROVE, seen_version=1
    ),
    "review.skip": lambda desk, caller, one: review.skip(desk, caller, one),
    "review.unskip": lambda desk, caller, one: review.unskip(desk, caller, one),
    "opinions.give": lambda desk, caller, one: opinions.give(
        desk, caller, one, Outcome.REJECT, seen_version=1, reasons=[Reason.OFFENSIVE]
    ),
    "around.similar": lambda desk, caller, one: around.similar(desk, caller, one),
    "around.thread": lambda desk, caller, one: around.thread(desk, caller, one),
    "picks.pick": lambda desk, caller, one: picks.pick(desk, caller, one, seen_version=1),
    "picks.unpick": lambda desk, caller, one: picks.unpick(desk, caller, one),
}

WITHIN: dict[str, type[ModerationError]] = {"picks.pick": IllegalTransition, "review.unskip": Conflict}


@pytest.mark.parametrize("name", list(ON_ONE))
def test_one_comment_is_touched_only_where_the_person_works(newsroom: Newsroom, places: Places, name: str) -> None:
    act = ON_ONE[name]
    for limit, within in ((whole(newsroom), f"{SITE}/{WORLD}"), (part(newsroom, places, SPORT), f"{SITE}/{SPORT}")):
        here = limited(newsroom, limit)
        outside = set(places.comments) - {within, f"{SITE}/{SPORT}"}
        for place in outside:
            with pytest.raises(Forbidden) as refused:
                act(newsroom.desk, here, places.comments[place])
            assert refused.value.fields == {"permission": "limits"}
        # Only what readers see can be picked, and what was skipped brought back, which is another matter.
        with pytest.raises(WITHIN[name]) if name in WITHIN else nullcontext():
            act(newsroom.desk, here, places.comments[within])


# Every list and every count of a site, as something that two people's answers can be compared by.
COUNTED: dict[str, Callable[[Desk, Caller, int | None], object]] = {
    "review.counts": lambda desk, caller, only: replace(_counts(desk, caller, only), with_others=0),
    "review.facets": lambda desk, caller, only: _named(review.facets(desk, caller, site=SITE), only),
    "search.find": lambda desk, caller, only: search.find(desk, caller, site=SITE, where=SearchFilter(section_id=only)),
    "search.choose": lambda desk, caller, only: search.choose(
        desk, caller, site=SITE, where=SearchFilter(section_id=only)
    ),
    "search.spread": lambda desk, caller, only: search.spread(
        desk, caller, site=SITE, where=SearchFilter(section_id=only)
    ),
}


def _counts(desk: Desk, caller: Caller, only: int | None) -> QueueCounts:
    return review.counts(desk, caller, site=SITE, where=QueueFilter(section_id=only))


def _named(facets: Any, only: int | None) -> object:
    return [one for one in facets.sections if only in (None, one[0])]


@pytest.mark.parametrize("name", list(COUNTED))
def test_all_that_a_limited_person_counts_is_their_own(newsroom: Newsroom, places: Places, name: str) -> None:
    """What they see of everything is what a colleague sees of that section; without a limit they see more."""
    ask = COUNTED[name]
    before = ask(newsroom.desk, newsroom.moderator, None)
    here = limited(newsroom, part(newsroom, places, SPORT))
    mine = ask(newsroom.desk, here, None)
    assert mine == ask(newsroom.desk, newsroom.second, places.sections[SPORT])
    assert mine != before
    assert ask(newsroom.desk, here, places.sections[WORLD]) != ask(
        newsroom.desk, newsroom.second, places.sections[WORLD]
    )


DAY = Period(start=START - timedelta(days=1), end=START + timedelta(days=1), grain=Grain.DAY, time_zone="UTC")
INSIGHTS: dict[str, Callable[..., object]] = {
    "insights": insights.insights,
    "talk": insights.talk,
    "conversation": insights.conversation,
    "agenda": insights.agenda,
    "work": insights.work,
    "readers": insights.readers,
}


@pytest.mark.parametrize("name", list(INSIGHTS))
def test_a_limited_editors_figures_are_of_their_sections(newsroom: Newsroom, places: Places, name: str) -> None:
    ask = INSIGHTS[name]
    only = InsightFilter(section_id=places.sections[SPORT])
    wanted = ask(newsroom.desk, newsroom.admin, site=SITE, period=DAY, where=only)
    here = limited(newsroom, part(newsroom, places, SPORT), name="editor-1")
    assert ask(newsroom.desk, here, site=SITE, period=DAY) == wanted
    other = InsightFilter(section_id=places.sections[WORLD])
    nothing = ask(newsroom.desk, here, site=SITE, period=DAY, where=other)
    assert nothing != ask(newsroom.desk, newsroom.admin, site=SITE, period=DAY, where=other)
    assert [one for _, one in insights.choices(newsroom.desk, here, site=SITE).sections] == [SPORT]


def test_what_was_drawn_for_one_is_not_kept_for_another(newsroom: Newsroom, places: Places) -> None:
    marks = {insights.mark(newsroom.desk, newsroom.admin, site=SITE)}
    for section in (SPORT, WORLD):
        here = limited(newsroom, part(newsroom, places, section), name="editor-1")
        marks.add(insights.mark(newsroom.desk, here, site=SITE))
    assert len(marks) == 3


def test_the_next_card_is_of_ones_own_section_and_then_there_is_none(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, part(newsroom, places, SPORT))
    seen = set()
    card = review.next_card(newsroom.desk, here, site=SITE)
    while card is not None:
        seen.add(card.article.section)
        assert card.record.total == 3
        _, card, _ = review.decide_and_next(
            newsroom.desk, here, card.comment.id, Outcome.APPROVE, seen_version=card.comment.version
        )
    assert seen == {SPORT}
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).waiting == 3


def test_the_record_of_a_commenter_is_counted_in_ones_own_sections(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, part(newsroom, places, SPORT))
    newsroom.submit(_rude(article_id="World-1", commenter_id="u-Sport"))
    card = review.next_card(newsroom.desk, here, site=SITE)
    assert card is not None
    assert (card.commenter.external_id, card.record.total) == ("u-Sport", 3)


def test_of_who_writes_very_much_the_latest_are_counted(
    newsroom: Newsroom, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LATEST", 4)
    here = limited(newsroom, part(newsroom, places, SPORT))
    newest = [START + timedelta(minutes=number) for number in range(1, 6)]
    for at in newest[:2]:
        newsroom.submit(_rude(article_id="World-1", commenter_id="u-Sport", created_at=at))
    reported = _rude(article_id="Sport-1", commenter_id="u-Sport", created_at=newest[2])
    newsroom.submit(reported)
    intake.report(newsroom.desk, newsroom.key, reported.external_id, reporter_id="r-1", reason=Reason.SPAM)
    card = review.next_card(newsroom.desk, here, site=SITE)
    assert card is not None
    assert card.record == Record(pending=2, reported=1, of_latest=4)
    for at in newest[3:]:
        newsroom.submit(*[_rude(article_id="World-1", commenter_id="u-Sport", created_at=at) for _ in range(2)])
    seen = commenters.profile(newsroom.desk, here, card.commenter.id, site=SITE)
    assert (seen.record, seen.reported) == (Record(of_latest=4), Reported())
    whole_site = commenters.profile(newsroom.desk, newsroom.second, card.commenter.id, site=SITE)
    assert (whole_site.record.total, whole_site.record.of_latest) == (10, None)


def test_a_batch_leaves_out_what_is_not_ones_own(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, part(newsroom, places, SPORT))
    chosen = [Chosen(one, 1) for one in places.comments.values()]
    result = batches.decide_many(newsroom.desk, here, chosen, Outcome.APPROVE, site=SITE)
    assert (result.decided, result.left_out) == (1, {LeftOut.GONE: 3})


def test_waves_and_similar_comments_are_of_ones_own_sections(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, part(newsroom, places, SPORT))
    assert alike.waves(newsroom.desk, newsroom.second, site=SITE).compared == 6
    assert alike.waves(newsroom.desk, here, site=SITE).compared == 3
    mine = places.comments[f"{SITE}/{SPORT}"]
    found = around.similar(newsroom.desk, here, mine)
    assert {one.found.comment.section_id for one in found} == {places.sections[SPORT]}
    assert len(around.similar(newsroom.desk, newsroom.second, mine)) > len(found)


def test_another_site_is_as_if_it_were_not_there(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, whole(newsroom))
    assert [site.name for site in accounts.sites(newsroom.desk, here)] == [SITE]
    for refused in (
        lambda: review.next_card(newsroom.desk, here, site=OTHER),
        lambda: review.counts(newsroom.desk, here, site=OTHER),
        lambda: search.find(newsroom.desk, here, site=OTHER, where=SearchFilter()),
        lambda: search.scope(newsroom.desk, here, site=OTHER, article_id=None, commenter_id=None),
        lambda: shifts.shift(newsroom.desk, here, site=OTHER),
        lambda: watching.watch_list(newsroom.desk, here, site=OTHER),
        lambda: alike.waves(newsroom.desk, here, site=OTHER),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_commenters_belong_to_the_whole_site(newsroom: Newsroom, places: Places) -> None:
    with newsroom.desk.read() as uow:
        known = {name: uow.commenters.by_external(newsroom.site.id, f"u-{name}") for name in (SPORT, WORLD)}
    (mine, other) = [one.id for one in known.values() if one is not None]
    here = limited(newsroom, part(newsroom, places, SPORT))
    for refused in (
        lambda: commenters.take(newsroom.desk, here, mine, MeasureKind.WARN, site=SITE, reason=Reason.SPAM),
        lambda: commenters.note(newsroom.desk, here, mine, "n", site=SITE),
    ):
        with pytest.raises(Forbidden):
            refused()
    for one, seen in ((mine, True), (other, False)):
        scope = search.scope(newsroom.desk, here, site=SITE, article_id=None, commenter_id=one)
        assert (scope.commenter is not None) is seen
    assert commenters.profile(newsroom.desk, limited(newsroom, whole(newsroom)), mine, site=SITE)


def test_of_a_commenter_one_knows_what_they_wrote_in_ones_sections(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, part(newsroom, places, SPORT))
    newsroom.say("civil elsewhere", commenter_id=f"u-{SPORT}", article_id=f"{WORLD}-1")
    with newsroom.desk.read() as uow:
        known = {name: uow.commenters.by_external(newsroom.site.id, f"u-{name}") for name in (SPORT, WORLD)}
    (mine, other) = [one.id for one in known.values() if one is not None]
    commenters.take(newsroom.desk, newsroom.second, mine, MeasureKind.HOLD, site=SITE, reason=Reason.SPAM, note="n")
    whole_site = commenters.profile(newsroom.desk, newsroom.second, mine, site=SITE)
    seen = commenters.profile(newsroom.desk, here, mine, site=SITE)
    assert (whole_site.record.total, seen.record.total) == (4, 3)
    assert (whole_site.within_sections, seen.within_sections) == (False, True)
    assert seen.standing is not None
    assert seen.standing.kind is MeasureKind.HOLD
    assert (seen.measures, seen.remarks, seen.domain) == ((), (), None)
    with pytest.raises(NotFound):
        commenters.profile(newsroom.desk, here, other, site=SITE)


def test_what_reaches_beyond_a_site_is_not_for_who_works_on_some(newsroom: Newsroom) -> None:
    assert broad.reach(newsroom.desk, newsroom.people[Role.EDITOR], "spam.example", site=SITE) is not None
    here = limited(newsroom, whole(newsroom), name="editor-1")
    with pytest.raises(Forbidden):
        broad.reach(newsroom.desk, here, "spam.example", site=SITE)


def test_a_limited_auditor_reads_the_logs_of_their_sites(newsroom: Newsroom, places: Places) -> None:
    here = limited(newsroom, whole(newsroom), name="auditor-1")
    assert audit.events(newsroom.desk, here, site=SITE).rows
    for refused in (None, OTHER):
        with pytest.raises(Forbidden):
            audit.events(newsroom.desk, here, site=refused)
    assert [one.origin for one in verifying.verify(newsroom.desk, here)] == [f"taliq/{SITE}"]
    assert [one.name for one in audit.keys(newsroom.desk, here)] == [f"taliq/{SITE}"]
    with pytest.raises(Forbidden):
        model_report.quality(newsroom.desk, here, site=None)


def test_a_watch_list_names_nothing_outside(newsroom: Newsroom, places: Places) -> None:
    both = list(places.sections.values())
    watching.watch(newsroom.desk, newsroom.moderator, site=SITE, article_ids=(), section_ids=both)
    here = limited(newsroom, part(newsroom, places, SPORT))
    assert [name for _, name in watching.watch_list(newsroom.desk, here, site=SITE).sections] == [SPORT]


def test_a_limit_works_at_once_and_what_was_held_goes_back(newsroom: Newsroom, places: Places) -> None:
    card = review.next_card(
        newsroom.desk, newsroom.moderator, site=SITE, where=QueueFilter(section_id=places.sections[WORLD])
    )
    assert card is not None
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", [part(newsroom, places, SPORT)])
    with pytest.raises(Forbidden):
        review.decide(newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=1)
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).with_others == 0
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", [])
    assert review.decide(newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=1)


def test_who_cannot_be_limited_and_to_what(newsroom: Newsroom, places: Places) -> None:
    sport, nowhere = part(newsroom, places, SPORT), Limit(site_id=places.other, kind=LimitKind.SECTION, item_id=77)
    for name, limit, error in (
        ("admin-1", whole(newsroom), Conflict),
        ("auditor-1", sport, Conflict),
        ("moderator-1", nowhere, NotFound),
        ("nobody", sport, NotFound),
    ):
        with pytest.raises(error):
            placing.place(newsroom.desk, newsroom.admin, name, [limit])
    limited(newsroom, sport)
    with pytest.raises(Conflict):
        accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.AUDITOR)
    limited(newsroom, whole(newsroom))
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.AUDITOR)
    assert audit.events(newsroom.desk, sign_in(newsroom.desk, "moderator-1"), site=SITE).rows
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.MODERATOR)
    accounts.add_staff(newsroom.desk, OPERATOR, name="second-admin", display_name="x", role=Role.ADMIN)
    limited(newsroom, sport)
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.ADMIN)
    assert settings.policy(newsroom.desk, sign_in(newsroom.desk, "moderator-1"), site=SITE)
