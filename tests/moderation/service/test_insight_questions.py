"""The six questions of the Insights page, with figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.stores.decisions import DecisionStore
from db.stores.insights import readers
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.engagement import Ask, Double, Grain, InsightFilter, Period
from moderation.errors import Forbidden, Invalid, NotFound
from moderation.roles import Role
from moderation.service import appeals, insights, intake, opinions, picks, pins, review
from tests.builders import OPERATOR, SITE, START, Newsroom, sign_in

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = Period(start=MIDNIGHT, end=MIDNIGHT + DAY, grain=Grain.DAY, time_zone="UTC")
HOURS = Period(start=MIDNIGHT, end=MIDNIGHT + DAY, grain=Grain.HOUR, time_zone="UTC")


def ask(newsroom: Newsroom, question: str, period: Period = TODAY, **where: object) -> Any:
    """As the editor, by the use case's name."""
    use_case = getattr(insights, question)
    filtered = InsightFilter(**where)  # type: ignore[arg-type]
    return use_case(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=period, where=filtered)


@pytest.mark.parametrize("question", ["talk", "conversation", "agenda", "work", "readers", "insights"])
def test_questions_are_for_editors_and_answer_an_empty_site(newsroom: Newsroom, question: str) -> None:
    assert ask(newsroom, question)
    for role in (Role.MODERATOR, Role.AUDITOR):
        with pytest.raises(Forbidden):
            getattr(insights, question)(newsroom.desk, newsroom.people[role], site=SITE, period=TODAY)


def test_the_band_is_of_the_same_weekday_and_hour(newsroom: Newsroom) -> None:
    """1, 2, 3 and 4 comments at noon on the four Mondays before; today 20, an hour later nothing yet."""
    for week in range(1, 5):
        for _ in range(week):
            newsroom.say(created_at=START - timedelta(weeks=week))
    newsroom.say(created_at=START - DAY)
    for _ in range(20):
        newsroom.say(created_at=START)
    rows = insights.talk(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=HOURS).volume
    noon = rows[12]
    assert (noon.comments, noon.weeks, noon.low, noon.middle, noon.high) == (20, 4, 1.75, 2.5, 3.25)
    assert noon.unusual == 1
    assert (rows[11].comments, rows[11].middle, rows[11].weeks) == (0, 0.0, 3)
    assert rows[13].comments is None
    day = insights.talk(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=TODAY).volume
    assert [(row.comments, row.middle) for row in day] == [(20, 2.0)]  # the first day began at noon and is no whole one


@pytest.mark.parametrize("newest_first", [False, True])
def test_traffic_is_the_same_whichever_comes_in_first(newsroom: Newsroom, newest_first: bool) -> None:
    """Five comments over four hours, as they were written and as an archive may list them."""
    moments = [START - timedelta(hours=back) for back in range(5)]
    for moment in moments if newest_first else reversed(moments):
        newsroom.say(created_at=moment, article_id="a")
    [row] = ask(newsroom, "agenda").heat
    assert (row.hours, row.traffic) == (4.0, 1.25)


def test_a_day_that_is_not_over_is_not_below_what_is_usual(newsroom: Newsroom) -> None:
    """Twenty comments on each of the three Mondays before; today one by noon."""
    for week in (1, 2, 3):
        for _ in range(20):
            newsroom.say(created_at=START - timedelta(weeks=week, hours=11))
    newsroom.say(created_at=START - timedelta(weeks=4))
    newsroom.say(created_at=START)
    [day] = ask(newsroom, "talk").volume
    assert (day.comments, day.low, day.running, day.unusual) == (1, 20.0, True, 0)
    newsroom.clock.advance(hours=12)
    [day] = insights.talk(newsroom.desk, sign_in(newsroom.desk, "editor-1"), site=SITE, period=TODAY).volume
    assert (day.comments, day.running, day.unusual) == (1, False, -1)


def test_a_day_whose_midnight_the_clocks_left_out_is_a_day(newsroom: Newsroom) -> None:
    """Cairo's Friday of 24 April 2026 begins at one o'clock; the Friday after it is held against all Fridays before."""
    friday = datetime(2026, 4, 30, 21, tzinfo=UTC)
    newsroom.say(created_at=friday + timedelta(hours=9) - timedelta(weeks=4))
    for week, many in ((1, 8), (2, 2), (3, 2)):
        for _ in range(many):
            newsroom.say(created_at=friday + timedelta(hours=9) - timedelta(weeks=week))
    period = Period(start=friday, end=friday + DAY, grain=Grain.DAY, time_zone="Africa/Cairo")
    [row] = ask(newsroom, "talk", period).volume
    assert (row.weeks, row.low, row.middle, row.high) == (3, 2.0, 2.0, 5.0)


def test_nothing_takes_off_in_a_period_to_come(newsroom: Newsroom) -> None:
    for _ in range(12):
        newsroom.say(created_at=START, article_id="a")
    newsroom.clock.advance(minutes=1)
    assert len(ask(newsroom, "talk").takeoff) == 1
    tomorrow = replace(TODAY, start=TODAY.end, end=TODAY.end + DAY)
    assert ask(newsroom, "talk", tomorrow).takeoff == ()


def test_pins(newsroom: Newsroom) -> None:
    editor = newsroom.people[Role.EDITOR]
    made = pins.pin(newsroom.desk, editor, site=SITE, day=MIDNIGHT.date(), text=" Budget \n vote ")
    assert made.text == "Budget vote"
    assert pins.pinned(newsroom.desk, editor, site=SITE, period=TODAY) == (made,)
    for text in ("  ", "x" * 201):
        with pytest.raises(Invalid):
            pins.pin(newsroom.desk, editor, site=SITE, day=MIDNIGHT.date(), text=text)
    with pytest.raises(Forbidden):
        pins.pin(newsroom.desk, newsroom.moderator, site=SITE, day=MIDNIGHT.date(), text="mine")
    pins.unpin(newsroom.desk, editor, made.id, site=SITE)
    with pytest.raises(NotFound):
        pins.unpin(newsroom.desk, editor, made.id, site=SITE)


@pytest.fixture
def lively(newsroom: Newsroom) -> Newsroom:
    """Two articles since yesterday; today decisions, a report, an appeal that is granted, a pick, a thread that turned.

    At noon a root, a minute later its six replies, of which the last three are rude and held, and three comments to
    the newsroom. A civil reply is reported. A rude one is rejected after 59 s, and approved 41 s after its appeal.
    """
    desk, clock, moderator, second = newsroom.desk, newsroom.clock, newsroom.moderator, newsroom.second
    for writer in ("u-old", "u-gone"):
        newsroom.say("civil", created_at=START - DAY, commenter_id=writer, article_id="b", section="Sport")
    root = newsroom.say("civil root", created_at=START, commenter_id="u-old", article_id="a", section="World")
    clock.advance(minutes=1)
    replies = [
        newsroom.say(
            f"{body} {number}",
            created_at=START + timedelta(minutes=1 + number),
            commenter_id="u-new",
            article_id="a",
            section="World",
            parent_id=root.external_id,
        )
        for number, body in enumerate(("civil", "civil", "civil", "rude", "rude", "rude"))
    ]
    newsroom.say("Why didn't you ask the mayor?", created_at=START, commenter_id="u-ask", article_id="b")
    newsroom.say("There is a mistake in the headline", created_at=START, commenter_id="u-fix", article_id="b")
    newsroom.say("كنت هناك ورأيت بعيني ما جرى", created_at=START, commenter_id="u-lead", article_id="b")
    newsroom.report(replies[0].external_id, by="u-ask")
    clock.advance(seconds=59)
    rude = replies[3]
    review.decide(desk, moderator, rude.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE])
    appeals.lodge(desk, newsroom.key, rude.external_id, "unfair")
    picks.pick(desk, moderator, root.id, seen_version=1)
    clock.advance(seconds=41)
    review.decide(desk, second, rude.id, Outcome.APPROVE, seen_version=2)
    return newsroom


def test_what_takes_off_and_sections(lively: Newsroom) -> None:
    found = ask(lively, "talk")
    assert found.takeoff == ()
    assert [(one.name, one.comments, one.before, one.civil) for one in found.sections] == [
        ("World", 7, 0, 4 / 7),
        ("Sport", 3, 2, 1.0),
    ]
    for _ in range(10):
        lively.say("civil", created_at=START + timedelta(minutes=1), article_id="b")
    [one] = ask(lively, "talk").takeoff
    # Twelve hours before the window Sport had nothing, a day before it two: a quarter of a comment in three hours.
    assert (one.title, one.comments, one.before, one.usual, one.times, one.civil) == ("b", 13, 0, 2 / 8, 13.0, 1.0)


def test_the_conversation(lively: Newsroom) -> None:
    found = ask(lively, "conversation")
    assert [(one.comments, one.civil) for one in found.civility] == [(10, 7 / 10)]
    assert [(one.comments, one.rejected, one.share) for one in found.removed] == [(10, 0, 0.0)]
    assert found.reasons == ()
    [turn] = found.turns
    assert (turn.title, turn.replies, turn.civil_before, turn.civil_after) == ("a", 6, 1.0, 0.0)
    assert turn.since == START + timedelta(minutes=4)
    assert [(one.commenters, one.new, one.returning) for one in found.returns] == [(5, 4, 1)]
    [shape] = found.shape
    assert (shape.comments, shape.replies, shape.replies_each) == (10, 6, 6 / 4)
    assert [(one.language, one.comments) for one in found.languages] == [("en", 9), ("ar", 1)]
    assert ask(lively, "conversation", language="ar").civility[0].comments == 1
    assert ask(lively, "conversation", status=Status.PENDING).civility[0].civil == 0.0


def test_the_agenda(lively: Newsroom) -> None:
    found = ask(lively, "agenda")
    assert [
        (one.title, one.section, one.comments, one.civil, one.reports, one.waiting, one.hours) for one in found.heat
    ] == [("a", "World", 7, 4 / 7, 1, 3, 1.0), ("b", "Sport", 3, 1.0, 0, 0, 12.0)]
    assert found.candidates == ()
    assert found.asked == ((Ask.QUESTION, 1), (Ask.CORRECTION, 1), (Ask.LEAD, 1))
    assert [(one.ask, one.body.split()[0]) for one in found.asks] == [
        (Ask.QUESTION, "Why"),
        (Ask.CORRECTION, "There"),
        (Ask.LEAD, "كنت"),
    ]
    assert [(one.body, one.picked_by) for one in found.picks] == [("civil root", "moderator:moderator-1")]


def test_a_candidate_for_looking_at_first(newsroom: Newsroom) -> None:
    """Of a hundred comments a tenth is rude, all of it on one article of twenty: half there, a tenth on the site."""
    for number in range(100):
        quarrel = number < 20
        newsroom.say("rude" if number < 10 else "civil", created_at=START, article_id="q" if quarrel else "x")
    [one] = ask(newsroom, "agenda").candidates
    assert (one.title, one.comments, one.uncivil, round(one.usual_uncivil, 6), one.removed) == ("q", 20, 0.5, 0.1, 0.0)


def test_the_work(lively: Newsroom) -> None:
    found = ask(lively, "work")
    assert (found.queue.waiting, found.queue.oldest) == (3, START + timedelta(minutes=1))
    assert [(one.below, one.comments) for one in found.queue.ages][:2] == [(15, 3), (60, 0)]
    assert [(one.arrived, one.left) for one in found.flow] == [(4, 2)]
    [row] = found.desk
    assert (row.machine, row.people, row.p50, row.p90, row.waits) == (9, 2, 41, 59, 2)
    assert [(one.outcome, one.decided, one.looked_at, one.overruled) for one in found.machine] == [
        (Outcome.APPROVE, 10, 0, 0),
        (Outcome.HOLD, 3, 1, 1),
        (Outcome.REJECT, 0, 0, 0),
    ]
    assert [(one.double, one.pairs, one.agreed) for one in found.agreement] == [
        (Double.OPINION, 0, 0),
        (Double.APPEAL, 1, 0),
    ]
    answered = found.appeals
    assert (answered.lodged, answered.granted, answered.open, answered.median_seconds) == (1, 1, 0, 41)


def test_two_opinions_that_agree(newsroom: Newsroom) -> None:
    rude = newsroom.say("rude", created_at=START)
    given = {"seen_version": 1, "reasons": [Reason.ABUSIVE]}
    opinions.give(newsroom.desk, newsroom.moderator, rude.id, Outcome.REJECT, **given)
    review.decide(newsroom.desk, newsroom.second, rude.id, Outcome.REJECT, **given)
    opinion = ask(newsroom, "work").agreement[0]
    assert (opinion.pairs, opinion.agreed, opinion.share) == (1, 1, 1.0)
    assert opinion.bounds == pytest.approx((0.2065, 1.0), abs=1e-4)


def test_personal_figures_are_the_persons_and_the_heads(lively: Newsroom) -> None:
    def seen(role: Role) -> tuple[bool, list[tuple[str, int, int, int]]]:
        found = insights.workload(lively.desk, lively.people[role], site=SITE, period=TODAY)
        return found.everyone, [(one.name, one.decided, one.rejected, one.harsh) for one in found.shifts]

    assert seen(Role.ADMIN) == (True, [("Moderator", 1, 1, 1), ("Second", 1, 0, 1)])
    assert seen(Role.MODERATOR) == (False, [("Moderator", 1, 1, 1)])
    assert seen(Role.EDITOR) == (False, [])


def test_a_shift_ends_where_nothing_is_decided_for_four_hours(newsroom: Newsroom) -> None:
    # An hour's end between them does not part them, and what was taken back does not hold them together.
    for minutes, stands in ((0, True), (30, True), (50, False), (70, True), (309, False), (70 + 240, True)):
        newsroom.clock.at = MIDNIGHT + timedelta(minutes=minutes)
        rude = newsroom.say("rude", created_at=MIDNIGHT)
        done = review.decide(newsroom.desk, newsroom.moderator, rude.id, Outcome.APPROVE, seen_version=1)
        if not stands:
            review.undo(newsroom.desk, newsroom.moderator, done.id)
    own = insights.workload(newsroom.desk, newsroom.moderator, site=SITE, period=TODAY).shifts
    assert [(one.start - MIDNIGHT, one.end - one.start, one.decided) for one in own] == [
        (timedelta(), timedelta(minutes=70), 3),
        (timedelta(minutes=310), timedelta(), 1),
    ]


@pytest.mark.parametrize("kept", [True, False])
def test_a_text_is_harsh_as_it_was_when_it_was_decided(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """Decisions from before version 0023 do not say, and there the text of now is looked at."""
    if not kept:
        insert = DecisionStore.insert
        monkeypatch.setattr(
            DecisionStore,
            "insert",
            lambda self, site, rows, *, at: insert(self, site, [one._replace(harsh=None) for one in rows], at=at),
        )
    newsroom.clock.at = START
    for number in range(3):
        rude = newsroom.say(f"rude {number}", created_at=START)
        review.decide(newsroom.desk, newsroom.moderator, rude.id, Outcome.APPROVE, seen_version=1)
    intake.edit(newsroom.desk, OPERATOR, rude.external_id, "a civil thought", site=SITE)
    [own] = insights.workload(newsroom.desk, newsroom.moderator, site=SITE, period=TODAY).shifts
    assert (own.decided, own.harsh) == (3, 3 if kept else 2)


def test_the_readers(lively: Newsroom) -> None:
    found = ask(lively, "readers")
    assert (found.whole.commenters, found.whole.new) == (5, 4)
    one = found.concentration
    assert (one.commenters, one.comments, one.top1, one.top10) == (5, 10, 6, 6)
    assert [(c.comments, c.visible, c.rejected, c.picks) for c in found.contributors] == [(6, 4, 0, 0)]
    assert [(r.reporter, r.reports, r.upheld, r.turned_down, r.accuracy) for r in found.reporters] == [
        ("u-ask", 1, 0, 0, None)
    ]


@pytest.mark.parametrize("listed", [1, 2, 3, 9])
@pytest.mark.parametrize("many", [0, 5_000])
def test_reporters_are_the_first_of_all_and_of_the_period_alone(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, listed: int, many: int
) -> None:
    """With as many reports who comes first by their id; what a person decided says how right each was."""
    monkeypatch.setattr(readers, "_LISTED", listed)
    monkeypatch.setattr(readers, "_MANY_REPORTS", many)
    said = [newsroom.say(f"a civil thought {number}", created_at=START) for number in range(3)]

    def report(one: intake.Receipt, by: str) -> None:
        intake.report(newsroom.desk, OPERATOR, one.external_id, site=SITE, reporter_id=by, reason=Reason.SPAM)

    newsroom.clock.at = MIDNIGHT - DAY
    report(said[2], "b, or not")
    newsroom.clock.at = START
    for one, by in ((0, "b, or not"), (1, "b, or not"), (1, 'a "quoted"'), (2, 'a "quoted"'), (0, "seldom")):
        report(said[one], by)
        newsroom.clock.advance(seconds=1)
    for one, outcome in zip(said, (Outcome.REJECT, Outcome.APPROVE, Outcome.REJECT), strict=True):
        now = intake.lookup(newsroom.desk, OPERATOR, one.external_id, site=SITE)
        reasons = [Reason.SPAM] if outcome is Outcome.REJECT else []
        review.decide(newsroom.desk, newsroom.moderator, now.id, outcome, seen_version=now.version, reasons=reasons)
    found = [(one.reporter, one.reports, one.upheld, one.turned_down) for one in ask(newsroom, "readers").reporters]
    assert found == [('a "quoted"', 2, 1, 1), ("b, or not", 2, 1, 1), ("seldom", 1, 1, 0)][:listed]


@pytest.mark.parametrize("listed", [1, 2, 3, 4, 9])
def test_the_best_contributors_are_the_first_of_all(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    """Picks come first, then what readers see; whoever was rejected much is none."""
    monkeypatch.setattr(readers, "_LISTED", listed)

    def wrote(name: str, civil: int, rude: int) -> list[intake.Receipt]:
        given = {"commenter_id": name, "created_at": START}
        return [newsroom.say(f"{'rude' if n < rude else 'civil'} thought {n}", **given) for n in range(civil + rude)]

    wrote("six", 6, 0)
    wrote("five of eight", 5, 3)
    wrote("five as well", 5, 0)
    wrote("four", 4, 0)
    for one in wrote("rejected", 8, 2)[:2]:
        review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM])
    picks.pick(newsroom.desk, newsroom.moderator, wrote("picked", 3, 0)[0].id, seen_version=1)
    with newsroom.desk.read() as uow:
        names = {uow.commenters.by_external(newsroom.site.id, name).id: name for name in NAMES}
    found = [(names[one.commenter_id], one.visible) for one in ask(newsroom, "readers").contributors]
    assert found == list(NAMES.items())[:listed]


NAMES = {"picked": 3, "six": 6, "five of eight": 5, "five as well": 5, "four": 4}


def test_hours_to_come_and_before_the_first_comment_are_gaps(lively: Newsroom) -> None:
    """The first comment was written yesterday at noon; now it is some minutes past noon."""
    editor = lively.people[Role.EDITOR]
    yesterday = replace(HOURS, start=MIDNIGHT - DAY, end=MIDNIGHT)
    rows = insights.compare(lively.desk, editor, site=SITE, period=HOURS, other=yesterday).rows
    assert [row.comments for row in rows] == [0] * 12 + [10] + [None] * 11
    assert [row.other_comments for row in rows] == [None] * 12 + [2] + [0] * 11
    flow = ask(lively, "work", HOURS).flow
    assert [one.arrived for one in flow] == [0] * 12 + [4] + [None] * 11
    assert [one.left for one in flow] == [0] * 12 + [2] + [None] * 11


def test_two_periods_side_by_side(lively: Newsroom) -> None:
    editor = lively.people[Role.EDITOR]
    pins.pin(lively.desk, editor, site=SITE, day=MIDNIGHT.date(), text="Budget vote")
    two_days = replace(TODAY, start=MIDNIGHT - 2 * DAY, end=MIDNIGHT)
    found = insights.compare(lively.desk, editor, site=SITE, period=TODAY, other=two_days)
    # On the first of the two days there was no site yet.
    assert [(row.comments, row.other_comments) for row in found.rows] == [(10, None), (None, 2)]
    assert (found.overview.comments, found.other_overview.comments) == (10, 2)
    assert [one.text for one in found.pins] == ["Budget vote"]
